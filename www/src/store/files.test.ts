import { expect, test } from "vitest";
import { findModel } from "./files";

/** Files by their paths; a folder that was chosen gives its files paths. */
function files(...paths: string[]): File[] {
  return paths.map((path) => {
    const file = new File([], path.split("/").at(-1) ?? "");
    Object.defineProperty(file, "webkitRelativePath", { value: path.includes("/") ? path : "" });
    return file;
  });
}

test.each([
  ["a folder", ["esm2/config.json", "esm2/model.safetensors", "esm2/vocab.txt", "esm2/README.md"], "esm2", ["config.json", "model.safetensors", "vocab.txt"]],
  ["files with a plain name", ["model.safetensors", "config.json"], "model", ["model.safetensors", "config.json"]],
  ["one file with a name of its own", ["bigcarp_demo.pt"], "bigcarp_demo", ["bigcarp_demo.pt"]],
  ["an adapter beside its model", ["esm2/config.json", "esm2/model.safetensors", "lora/adapter_config.json", "lora/adapter_model.safetensors"], "esm2", ["config.json", "model.safetensors", "adapter_config.json", "adapter_model.safetensors"]],
  ["one file beside an adapter", ["mine.safetensors", "adapter_config.json", "adapter_model.bin"], "mine", ["mine.safetensors", "adapter_config.json", "adapter_model.bin"]],
  ["an adapter alone, which the engine refuses by its name,", ["adapter_config.json", "adapter_model.safetensors"], "model", ["adapter_config.json", "adapter_model.safetensors"]],
  ["a checkpoint of Lightning", ["config.json", "last.ckpt"], "last", ["config.json", "last.ckpt"]],
  ["shards and their index", ["model.safetensors.index.json", "model-1.safetensors", "model-2.safetensors"], "model", ["model.safetensors.index.json", "model-1.safetensors", "model-2.safetensors"]],
])("%s make a model", (_, paths, name, kept) => {
  const found = findModel(files(...paths));
  expect(found.name).toBe(name);
  expect(Object.keys(found.files)).toEqual(kept);
});

test.each([[[]], [["config.json", "vocab.txt"]], [["model.safetensors.index.json"]], [["notes.txt"]]])("%j has no weights", (paths) => {
  expect(() => findModel(files(...paths))).toThrow(/no weights/);
});
