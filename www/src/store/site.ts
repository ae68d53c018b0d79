/** Files that belong to this site: the demonstration models and their example sets. */
import { CrossgrainError } from "../error";
import type { Demonstration } from "./demonstrations";

/** The files of a demonstration model, relative to the site at `base`. */
export async function builtinModel({ id, files }: Demonstration, base: string): Promise<Record<string, Blob>> {
  const blobs = await Promise.all(files.map((name) => siteFile(new URL(`models/${id}/${name}`, base))));
  return Object.fromEntries(files.map((name, index) => [name, blobs[index] as Blob]));
}

/** A file of the example set of a demonstration model. */
export function exampleFile(file: string, base: string): Promise<Blob> {
  return siteFile(new URL(`examples/${file}`, base));
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
