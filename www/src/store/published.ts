/**
 * Published checkpoints and what is known about each before a download. The list is made at build time from
 * `models/<id>/model.toml` (`build/registry.mjs`); this file adds how each gets into a browser.
 */
import registry from "virtual:registry";
import { FAMILIES, type Granularity, type Precision } from "../protocol";
import { MOST_BYTES } from "./size-limit";

/** How a checkpoint gets into this page, if it does. */
export type Availability = "download" | "file" | "command-line" | "none";

/** What is known of a published file. */
export interface KnownFile {
  /** Its name. */
  name: string;
  /** Its size; null if it was not recorded. */
  bytes: number | null;
  /** Its SHA-256 in hexadecimal; null if it was not recorded. */
  sha256: string | null;
}

/** A checkpoint as its `model.toml` describes it. */
export interface RegistryEntry {
  /** Its folder under `models/`. */
  id: string;
  /** Its name for people. */
  name: string;
  /** Id of its family, such as `esm2`. */
  family: string;
  /** What it reads. */
  granularity: Granularity;
  /** Its authors and their paper. */
  attribution: string;
  /** Licence of the weights as an SPDX expression, or `not stated`. */
  licence: string;
  /** Whether commercial use is excluded; null where the licence is not stated. */
  nonCommercial: boolean | null;
  /** `owner/name` on the hub, or null if it is published elsewhere. */
  hub: string | null;
  /** DOI of the files, if they are not on the hub. */
  doi: string | null;
  /** Commit of the hub's repository that is asked for, or null if it was not recorded. */
  revision: string | null;
  /** Names of its files. */
  files: string[];
  /** What is known of each file. */
  knownFiles: KnownFile[];
  /** Bytes of its files; weights of unrecorded size count as stored in f32. */
  downloadBytes: number;
  /** Whether all sizes were recorded. */
  downloadExact: boolean;
  /** Bytes of the weights in memory, by the precision of their linear layers. */
  memoryBytes: Record<Precision, number>;
  /** Trainable parameters: the numbers in all weights. */
  parameters: number;
  /** Number of layers or blocks. */
  layers: number;
  /** Dimensions of the hidden states, and so of an embedding. */
  width: number;
  /** Attention heads; null for convolutions. */
  heads: number | null;
  /** Width inside the feed-forward layers; null for convolutions. */
  feedForward: number | null;
  /** Tokens of the vocabulary. */
  vocabulary: number;
  /** `layer_norm_eps` of its settings; null if it was not recorded. */
  layerNormEpsilon: number | null;
  /** `token_dropout` of its settings; null if the family has none. */
  tokenDropout: boolean | null;
  /** Residues, tokens or domains of one window; longer sequences are cut into windows. Null if no length is too long. */
  window: number | null;
  /** Nucleotides of one token; null if the number varies. */
  lettersPerToken: number | null;
  /** Why the engine does not run it; null if it does. */
  refused: string | null;
}

/** A checkpoint, and how it gets into this page. */
export interface Published extends RegistryEntry {
  /** `download` by its hub id, as a `file` of the user, on the command line only, or not at all. */
  availability: Availability;
  /** Why it cannot be downloaded here, in one sentence; null if it can. */
  reason: string | null;
}

/** By family, which goes by granularity, and size. */
export const PUBLISHED: readonly Published[] = (registry as RegistryEntry[])
  .map((entry) => ({ ...entry, ...availability(entry) }))
  .sort((a, b) => rank(a) - rank(b) || a.parameters - b.parameters || a.id.localeCompare(b.id));

/** The checkpoint that the hub calls `id`. */
export function known(id: string): Published | null {
  const name = id.trim().toLowerCase();
  return PUBLISHED.find(({ hub }) => hub?.toLowerCase() === name) ?? null;
}

/**
 * The checkpoint that a name claims to be: its hub id, its own id or its name for people, also with a file's ending, as
 * the folder of a hub's cache, or behind the address of a hub.
 */
export function claimed(name: string): Published | null {
  const said = name.trim().toLowerCase().replace(/\.(safetensors|pt|pth|bin)$/, "").replace(/\/+$/, "");
  const plain = said.replace(/^models--/, "").replaceAll("--", "/");
  const last = plain.split("/").at(-1) ?? plain;
  return PUBLISHED.find(({ id, name }) => [id, name].some((one) => [plain, last].includes(one.toLowerCase()))) ?? known(plain);
}

/** The file with the weights of a checkpoint, if it is one. */
export function weightsOf(entry: RegistryEntry): KnownFile | null {
  const weights = entry.knownFiles.filter(({ name }) => /\.(safetensors|bin|pt)$/.test(name));
  return weights.length === 1 ? (weights[0] ?? null) : null;
}

/** The licence of a model on the hub, also of an unlisted model if its authors use one licence for all their models. */
export function terms(id: string): { licence: string; nonCommercial: boolean } | null {
  const listed = known(id);
  if (listed !== null) return { licence: listed.licence, nonCommercial: listed.nonCommercial === true };
  const theirs = id.trim().toLowerCase().startsWith("instadeepai/");
  return theirs ? { licence: "CC-BY-NC-SA-4.0", nonCommercial: true } : null;
}

function rank({ family }: RegistryEntry): number {
  return FAMILIES.findIndex(({ id }) => id === family);
}

function availability({ refused, hub, doi, files, downloadBytes }: RegistryEntry): Pick<Published, "availability" | "reason"> {
  if (refused !== null) return { availability: "none", reason: `It cannot be run: ${refused}.` };
  if (downloadBytes > MOST_BYTES)
    return {
      availability: "command-line",
      reason: "It is more than a browser tab can hold (3.5 GiB): use the command line.",
    };
  if (hub === null)
    return {
      availability: "file",
      reason: `It is published ${doi === null ? "elsewhere" : "on Zenodo"}, where this page does not fetch: download ${files.join(", ")} there and open it from disk.`,
    };
  return { availability: "download", reason: null };
}
