import { beforeEach, expect, test, vi } from "vitest";
import { fakeNavigator } from "./fake-storage";
import { keptFolders, removeFolder, SessionFolder } from "./sessions";

let fake: ReturnType<typeof fakeNavigator>;
beforeEach(() => {
  fake = fakeNavigator(1000);
  vi.stubGlobal("navigator", fake.navigator);
});

test("what a visit wrote is listed when no tab has it open, and can be read and removed", async () => {
  const mine = await SessionFolder.open("mine");
  await mine?.write("a.json", "text");
  await mine?.write("b.f32", new Blob([new Uint8Array(40)]));
  expect(await keptFolders(), "this tab has it").toEqual([]);
  mine?.close();
  await vi.waitFor(async () => expect(await keptFolders()).toEqual([{ key: "mine", bytes: 44 }]));
  const again = await SessionFolder.open("mine", false);
  expect(await (await again?.read("a.json"))?.text()).toBe("text");
  expect(await again?.read("c")).toBeNull();
  await again?.destroy();
  await vi.waitFor(async () => expect(await keptFolders()).toEqual([]));
});

test("a folder that another tab has is not opened", async () => {
  await SessionFolder.open("one");
  expect(await SessionFolder.open("one")).toBeNull();
});

test("a full disk and a browser without storage are said", async () => {
  const mine = await SessionFolder.open("mine");
  await expect(mine?.write("big", new Blob([new Uint8Array(2000)]))).rejects.toMatchObject({ code: "storage.session_full" });
  vi.stubGlobal("navigator", { ...fake.navigator, storage: { getDirectory: () => Promise.reject(new DOMException("private", "SecurityError")) } });
  await expect(SessionFolder.open()).rejects.toMatchObject({ code: "storage.session_unavailable" });
  await expect(removeFolder("x")).rejects.toMatchObject({ code: "storage.session_unavailable" });
});
