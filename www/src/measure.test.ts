import { expect, test, vi } from "vitest";
import { CrossgrainError } from "./error";
import { measure, type Measuring } from "./measure";

type Model = Parameters<typeof measure>[0];
const model = { granularity: "protein" } as Model;

/** An engine whose runs take `milliseconds` for each residue, by a clock that only they move. */
function engines(perResidue: number, failing: Record<string, string> = {}): Measuring & { opened: string[]; closed: number; steps: string[]; letters: Set<string> } {
  let now = 0;
  vi.spyOn(performance, "now").mockImplementation(() => now);
  const job = {
    opened: [] as string[],
    closed: 0,
    steps: [] as string[],
    letters: new Set<string>(),
    onStep: (words: string) => void job.steps.push(words),
    stopped: () => false,
    open: (device: string, workers: number) => {
      job.opened.push(`${device} ${workers}`);
      let records: { sequence: string }[] = [];
      const code = failing[device];
      return {
        start: () => (code === undefined ? Promise.resolve({ kind: device }) : Promise.reject(new CrossgrainError({ code, message: "", hint: "" }))),
        setRecords: (given: { sequence: string }[]) => {
          records = given;
          for (const { sequence } of given) for (const letter of sequence) job.letters.add(letter);
          return Promise.resolve({});
        },
        embed: () => {
          const lengths = records.map(({ sequence }) => sequence.length);
          now += (perResidue / workers) * lengths.reduce((sum, n) => sum + n, 0);
          return Promise.resolve({ cancelled: false, lengths });
        },
        memory: () => Promise.resolve(123),
        close: () => void (job.closed += 1),
      };
    },
  };
  return job as unknown as ReturnType<typeof engines>;
}

test("each way to compute is measured on four sizes; rates follow from the median", async () => {
  vi.stubGlobal("navigator", { userAgent: "test", hardwareConcurrency: 2 });
  const job = engines(1);
  const report = await measure(model, 2, job);
  expect(job.opened).toEqual(["cpu 1", "cpu 2"]);
  expect(job.closed).toBe(2);
  const [one, two] = report.devices;
  expect(one?.cases.map(({ length, batch }) => [length, batch])).toEqual([[64, 8], [256, 1], [256, 8], [1000, 1]]);
  expect(one?.cases.map(({ residuesPerSecond }) => residuesPerSecond)).toEqual([1000, 1000, 1000, 1000]);
  expect(two?.cases.map(({ residuesPerSecond }) => residuesPerSecond)).toEqual([2000, 2000, 2000, 2000]);
  expect(one?.cases.map(({ milliseconds }) => milliseconds.length), "as many runs as fit into three seconds").toEqual([5, 5, 1, 3]);
  expect(one?.wasmBytes).toBe(123);
  expect(report).toMatchObject({ tool: "crossgrain", browser: "test", cores: 2 });
  expect(job.steps[0]).toBe("CPU: loading the model");
  expect(job.letters.size).toBe(20);
});

test("a case that would take too long is left out, not waited for", async () => {
  vi.stubGlobal("navigator", { userAgent: "", hardwareConcurrency: 1 });
  const report = await measure(model, 1, engines(20));
  expect(report.devices[0]?.cases.map(({ milliseconds, residuesPerSecond }) => [milliseconds.length, residuesPerSecond])).toEqual([
    [1, 50],
    [1, 50],
    [0, null],
    [1, 50],
  ]);
});

test("a GPU that cannot be opened is listed with its error, and the rest is measured", async () => {
  vi.stubGlobal("navigator", { userAgent: "", hardwareConcurrency: 1, gpu: {} });
  const job = engines(1, { webgpu: "device.unavailable" });
  const report = await measure(model, 1, job);
  expect(report.devices.map(({ choice, error }) => [choice, error?.code ?? null])).toEqual([
    ["cpu", null],
    ["webgpu", "device.unavailable"],
  ]);
  expect(report.devices[1]?.cases).toEqual([]);
  expect(job.closed).toBe(2);
});

test("stopping ends it as cancelled, and the engine is closed", async () => {
  vi.stubGlobal("navigator", { userAgent: "", hardwareConcurrency: 1 });
  const job = engines(1);
  job.stopped = () => job.steps.length > 2;
  await expect(measure(model, 1, job)).rejects.toMatchObject({ code: "engine.cancelled" });
  expect(job.closed).toBe(1);
});

test("bases are made up for a model of DNA; domains cannot be", async () => {
  vi.stubGlobal("navigator", { userAgent: "", hardwareConcurrency: 1 });
  const job = engines(1);
  await measure({ granularity: "nucleotide" } as Model, 1, job);
  expect([...job.letters].sort().join("")).toBe("ACGT");
  await expect(measure({ granularity: "domain" } as Model, 1, job)).rejects.toMatchObject({ code: "measure.no_letters" });
});

test("two measurements read the same sequences", async () => {
  vi.stubGlobal("navigator", { userAgent: "", hardwareConcurrency: 1 });
  const seen: string[] = [];
  for (let run = 0; run < 2; run += 1) {
    const job = engines(1);
    const { open } = job;
    job.open = (device, workers) => {
      const engine = open(device, workers);
      const { setRecords } = engine;
      engine.setRecords = (records, options) => {
        seen.push(JSON.stringify(records));
        return setRecords.call(engine, records, options);
      };
      return engine;
    };
    await measure(model, 1, job);
  }
  expect(seen.slice(0, 4)).toEqual(seen.slice(4));
  expect(new Set(seen).size).toBe(4);
});
