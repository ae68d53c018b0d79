import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { WorkerPool } from "./pool";
import { FakeWorker } from "./worker/fake-worker";

vi.mock("./store/program", () => ({ engineProgram: () => Promise.resolve({ script: "", module: {} }) }));
vi.mock("./worker/start", () => ({ startConfinedWorker: () => start() }));

interface Part {
  worker: number;
  records: number[];
}

/** Every worker that was started, and what it was asked to embed. */
let workers: { worker: FakeWorker; asked: string[]; cancelled: number }[] = [];
/** The chunks that the engine would make: one record each. */
let residues: number[] = [];
let kind: "cpu" | "webgpu" = "cpu";
/** The answer of a worker to a chunk. */
let compute: (worker: number, records: number[], progress: ((report: unknown) => void) | null) => Promise<Part | null>;
let merged: Part[] = [];
/** The worker that takes no records. */
let refusing: number | null = null;
let start: () => FakeWorker;

beforeEach(() => {
  workers = [];
  residues = [10, 20, 30, 40];
  kind = "cpu";
  merged = [];
  refusing = null;
  compute = (worker, records) => Promise.resolve({ worker, records });
  start = () => {
    const at = workers.length;
    const asked: string[] = [];
    const note = (name: string) => () => {
      asked.push(name);
      return name;
    };
    const worker = new FakeWorker({
      start: () => ({ kind, name: "", software: false, reason: "", check: null, relaxedSimd: false, kernels: null }),
      loadModel: note("loadModel"),
      readSequences: note("readSequences"),
      setRecords: () => {
        if (refusing === at) throw { code: "engine.out_of_memory", message: "", where: {}, hint: "" };
        return note("setRecords")();
      },
      embed: note("embed"),
      memory: () => 100,
      partition: () => residues.map((count, record) => ({ records: Uint32Array.of(record), residues: count })),
      embedPart: (_: never, records: Uint32Array, progress: never) => {
        asked.push(`embed ${[...records].join()}`);
        return compute(at, [...records], progress);
      },
      merge: (_: never, parts: Part[]) => {
        asked.push("merge");
        merged = parts;
        return { cancelled: false };
      },
      cancel: () => {
        const own = workers[at];
        if (own !== undefined) own.cancelled += 1;
      },
    } as never);
    workers.push({ worker, asked, cancelled: 0 });
    return worker;
  };
});
afterEach(() => {
  for (const { worker } of workers) worker.terminate();
});

const asked = (at: number): string[] => workers[at]?.asked ?? [];
const codeOf = (promise: Promise<unknown>): Promise<string> => promise.then(() => "no error", ({ code }: { code: string }) => code);

async function loaded(count: number): Promise<WorkerPool> {
  const pool = new WorkerPool("cpu", count);
  await pool.loadModel({}, {} as never);
  await pool.readSequences(new Blob([]), {});
  return pool;
}

test("one worker embeds by itself", async () => {
  const pool = await loaded(1);
  expect(await pool.embed({})).toBe("embed");
  expect(workers).toHaveLength(1);
});

test("a GPU is one device: several workers are not started for it", async () => {
  kind = "webgpu";
  const pool = await loaded(4);
  expect(await pool.embed({})).toBe("embed");
  expect(pool.workers).toBe(1);
  expect(workers).toHaveLength(1);
});

test("several workers share the work: every share once, and the first collects them", async () => {
  const pool = await loaded(3);
  await pool.embed({});
  expect(workers).toHaveLength(3);
  expect(merged.flatMap(({ records }) => records).sort()).toEqual([0, 1, 2, 3]);
  expect(new Set(merged.map(({ worker }) => worker)).size).toBeGreaterThan(1);
  expect(asked(0).at(-1)).toBe("merge");
  for (const at of [1, 2]) {
    expect(asked(at).slice(0, 2)).toEqual(["loadModel", "readSequences"]);
    expect(asked(at)).not.toContain("merge");
  }
  await pool.embed({});
  expect(workers, "the workers are kept for the next run").toHaveLength(3);
});

