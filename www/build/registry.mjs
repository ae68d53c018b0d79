/** models/<id>/model.toml of every published checkpoint → the list that the page and the public module show. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { parse } from "smol-toml";

/** The published checkpoints under the folder `models`, as `Published` of src/store/published.ts has them. */
export function readRegistry(models) {
  const folders = readdirSync(models, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return folders
    .map(({ name }) => parse(readFileSync(join(models, name, "model.toml"), "utf8")))
    .filter((model) => !model.demonstration)
    .map(entry);
}

function entry({ source, files, architecture, use, ...model }) {
  // Weights whose size was not recorded are taken as stored in f32, as all of these are where it was.
  const weights = use.memory_bytes.f32;
  const known = files.map(({ name, bytes }) => bytes ?? (isWeights(name) ? null : 0));
  const exact = !known.includes(null);
  return {
    id: model.id,
    name: model.name,
    family: model.family,
    granularity: model.granularity,
    attribution: model.attribution,
    licence: model.licence,
    nonCommercial: model.non_commercial ?? null,
    hub: source.kind === "hub" ? source.repository : null,
    doi: source.doi ?? null,
    revision: source.revision ?? null,
    files: files.map(({ name }) => name),
    knownFiles: files.map(({ name, bytes, sha256 }) => ({ name, bytes: bytes ?? null, sha256: sha256 ?? null })),
    downloadBytes: known.reduce((sum, bytes) => sum + (bytes ?? weights), 0),
    downloadExact: exact,
    memoryBytes: use.memory_bytes,
    parameters: architecture.parameters,
    layers: architecture.layers,
    width: architecture.width,
    heads: architecture.heads ?? null,
    feedForward: architecture.feed_forward ?? null,
    vocabulary: architecture.vocabulary,
    layerNormEpsilon: architecture.layer_norm_epsilon ?? null,
    tokenDropout: architecture.token_dropout ?? null,
    window: use.window_residues ?? use.window_tokens ?? null,
    lettersPerToken: Number(use.tokenizer.match(/^(\d)-mer/)?.[1] ?? 0) || null,
    refused: use.refused ?? null,
  };
}

function isWeights(name) {
  return /\.(safetensors|bin|pt)(\.index\.json)?$/.test(name);
}
