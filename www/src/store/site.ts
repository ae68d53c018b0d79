/** Files that belong to this site: the demonstration model and the example sequences. */
import { CrossgrainError } from "../error";

/** The built-in model. */
export const BUILTIN = "esm2-demo";

/** The files of the demonstration model, relative to the site at `base`. */
export async function builtinModel(base: string): Promise<Record<string, Blob>> {
  const names = ["config.json", "vocab.txt", "model.safetensors"];
  const blobs = await Promise.all(names.map((name) => siteFile(new URL(`models/${BUILTIN}/${name}`, base))));
  return Object.fromEntries(names.map((name, index) => [name, blobs[index] as Blob]));
}

/** The example set: 120 venom proteins of eight families. */
export function exampleSequences(base: string): Promise<Blob> {
  return siteFile(new URL("examples/venom-families.fasta", base));
}

async function siteFile(url: URL): Promise<Blob> {
  const file = url.pathname.split("/").at(-1) ?? url.pathname;
  let reason: string;
  try {
    const response = await fetch(url);
    const html = (response.headers.get("Content-Type") ?? "").includes("text/html");
    if (response.ok && !html) return await response.blob();
    reason = html ? "a web page came instead" : `status ${response.status}`;
  } catch (thrown) {
    reason = thrown instanceof Error ? thrown.message : "network error";
  }
  throw new CrossgrainError({
    code: "site.file_missing",
    message: `a file of this site could not be loaded: ${file} (${reason})`,
    where: { file },
    hint: "reload the page; if it happens again, the site was not copied completely",
  });
}