test("no more workers than shares are used", async () => {
  residues = [5, 6];
  const pool = await loaded(4);
  await pool.embed({});
  expect(workers.filter(({ asked }) => asked.some((call) => call.startsWith("embed")))).toHaveLength(2);
});

test("progress adds up over the workers, never falls, and ends at the total", async () => {
  compute = async (worker, records, progress) => {
    for (const done of [1, 2]) progress?.({ done, total: 2 });
    return { worker, records };
  };
  const pool = await loaded(2);
  const seen: { done: number; total: number }[] = [];
  await pool.embed({}, (report) => seen.push(report));
  expect(seen.at(-1)).toMatchObject({ stage: "embedding", unit: "residues", done: 100, total: 100, secondsLeft: 0 });
  expect(seen.map(({ done }) => done)).toEqual(seen.map(({ done }) => done).toSorted((a, b) => a - b));
});

test("a worker that breaks ends the run with its own error, and the others are stopped", async () => {
  compute = async (worker, records) => {
    if (worker === 1) throw { code: "engine.out_of_memory", message: "", where: {}, hint: "" };
    await vi.waitFor(() => expect(workers[0]?.cancelled).toBe(1));
    return records.length > 0 ? null : { worker, records };
  };
  const pool = await loaded(2);
  expect(await codeOf(pool.embed({}))).toBe("engine.out_of_memory");
  expect(merged).toEqual([]);
});

test("a share that a worker gave up is missed, whoever stopped it", async () => {
  compute = (worker, records) => Promise.resolve(worker === 1 ? null : { worker, records });
  const pool = await loaded(2);
  expect(await codeOf(pool.embed({}))).toBe("engine.cancelled");
  expect(merged).toEqual([]);
});

test("a worker that could not take the new sequences is let go, and the answer is the first one's", async () => {
  const pool = await loaded(2);
  await pool.embed({});
  refusing = 1;
  expect(await pool.setRecords([], {})).toBe("setRecords");
  expect(workers[1]?.worker.terminated).toBe(true);
  await pool.embed({});
  expect(asked(2).slice(0, 2), "the next one starts with model and sequences").toEqual(["loadModel", "setRecords"]);
});

test("a cancel stops all workers and ends the run as cancelled", async () => {
  let open: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => (open = resolve));
  compute = async () => {
    await gate;
    return null;
  };
  const pool = await loaded(2);
  const run = codeOf(pool.embed({}));
  await vi.waitFor(() => expect([asked(0), asked(1)].every((calls) => calls.some((call) => call.startsWith("embed ")))).toBe(true));
  // It ends two seconds later, when a worker that did not stop would be replaced; the run is over long before.
  void pool.cancel();
  await vi.waitFor(() => expect(workers.map(({ cancelled }) => cancelled)).toEqual([1, 1]));
  open();
  expect(await run).toBe("engine.cancelled");
  expect(merged).toEqual([]);
  pool.close();
});

test("new sequences go to all workers, a new model lets the others go", async () => {
  const pool = await loaded(2);
  await pool.embed({});
  await pool.setRecords([], {});
  expect(asked(1).at(-1)).toBe("setRecords");
  await pool.loadModel({}, {} as never);
  expect(workers[1]?.worker.terminated).toBe(true);
  // The new model came in a worker of its own, beside the old one.
  expect(workers.map(({ worker }) => worker.terminated)).toEqual([true, true, false]);
});

test("fewer workers from now on: those too many are ended; memory counts those that are left", async () => {
  const pool = await loaded(3);
  await pool.embed({});
  expect(await pool.memory()).toBe(300);
  await pool.setWorkers(2);
  expect(workers.map(({ worker }) => worker.terminated)).toEqual([false, false, true]);
  expect(await pool.memory()).toBe(200);
  pool.close();
  expect(workers.every(({ worker }) => worker.terminated)).toBe(true);
});
