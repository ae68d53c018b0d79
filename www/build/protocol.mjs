/** `npm run protocol`: writes the types of TypeScript from the structs of crate/api into www/src/protocol. */
import { main, run } from "./step.mjs";

/** Fails when the written types are not those of crate/api; with `write`, writes them. */
export function protocol({ write = false } = {}) {
  // The whole workspace, because a single package would build its dependencies again with other features.
  const args = ["test", "--workspace", "--quiet", "--test", "protocol"];
  return run("cargo", args, { env: write ? { CROSSGRAIN_WRITE_PROTOCOL: "1" } : {} });
}

main(import.meta.url, () => protocol({ write: true }));
