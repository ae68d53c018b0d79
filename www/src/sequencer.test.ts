import { expect, test } from "vitest";
import { Sequencer } from "./sequencer";

/** A promise that the test ends. */
function gate(): { open: (value?: unknown) => void; fail: (reason: unknown) => void; passed: Promise<unknown> } {
  let [open, fail]: [(value?: unknown) => void, (reason: unknown) => void] = [() => undefined, () => undefined];
  const passed = new Promise<unknown>((resolve, reject) => ([open, fail] = [resolve, reject]));
  return { open, fail, passed };
}

/** Lets everything run that can run now. */
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

test("work starts when the work before it has ended, in the order of the calls", async () => {
  const queue = new Sequencer();
  const [first, second] = [gate(), gate()];
  const seen: string[] = [];
  const job = (name: string, until: Promise<unknown>) => async (): Promise<string> => {
    seen.push(`${name} starts`);
    await until;
    seen.push(`${name} ends`);
    return name;
  };
  const answers = [queue.run(job("a", first.passed)), queue.run(job("b", second.passed)), queue.run(job("c", Promise.resolve()))];
  await settle();
  expect(seen).toEqual(["a starts"]);
  second.open();
  await settle();
  expect(seen, "b is ready, but not its turn").toEqual(["a starts"]);
  first.open();
  expect(await Promise.all(answers)).toEqual(["a", "b", "c"]);
  expect(seen).toEqual(["a starts", "a ends", "b starts", "b ends", "c starts", "c ends"]);
});

test("a failure reaches its own caller and nobody else", async () => {
  const queue = new Sequencer();
  const failed = queue.run(() => Promise.reject(new Error("first")));
  const thrown = queue.run(() => {
    throw new Error("second");
  });
  const after = queue.run(() => Promise.resolve("third"));
  await expect(failed).rejects.toThrow("first");
  await expect(thrown).rejects.toThrow("second");
  expect(await after).toBe("third");
});

test("work that is queued by work runs after what was queued before", async () => {
  const queue = new Sequencer();
  const seen: string[] = [];
  let inner: Promise<unknown> = Promise.resolve();
  const outer = queue.run(async () => {
    seen.push("outer");
    inner = queue.run(async () => void seen.push("inner"));
  });
  await queue.run(async () => void seen.push("next"));
  await outer;
  await inner;
  expect(seen).toEqual(["outer", "next", "inner"]);
});
