import { beforeEach, expect, test } from "vitest";
import { CrossgrainError } from "../error";
import { initialState, store } from "../state";
import { cancelWork, forgetWork, work } from "./work";

type Job = Parameters<typeof work<"purity">>[1];
type Watching = Parameters<Job>[0];

beforeEach(() => {
  store.set("works", initialState().works);
  store.set("run", initialState().run);
});

const purity = (): (typeof store.state.works)["purity"] => store.state.works.purity;
/** A job that ends when it is told to, or when it is cancelled. */
function job(): { run: Job; end: (answer: unknown) => void; watching: () => Watching } {
  let [end, seen]: [(answer: unknown) => void, Watching] = [() => undefined, {}];
  const run = (watching: Watching): Promise<never> =>
    new Promise((resolve, reject) => {
      [end, seen] = [resolve as (answer: unknown) => void, watching];
      watching.signal?.addEventListener("abort", () => reject(watching.signal?.reason));
    });
  return { run, end: (answer) => end(answer), watching: () => seen };
}

test("an answer, with progress before it", async () => {
  const one = job();
  const done = work("purity", one.run);
  expect(purity().phase).toBe("running");
  one.watching().onProgress?.({ done: 1, total: 2 } as never);
  expect(purity().progress).toEqual({ done: 1, total: 2 });
  one.end("answer");
  await done;
  expect(purity()).toEqual({ phase: "done", answer: "answer", progress: null, error: null });
});

test("a failure ends in the state, not at the caller", async () => {
  await work("purity", () => Promise.reject(new CrossgrainError({ code: "purity.k", message: "", hint: "" })));
  expect(purity()).toMatchObject({ phase: "failed", progress: null, error: { code: "purity.k" } });
});

test("a cancel keeps the answer before it", async () => {
  store.patch("works", { purity: { ...purity(), phase: "done", answer: "before" as never } });
  const one = job();
  const done = work("purity", one.run);
  cancelWork("purity");
  await done;
  expect(purity()).toMatchObject({ phase: "cancelled", answer: "before", error: null });
});

test("the same question asked again: the first is stopped and says no more", async () => {
  const [first, second] = [job(), job()];
  const started = work("purity", first.run);
  const again = work("purity", second.run);
  expect(first.watching().signal?.aborted).toBe(true);
  first.watching().onProgress?.({ done: 9, total: 9 } as never);
  expect(purity().progress).toBeNull();
  await started;
  expect(purity().phase).toBe("running");
  second.end("second");
  await again;
  expect(purity().answer).toBe("second");
});

test("different questions run beside each other", async () => {
  const [one, other] = [job(), job()];
  const both = [work("purity", one.run), work("near", other.run as never)];
  cancelWork("near");
  one.end("answer");
  await Promise.all(both);
  expect([purity().phase, store.state.works.near.phase]).toEqual(["done", "cancelled"]);
});

test("an answer about rows that are gone is not shown; codons are about the file, not about rows", async () => {
  const [one, other] = [job(), job()];
  const both = [work("purity", one.run), work("codons", other.run as never)];
  store.set("run", { ...store.state.run });
  one.end("old");
  other.end("codons");
  await Promise.all(both);
  expect(purity().answer).toBeNull();
  expect(store.state.works.codons.answer).toBe("codons");
});

test("what is forgotten stays forgotten", async () => {
  const one = job();
  const done = work("purity", one.run);
  forgetWork("purity");
  await done;
  expect(purity()).toEqual({ phase: "idle", answer: null, error: null, progress: null });
});
