import { beforeEach, expect, test } from "vitest";
import { CrossgrainError } from "../error";
import { initialState, store } from "../state";
import { cancelJob, forgetJob, runJob } from "./jobs";

type Job = Parameters<typeof runJob<"purity">>[1];
type Options = Parameters<Job>[0];

beforeEach(() => {
  store.set("jobs", initialState().jobs);
  store.set("run", initialState().run);
});

const purity = (): (typeof store.state.jobs)["purity"] => store.state.jobs.purity;
/** A job that ends when the test ends it, or when it is cancelled. */
function job(): { run: Job; end: (answer: unknown) => void; options: () => Options } {
  let [end, seen]: [(answer: unknown) => void, Options] = [() => undefined, {}];
  const run = (options: Options): Promise<never> =>
    new Promise((resolve, reject) => {
      [end, seen] = [resolve as (answer: unknown) => void, options];
      options.signal?.addEventListener("abort", () => reject(options.signal?.reason));
    });
  return { run, end: (answer) => end(answer), options: () => seen };
}

test("an answer, with progress before it", async () => {
  const one = job();
  const done = runJob("purity", one.run);
  expect(purity().phase).toBe("running");
  one.options().onProgress?.({ done: 1, total: 2 } as never);
  expect(purity().progress).toEqual({ done: 1, total: 2 });
  one.end("answer");
  await done;
  expect(purity()).toEqual({ phase: "done", answer: "answer", progress: null, error: null });
});

test("a failure ends in the state, not at the caller", async () => {
  await runJob("purity", () => Promise.reject(new CrossgrainError({ code: "purity.k", message: "", hint: "" })));
  expect(purity()).toMatchObject({ phase: "failed", progress: null, error: { code: "purity.k" } });
});

test("a cancel keeps the answer before it", async () => {
  store.patch("jobs", { purity: { ...purity(), phase: "done", answer: "before" as never } });
  const one = job();
  const done = runJob("purity", one.run);
  cancelJob("purity");
  await done;
  expect(purity()).toMatchObject({ phase: "cancelled", answer: "before", error: null });
});

test("the same question asked again: the first is stopped and says no more", async () => {
  const [first, second] = [job(), job()];
  const started = runJob("purity", first.run);
  const again = runJob("purity", second.run);
  expect(first.options().signal?.aborted).toBe(true);
  first.options().onProgress?.({ done: 9, total: 9 } as never);
  expect(purity().progress).toBeNull();
  await started;
  expect(purity().phase).toBe("running");
  second.end("second");
  await again;
  expect(purity().answer).toBe("second");
});

test("different questions run beside each other", async () => {
  const [one, other] = [job(), job()];
  const both = [runJob("purity", one.run), runJob("neighbours", other.run as never)];
  cancelJob("neighbours");
  one.end("answer");
  await Promise.all(both);
  expect([purity().phase, store.state.jobs.neighbours.phase]).toEqual(["done", "cancelled"]);
});

test("an answer about rows that are gone is not shown; codons are about the file, not about rows", async () => {
  const [one, other] = [job(), job()];
  const both = [runJob("purity", one.run), runJob("codons", other.run as never)];
  store.patch("run", { report: { ids: [] } as never });
  one.end("old");
  other.end("codons");
  await Promise.all(both);
  expect(purity().answer).toBeNull();
  expect(store.state.jobs.codons.answer).toBe("codons");
});

test("what is forgotten stays forgotten", async () => {
  const one = job();
  const done = runJob("purity", one.run);
  forgetJob("purity");
  await done;
  expect(purity()).toEqual({ phase: "idle", answer: null, error: null, progress: null });
});

test("a job that answers nothing leaves the part as it was before anything was asked", async () => {
  await runJob("purity", () => Promise.resolve(undefined));
  expect(purity()).toEqual({ phase: "idle", answer: null, error: null, progress: null });
});
