import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { WorkerPool } from "./pool";
import { FinishedRows } from "./run/finished-rows";
import type { PackedRows } from "./worker/chunk-rows";
import { FakeWorker } from "./worker/fake-worker";

vi.mock("./store/program", () => ({ ENGINE_BUILD: "test", engineProgram: () => Promise.resolve({ script: "", module: {} }) }));
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
/** The answer of a worker that embeds all by itself. */
let embed: (worker: number) => unknown;
/** The worker that takes no records. */
let refusing: number | null = null;
let start: () => FakeWorker;
/** How each worker was started. */
let opened: { device: string; because?: string }[] = [];

/** Rows of one layer and one number, which is the worker's. */
function rows({ worker, records }: Part): object {
  const each = (): Uint32Array => new Uint32Array(records.length).fill(1);
  const offsets = Uint32Array.from({ length: records.length + 1 }, (_, at) => at);
  const states = [new Float32Array(records.length).fill(worker)];
  return { records: Uint32Array.from(records), layers: Uint32Array.of(6), width: 1, offsets, states, windows: each(), residues: each(), specials: each(), pool: "mean", notices: worker };
}

beforeEach(() => {
  workers = [];
  opened = [];
  residues = [10_000, 20_000, 30_000, 40_000];
  embed = () => "embed";
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
      start: (_: never, given: { device: string; because?: string }) => {
        opened.push(given);
        return { kind: given.device === "cpu" ? "cpu" : kind, name: "", software: false, reason: "", check: null, relaxedSimd: false, kernels: null };
      },
      loadModel: note("loadModel"),
      readSequences: note("readSequences"),
      setRecords: () => {
        if (refusing === at) throw { code: "engine.out_of_memory", message: "", where: {}, hint: "" };
        return note("setRecords")();
      },
      embed: () => {
        asked.push("embed");
        return embed(at);
      },
      memory: () => 100,
      partition: () => residues.map((count, record) => ({ records: Uint32Array.of(record), residues: count })),
      embedPart: async (_: never, records: Uint32Array, progress: never) => {
        asked.push(`embed ${[...records].join()}`);
        const part = await compute(at, [...records], progress);
        return part === null ? null : rows(part);
      },
      merge: (_: never, parts: PackedRows[]) => {
        asked.push("merge");
        merged = parts.map(({ head }) => ({ worker: head.notices as number, records: [...head.records] }));
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

async function loaded(count: number, device: "cpu" | "auto" = "cpu"): Promise<WorkerPool> {
  const pool = new WorkerPool(device, count);
  await pool.loadModel({}, {} as never);
  await pool.readSequences(new Blob([]), {});
  return pool;
}

test("one worker embeds by itself what fits into one chunk", async () => {
  residues = [10, 20];
  const pool = await loaded(1);
  expect(await pool.embed({})).toBe("embed");
  expect(workers).toHaveLength(1);
});

test("a GPU is one device: several workers are not started for it", async () => {
  kind = "webgpu";
  residues = [10, 20];
  const pool = await loaded(4, "auto");
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
  residues = [5000, 6000];
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
  expect(seen.at(-1)).toMatchObject({ stage: "embedding", unit: "residues", done: 100_000, total: 100_000, secondsLeft: 0 });
  expect(seen.map(({ done }) => done)).toEqual(seen.map(({ done }) => done).toSorted((a, b) => a - b));
});

test("a refusal ends the run with its own error, and the others are stopped", async () => {
  compute = async (worker, records) => {
    if (worker === 1) throw { code: "embed.not_finite", message: "", where: {}, hint: "" };
    await vi.waitFor(() => expect(workers[0]?.cancelled).toBe(1));
    return records.length > 0 ? null : { worker, records };
  };
  const pool = await loaded(2);
  expect(await codeOf(pool.embed({}))).toBe("embed.not_finite");
  expect(merged).toEqual([]);
});

const failure = (code: string): object => ({ code, message: "", where: {}, hint: "" });

test.each([1, 2])("%i workers: one that breaks costs the chunk that it was computing, and the run goes on", async (count) => {
  const broken = new Set<number>();
  compute = async (worker, records) => {
    const [record = 0] = records;
    if (!broken.has(record)) {
      broken.add(record);
      throw failure("engine.trap");
    }
    return { worker, records };
  };
  const pool = await loaded(count);
  const finished = new FinishedRows();
  const said: string[] = [];
  await pool.embed({}, undefined, { finished, onInterrupted: ({ sentence }) => said.push(sentence) });
  expect(merged.flatMap(({ records }) => records).sort()).toEqual([0, 1, 2, 3]);
  expect(finished.count).toBe(4);
  expect(said).toHaveLength(4);
  expect(said[0]).toMatch(/^The engine stopped unexpectedly after 0 of 4 sequences: it was started again, and the run went on/);
});

test("what was finished before is not computed again", async () => {
  const finished = new FinishedRows();
  const pool = await loaded(1);
  compute = async (worker, records) => {
    if (records.includes(2)) throw failure("embed.not_finite");
    return { worker, records };
  };
  expect(await codeOf(pool.embed({}, undefined, { finished }))).toBe("embed.not_finite");
  expect(finished.count).toBe(2);
  const first: number[] = [];
  compute = async (worker, records) => {
    first.push(...records);
    return { worker, records };
  };
  await pool.embed({}, undefined, { finished });
  expect(first).toEqual([2, 3]);
  expect(merged.flatMap(({ records }) => records)).toEqual([0, 1, 2, 3]);
});

test("what fails again and again is tried in halves; the run ends with its error when the others are finished", async () => {
  residues = [600, 500, 400, 300, 900];
  const tried: string[] = [];
  compute = async (worker, records) => {
    tried.push(records.join());
    if (records.includes(1)) throw failure("engine.out_of_memory");
    return { worker, records };
  };
  const pool = await loaded(1);
  const finished = new FinishedRows();
  const left: number[] = [];
  expect(await codeOf(pool.embed({}, undefined, { finished, onLeft: (record) => left.push(record) }))).toBe("engine.out_of_memory");
  expect(tried).toEqual(["0,1,2,3,4", "0,1,2,3,4", "0,1,2", "0,1,2", "0,1", "0,1", "0", "1", "1", "1", "2", "3,4"]);
  expect([finished.count, left]).toEqual([4, [1]]);
});

test("an engine that fails whatever it computes is given up soon", async () => {
  let tries = 0;
  compute = async () => {
    tries += 1;
    throw failure("engine.trap");
  };
  const pool = await loaded(1);
  expect(await codeOf(pool.embed({}))).toBe("engine.trap");
  expect(tries).toBe(9);
});

test("a GPU that is lost twice gives way to the CPU, which says so", async () => {
  kind = "webgpu";
  residues = [100_000, 100_000, 100_000];
  let losses = 0;
  compute = async (worker, records) => {
    if (records.includes(1) && losses < 2) {
      losses += 1;
      throw failure("device.failed");
    }
    return { worker, records };
  };
  const pool = await loaded(1, "auto");
  const finished = new FinishedRows();
  const said: string[] = [];
  await pool.embed({}, undefined, { finished, onInterrupted: ({ sentence }) => said.push(sentence) });
  expect(opened.map(({ device }) => device)).toEqual(["auto", "auto", "cpu"]);
  expect(opened[2]?.because).toMatch(/^the GPU stopped/);
  expect(said.map((text) => /CPU/.test(text))).toEqual([false, true]);
  expect(finished.devices()).toEqual([
    { device: "WebGPU (engine test)", sequences: 1 },
    { device: "CPU (engine test)", sequences: 2 },
  ]);
});

test("a short run that traps is tried again", async () => {
  residues = [10];
  let traps = 0;
  embed = () => {
    if ((traps += 1) < 2) throw failure("engine.trap");
    return "rows";
  };
  const pool = await loaded(1);
  expect(await pool.embed({})).toBe("rows");
  embed = () => {
    throw failure("engine.trap");
  };
  expect(await codeOf(pool.embed({}))).toBe("engine.trap");
});

test("a run that is only partly finished: the others take part without rows", async () => {
  const finished = new FinishedRows();
  const pool = await loaded(1);
  compute = async (worker, records) => (records.includes(1) ? null : { worker, records });
  expect(await codeOf(pool.embed({}, undefined, { finished }))).toBe("engine.cancelled");
  await pool.finish({}, finished);
  expect(merged).toEqual([{ worker: 0, records: [0] }, ...[1, 2, 3].map((record) => ({ worker: [], records: [record] }))]);
});

test("a share that a worker gave up is missed, whoever stopped it", async () => {
  compute = async (worker, records) => {
    await vi.waitFor(() => expect(asked(1).some((call) => call.startsWith("embed "))).toBe(true));
    return worker === 1 ? null : { worker, records };
  };
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
