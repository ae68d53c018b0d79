import { expect, test, vi } from "vitest";
import { fakeNavigator, type FakeFile, type FakeFolder } from "./fake-storage";
import { beginIncoming, Receiver, settleIncoming, sweepIncoming } from "./incoming";

const piece = (...numbers: number[]): Uint8Array<ArrayBuffer> => Uint8Array.from(numbers);
const bytesOf = async (blob: Blob): Promise<number[]> => [...new Uint8Array(await blob.arrayBuffer())];
const downloads = (root: FakeFolder): string[] => [...((root.inside.get("incoming") as FakeFolder | undefined)?.inside.keys() ?? [])];
const file = (root: FakeFolder, key: string, name: string): FakeFile =>
  ((root.inside.get("incoming") as FakeFolder).inside.get(key) as FakeFolder).inside.get(name) as FakeFile;

test("a download lies on the disk, in the order in which it came", async () => {
  const { root, navigator } = fakeNavigator();
  vi.stubGlobal("navigator", navigator);
  const receiver = await Receiver.open("key", "model.safetensors");
  await receiver.take(piece(1, 2));
  await receiver.take(piece(3));
  expect(receiver.bytes).toBe(3);
  expect([...file(root, "key", "model.safetensors").bytes]).toEqual([1, 2, 3]);
  expect(await bytesOf(await receiver.finish())).toEqual([1, 2, 3]);
  expect(file(root, "key", "model.safetensors").open).toBe(false);
});

test("a disk that fills up: what is there stays there, the rest is held in memory, no byte is lost or twice", async () => {
  const { root, navigator } = fakeNavigator(3);
  vi.stubGlobal("navigator", navigator);
  const receiver = await Receiver.open("key", "w");
  for (const numbers of [[1, 2], [3, 4], [5]]) await receiver.take(piece(...numbers));
  expect(file(root, "key", "w").open).toBe(false);
  expect(await bytesOf(await receiver.finish())).toEqual([1, 2, 3, 4, 5]);
});

test("a file that is shorter than what was written is reported as a loss", async () => {
  const { root, navigator } = fakeNavigator();
  vi.stubGlobal("navigator", navigator);
  const receiver = await Receiver.open("key", "w");
  await receiver.take(piece(1, 2, 3));
  file(root, "key", "w").bytes = piece(1);
  await expect(receiver.finish()).rejects.toMatchObject({ code: "storage.lost" });
});

test.each(["without a key", "without storage"])("memory takes the bytes %s", async (how) => {
  vi.stubGlobal("navigator", { storage: { getDirectory: () => Promise.reject(new Error("refused")) } });
  const receiver = await Receiver.open(how === "without a key" ? null : "key", "w");
  await receiver.take(piece(1));
  await receiver.take(piece(2, 3));
  expect(await bytesOf(await receiver.finish())).toEqual([1, 2, 3]);
  expect((await (await Receiver.open(null, "empty")).finish()).size).toBe(0);
});

test("a download that failed leaves its file closed", async () => {
  const { root, navigator } = fakeNavigator();
  vi.stubGlobal("navigator", navigator);
  const receiver = await Receiver.open("key", "w");
  await receiver.take(piece(1));
  receiver.abandon();
  expect(file(root, "key", "w").open).toBe(false);
});

test("what closed tabs have left is removed; what a tab still reads is not", async () => {
  const { root, held, navigator } = fakeNavigator();
  vi.stubGlobal("navigator", navigator);
  for (const key of ["left over", "in use"]) await (await Receiver.open(key, "w")).finish();
  held.add("crossgrain-incoming-in use");
  await sweepIncoming();
  expect(downloads(root)).toEqual(["in use"]);
});

test("a download that begins holds the lock of its model, so that no other tab removes it", async () => {
  const { root, held, navigator } = fakeNavigator();
  vi.stubGlobal("navigator", navigator);
  const one = await beginIncoming("owner/name-main-https://hub");
  expect(one?.key).toBe("owner+name-main-https+hub");
  expect([...held]).toEqual([`crossgrain-incoming-${one?.key}`]);
  await (await Receiver.open(one?.key ?? null, "w")).finish();
  const other = await beginIncoming("owner/name-main-https://hub");
  expect(other?.key, "the folder is in use").not.toBe(one?.key);
  expect(downloads(root)).toEqual([one?.key]);
  await one?.end();
  await other?.end();
  expect(downloads(root), "what is given up is removed").toEqual([]);
});

test("a download that broke off is gone on with, one byte before its end; one that is whole or a week old is not", async () => {
  const { root, navigator } = fakeNavigator();
  vi.stubGlobal("navigator", navigator);
  const first = await beginIncoming("m");
  const receiver = await Receiver.open("m", "w");
  await receiver.describe("https://hub/w", 10, '"v1"');
  for (const numbers of [[1, 2, 3], [4]]) await receiver.take(piece(...numbers));
  receiver.abandon();
  await first?.end();
  expect(downloads(root)).toEqual(["m"]);
  const again = await Receiver.open("m", "w");
  expect(again).toMatchObject({ bytes: 3, total: 10, etag: '"v1"', source: "https://hub/w" });
  await again.take(piece(4, 5));
  expect(await bytesOf(await again.finish())).toEqual([1, 2, 3, 4, 5]);
  file(root, "m", "w.resume").modified = Date.now() - 8 * 24 * 3600 * 1000;
  await sweepIncoming();
  expect(downloads(root)).toEqual([]);
});

test("of two that broke off the newer one stays; one that is settled goes", async () => {
  const { root, navigator } = fakeNavigator();
  vi.stubGlobal("navigator", navigator);
  for (const key of ["old", "new"]) {
    const receiver = await Receiver.open(key, "w");
    await receiver.describe("https://hub/w", 10, null);
    await receiver.take(piece(1));
    receiver.abandon();
  }
  file(root, "old", "w.resume").modified -= 1000;
  await sweepIncoming();
  expect(downloads(root)).toEqual(["new"]);
  await settleIncoming("new");
  await sweepIncoming();
  expect(downloads(root)).toEqual([]);
});

test("a browser without locks or storage begins without a key", async () => {
  vi.stubGlobal("navigator", {});
  expect(await beginIncoming("m")).toBeNull();
});
