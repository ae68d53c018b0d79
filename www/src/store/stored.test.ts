import { beforeEach, expect, test, vi } from "vitest";
import { fakeNavigator, type FakeFile, type FakeFolder } from "./fake-storage";
import { alone, deleteForeign, deleteStored, foreignFiles, storageError, storedFile, storedId, storedModels, storedNames, sweepStored } from "./stored";

const SHA = "0123456789abcdef".repeat(4);
const ID = storedId(SHA, "int8");

let root: FakeFolder;
beforeEach(() => {
  const made = fakeNavigator();
  root = made.root;
  vi.stubGlobal("navigator", made.navigator);
});

const folder = (): Promise<FakeFolder> => root.getDirectoryHandle("models", { create: true });
async function put(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  const file: FakeFile = await (await folder()).getFileHandle(name, { create: true });
  file.bytes = bytes;
}
/** A file that begins like safetensors with these texts in its header. */
function withTexts(texts: Record<string, unknown>): Uint8Array<ArrayBuffer> {
  const header = new TextEncoder().encode(JSON.stringify({ __metadata__: texts }));
  const bytes = new Uint8Array(8 + header.length + 4);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true);
  bytes.set(header, 8);
  return bytes;
}

test("an id says which weights in which precision", () => {
  expect(ID).toBe("0123456789abcdef-int8");
  expect(storedNames(ID)).toEqual({ part: `${ID}.part`, whole: `${ID}.safetensors` });
});

test("the list is read from the files, by name; what is not whole is not listed", async () => {
  await put(`${ID}.safetensors`, withTexts({ "crossgrain.name": "zeta", "crossgrain.family": "ESM-2", "crossgrain.precision": "int8", "crossgrain.source_sha256": SHA }));
  await put("fedcba9876543210-f16.safetensors", withTexts({ "crossgrain.name": "alpha", "crossgrain.precision": "f16", "crossgrain.family": 7 }));
  await put("1111111111111111-int4.safetensors", Uint8Array.of(1, 2, 3));
  await put("2222222222222222-int4.part", Uint8Array.of(1));
  const listed = await storedModels();
  expect(listed.map(({ name, precision }) => [name, precision])).toEqual([
    ["1111111111111111-int4", "int8"],
    ["alpha", "f16"],
    ["zeta", "int8"],
  ]);
  expect(listed[2]).toMatchObject({ id: ID, family: "ESM-2", sourceSha256: SHA });
  expect(listed[1]?.family, "a number is no text").toBe("");
});

test("a header that claims to be huge is not read", async () => {
  const bytes = withTexts({ "crossgrain.name": "x" });
  new DataView(bytes.buffer).setBigUint64(0, 2n ** 40n, true);
  await put(`${ID}.safetensors`, bytes);
  const slice = vi.spyOn(Blob.prototype, "slice");
  expect((await storedModels())[0]?.name).toBe(ID);
  expect(slice.mock.calls).toEqual([[0, 8]]);
});

test("a saved model is found by its id, and gone once it is deleted", async () => {
  await put(`${ID}.safetensors`, withTexts({}));
  expect((await storedFile(ID)).size).toBeGreaterThan(8);
  await deleteStored(ID);
  await expect(storedFile(ID)).rejects.toMatchObject({ code: "storage.not_found" });
  await deleteStored(ID);
});

test.each(["../escape", "0123456789abcdef-int3", "0123456789ABCDEF-int8", ""])("%j is no id", async (id) => {
  await expect(storedFile(id)).rejects.toMatchObject({ code: "storage.not_found" });
  await expect(deleteStored(id)).rejects.toMatchObject({ code: "storage.not_found" });
});

test("what an interrupted save has left goes before the next one", async () => {
  await put(`${ID}.part`, Uint8Array.of(1));
  await put(`${ID}.safetensors`, Uint8Array.of(1));
  const seen = await alone(async () => [...(await folder()).inside.keys()]);
  expect(seen).toEqual([`${ID}.safetensors`]);
});

test("what this program did not make is listed apart and can be deleted, whatever its name", async () => {
  const names = ["other.safetensors", "notes.txt", "-x.safetensors", "__proto__", `${ID}.safetensors.bak`, "x.part"];
  for (const name of names) await put(name, Uint8Array.of(1, 2));
  await (await folder()).getDirectoryHandle("inner", { create: true });
  await put(`${ID}.safetensors`, withTexts({}));
  await put(`${ID}.part`, Uint8Array.of(1));
  expect((await storedModels()).map(({ id }) => id)).toEqual([ID]);
  const listed = await foreignFiles();
  expect(new Set(listed.map(({ name }) => name))).toEqual(new Set([...names, "inner"]));
  expect(listed.find(({ name }) => name === "inner")?.bytes).toBeNull();
  for (const { name } of listed) await deleteForeign(name);
  await deleteForeign(`${ID}.safetensors`);
  expect([...(await folder()).inside.keys()], "a saved model is no foreign file").toEqual([`${ID}.safetensors`]);
});

test("a file that the browser holds fast is reported", async () => {
  await put(`${ID}.safetensors`, withTexts({}));
  (await folder()).removeEntry = () => Promise.reject(new DOMException("in use", "NoModificationAllowedError"));
  await expect(deleteStored(ID)).rejects.toMatchObject({ code: "storage.not_deleted" });
});

test("a new page removes what an interrupted save has left, but not while a save is under way", async () => {
  await put(`${ID}.part`, Uint8Array.of(1));
  let end: () => void = () => undefined;
  const saving = alone(async () => {
    await put(`${ID}.part`, Uint8Array.of(1));
    await new Promise<void>((resolve) => (end = resolve));
  });
  await vi.waitFor(async () => expect((await folder()).inside.has(`${ID}.part`)).toBe(true));
  await new Promise((resolve) => setTimeout(resolve));
  await sweepStored();
  expect((await folder()).inside.has(`${ID}.part`)).toBe(true);
  end();
  await saving;
  await sweepStored();
  expect((await folder()).inside.has(`${ID}.part`)).toBe(false);
});

test("a browser without storage has no models and says why it has none", async () => {
  vi.stubGlobal("navigator", { storage: { getDirectory: () => Promise.reject(new Error("private window")) } });
  expect(await storedModels()).toEqual([]);
  await expect(storedFile(ID)).rejects.toMatchObject({ code: "storage.unavailable" });
});

test("a full disk has a code of its own", () => {
  expect(storageError(new DOMException("", "QuotaExceededError")).code).toBe("storage.full");
  expect(storageError(new TypeError("x")).code).toBe("page.unexpected");
});
