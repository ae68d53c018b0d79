import { beforeEach, expect, test, vi } from "vitest";
import type { RequestEntry } from "../requests";
import { checkedId, fetchModel, type Recorded } from "./hub";
import { MOST_BYTES } from "./size-limit";
import { PATIENCE } from "./transfer";

interface Answer {
  body?: string;
  status?: number;
  type?: string;
  /** Announced bytes, where they are not those of the body. */
  length?: number;
  /** The connection is torn after the body. */
  torn?: boolean;
}

/** Three tries, at once. */
const patience = { ...PATIENCE, waitsMs: [1, 1] };
const REVISION = "c".repeat(40);

let files: Record<string, Answer>;
let asked: { url: string; options: RequestInit | undefined }[];

beforeEach(() => {
  files = { "config.json": { body: "{}" }, "vocab.txt": { body: "A\nB\n" }, "model.safetensors": { body: "weights" } };
  asked = [];
  vi.stubGlobal("fetch", async (url: string, options?: RequestInit) => {
    asked.push({ url, options });
    options?.signal?.throwIfAborted();
    const { body = "", status = 200, type = "application/octet-stream", length, torn = false } = files[url.split(/\/resolve\/(?:main|c{40})\//)[1] ?? ""] ?? { status: 404 };
    const bytes = new TextEncoder().encode(body);
    const stream = new ReadableStream({
      start: (controller) => {
        if (bytes.length > 0) controller.enqueue(bytes);
        if (torn) controller.error(new TypeError("network error"));
        else controller.close();
      },
    });
    return new Response(stream, { status, headers: { "Content-Type": type, "Content-Length": String(length ?? bytes.length) } });
  });
});

const names = (): string[] => asked.map(({ url }) => url.split(/\/resolve\/(?:main|c{40})\//)[1] ?? "");

function fetched(id = "owner/name", signal = new AbortController().signal, published: Recorded | null = null): { files: Promise<Record<string, Blob>>; requests: RequestEntry[]; progress: { done: number; total: number }[] } {
  const requests: RequestEntry[] = [];
  const progress: { done: number; total: number }[] = [];
  const watcher = { onProgress: (one: { done: number; total: number }) => void progress.push(one), onRequest: (one: RequestEntry) => void requests.push(one), signal };
  return { files: fetchModel({ hub: "https://hub/", id, incoming: null, published, patience }, watcher), requests, progress };
}

test("settings, vocabulary and weights, each asked for once and without a login", async () => {
  const { files: found, requests, progress } = fetched();
  expect(Object.keys(await found)).toEqual(["config.json", "vocab.txt", "model.safetensors"]);
  expect(asked.map(({ url }) => url)).toEqual(["config.json", "vocab.txt", "model.safetensors"].map((file) => `https://hub/owner/name/resolve/main/${file}`));
  for (const { options } of asked) expect(options).toMatchObject({ credentials: "omit", referrerPolicy: "no-referrer" });
  expect(requests.map(({ bytes, scope }) => [bytes, scope])).toEqual([[2, "downloads"], [4, "downloads"], [7, "downloads"]]);
  expect(progress.at(-1)).toMatchObject({ done: 7, total: 7 });
});

test("another vocabulary and other weights are looked for in turn", async () => {
  files = { "config.json": { body: "{}" }, "tokenizer.json": { body: "{}" }, "pytorch_model.bin": { body: "x" } };
  expect(Object.keys(await fetched().files)).toEqual(["config.json", "tokenizer.json", "pytorch_model.bin"]);
  expect(names()).toEqual(["config.json", "vocab.txt", "tokenizer.json", "model.safetensors", "model.safetensors.index.json", "pytorch_model.bin"]);
});

test("an index leads to its shards, each once", async () => {
  const index = { weight_map: { a: "model-2.safetensors", b: "model-1.safetensors", c: "model-2.safetensors" } };
  files = { ...files, "model.safetensors.index.json": { body: JSON.stringify(index) }, "model-1.safetensors": { body: "1" }, "model-2.safetensors": { body: "2" } };
  delete files["model.safetensors"];
  expect(Object.keys(await fetched().files)).toEqual(["config.json", "vocab.txt", "model.safetensors.index.json", "model-1.safetensors", "model-2.safetensors"]);
});

test.each([
  ["a path", { a: "../secret.bin" }],
  ["another address", { a: "https://elsewhere/x.bin" }],
  ["weights and a path", { a: "1.bin", b: "../2.bin" }],
  ["a file that is no weights", { a: "notes.txt" }],
  ["no text", { a: 1 }],
  ["nothing", {}],
  ["too many", Object.fromEntries(Array.from({ length: 65 }, (_, i) => [i, `${i}.bin`]))],
])("an index that lists %s is refused before anything of it is asked for", async (_, weight_map) => {
  files = { ...files, "model.safetensors.index.json": { body: JSON.stringify({ weight_map }) } };
  delete files["model.safetensors"];
  await expect(fetched().files).rejects.toMatchObject({ code: "hub.bad_index" });
  expect(names().at(-1)).toBe("model.safetensors.index.json");
});

test.each<[string, string, Answer, string]>([
  ["a model that does not exist", "config.json", { status: 404 }, "hub.not_found"],
  ["a model that needs a login", "config.json", { status: 401 }, "hub.not_found"],
  ["a hub that is out of order", "config.json", { status: 503 }, "hub.network"],
  ["optional weights behind a fault", "model.safetensors", { status: 500 }, "hub.network"],
  ["a file that ends early", "model.safetensors", { body: "we", length: 7 }, "hub.truncated"],
  ["a connection that is torn", "model.safetensors", { body: "we", length: 7, torn: true }, "hub.truncated"],
  ["a web page instead of weights", "model.safetensors", { body: "sign in", type: "text/html; charset=utf-8" }, "hub.html_instead_of_weights"],
  ["a web page called weights", "model.safetensors", { body: "\n <!DOCTYPE html><html>" }, "hub.html_instead_of_weights"],
  ["a web page instead of the settings", "config.json", { body: "<html>" }, "hub.html_instead_of_weights"],
  ["settings that are none", "config.json", { body: "{}".padEnd(300_000) }, "model.file_too_large"],
  ["a vocabulary that is none", "vocab.txt", { body: "A\n".repeat(2_200_000) }, "model.file_too_large"],
  ["weights that were announced with a few bytes", "model.safetensors", { body: "w".repeat(2_000_000), length: 10 }, "hub.expands_too_far"],
  ["an answer that nobody asked for", "model.safetensors", { body: "eights", status: 206 }, "hub.wrong_range"],
  ["a file that is too large", "model.safetensors", { body: "w", length: MOST_BYTES + 1 }, "hub.too_large"],
])("%s is refused", async (_, file, answer, code) => {
  files[file] = answer;
  await expect(fetched().files).rejects.toMatchObject({ code });
});

test("a published model is asked for at its recorded commit, and a file that is longer than the published one is not taken", async () => {
  const published = { revision: REVISION, knownFiles: [{ name: "model.safetensors", bytes: 7, sha256: null }] };
  expect(Object.keys(await fetched("owner/name", undefined, published).files)).toHaveLength(3);
  expect(asked.every(({ url }) => url.includes(`/resolve/${REVISION}/`))).toBe(true);
  files["model.safetensors"] = { body: "weights and more", length: 0 };
  await expect(fetched("owner/name", undefined, published).files).rejects.toMatchObject({ code: "model.not_published" });
});

test("a hub without that commit is refused with the reason", async () => {
  files = {};
  await expect(fetched("owner/name", undefined, { revision: REVISION, knownFiles: [] }).files).rejects.toMatchObject({
    code: "hub.not_found",
    message: expect.stringContaining(REVISION) as unknown,
  });
});

test("a model without weights is refused as that", async () => {
  delete files["model.safetensors"];
  await expect(fetched().files).rejects.toMatchObject({ code: "hub.no_weights" });
});

test("more bytes than announced are no cut: the answer was compressed", async () => {
  files["model.safetensors"] = { body: "weights", length: 3 };
  expect((await fetched().files)["model.safetensors"]?.size).toBe(7);
});

test("no network and a cancel have different errors", async () => {
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("Failed to fetch")));
  await expect(fetched().files).rejects.toMatchObject({ code: "hub.network", where: { file: "config.json" } });
  const controller = new AbortController();
  controller.abort();
  await expect(fetched("owner/name", controller.signal).files).rejects.toMatchObject({ code: "hub.cancelled" });
});

test("ids are owner and name, and nothing that leads elsewhere", async () => {
  expect(checkedId("  facebook/esm2_t6_8M_UR50D ")).toBe("facebook/esm2_t6_8M_UR50D");
  for (const id of ["", "name", "a/b/c", "../../etc/passwd", "a/..", "a..b/c", ".a/b", "a/b?x", `a/${"b".repeat(97)}`])
    expect(() => checkedId(id), id).toThrow(/not a model id/);
  await expect(fetched("../x").files).rejects.toMatchObject({ code: "hub.bad_id" });
  expect(asked).toEqual([]);
});
