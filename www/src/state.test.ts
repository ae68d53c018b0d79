import { expect, test, vi } from "vitest";
import { initialState, Store } from "./state";

test("a change replaces the part that changed, and only that one", () => {
  const store = new Store(initialState());
  const before = store.state;
  store.patch("engine", { workers: 4 });
  expect(store.state.engine).toEqual({ ...before.engine, workers: 4 });
  expect(before.engine.workers, "what was read before stays as it was").toBe(1);
  expect(store.state.engine).not.toBe(before.engine);
  expect(store.state.model).toBe(before.model);
});

test("listeners are called after each change until they leave", () => {
  const store = new Store({ a: { n: 0 } });
  const seen: number[] = [];
  const stop = store.subscribe(() => seen.push(store.state.a.n));
  const other = vi.fn();
  store.subscribe(other);
  store.patch("a", { n: 1 });
  store.set("a", { n: 2 });
  stop();
  store.set("a", { n: 3 });
  expect(seen).toEqual([1, 2]);
  expect(other).toHaveBeenCalledTimes(3);
});

test("two initial states share nothing that is written to", () => {
  expect(initialState()).toEqual(initialState());
  expect(initialState().runs).not.toBe(initialState().runs);
});
