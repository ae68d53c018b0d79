import { expect, test, vi } from "vitest";
import { remember, remembered } from "./kernels";

type Report = Parameters<typeof remember>[0];
const report = { name: "a card", kernels: "tiled", software: false } as Report;

function storage(): Map<string, string> {
  const kept = new Map<string, string>();
  vi.stubGlobal("localStorage", { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => kept.set(key, value) });
  return kept;
}

test("what suited a card comes back", () => {
  storage();
  expect(remembered()).toBeUndefined();
  remember(report);
  expect(remembered()).toEqual({ adapter: "a card", choice: "tiled" });
});

test("a CPU and a GPU in software leave nothing to remember", () => {
  const kept = storage();
  remember({ ...report, kernels: null });
  remember({ ...report, software: true });
  expect(kept.size).toBe(0);
});

test.each(["{", "null", "7", '{"adapter":"a"}', '{"adapter":1,"choice":"b"}'])("%s in the storage counts as nothing", (text) => {
  storage().set("crossgrain.kernels", text);
  expect(remembered()).toBeUndefined();
});

test("a page without storage goes on", () => {
  vi.stubGlobal("localStorage", undefined);
  expect(() => remember(report)).not.toThrow();
  expect(remembered()).toBeUndefined();
});
