import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Engine, type EnginePhase } from "./rpc";
import { FakeWorker, type Calls } from "./worker/fake-worker";
import { ENDED } from "./worker/life";

vi.mock("./store/program", () => ({ engineProgram: () => Promise.resolve({ script: "", module: {} }) }));
vi.mock("./worker/start", () => ({ startConfinedWorker: () => start() }));

const CPU = { kind: "cpu", name: "test", software: false, reason: "CPU", check: null, relaxedSimd: false, kernels: null };

/** Every worker that was started, each with the names of the calls that it got, in their order. */
let workers: { worker: FakeWorker; asked: string[] }[] = [];
/** Answers of the workers that replace the default ones. */
let answers: Calls = {};
let start: () => FakeWorker;

beforeEach(() => {
  workers = [];
  answers = {};
  start = () => {
    const asked: string[] = [];
    const defaults: Calls = { start: () => CPU, cancel: () => undefined };
    const names = ["start", "loadModel", "readSequences", "setRecords", "embed", "layer", "memory", "cancel"];
    const calls = names.map((name) => {
      const call = (...args: never[]): unknown => {
        asked.push(name);
        return (answers[name] ?? defaults[name] ?? (() => name))(...args);
      };
      return [name, call] as const;
    });
    const worker = new FakeWorker(Object.fromEntries(calls));
    workers.push({ worker, asked });
    return worker;
  };
});
afterEach(() => {
  for (const { worker } of workers) worker.terminate();
});

const asked = (at: number): string[] => workers[at]?.asked ?? [];
const never = (): Promise<never> => new Promise(() => undefined);
const codeOf = (promise: Promise<unknown>): Promise<string> => promise.then(() => "no error", ({ code }: { code: string }) => code);

test("one worker, one call at a time, in the order of the calls", async () => {
  const engine = new Engine("cpu");
  let running = 0;
  let most = 0;
  answers = {
    layer: async (index: number) => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve));
      running -= 1;
      return Float32Array.of(index);
    },
  } as unknown as Calls;
  const rows = await Promise.all([...[1, 2, 3].map((index) => engine.call((worker) => worker.layer(index)))]);
  expect(rows.map(([value]) => value)).toEqual([1, 2, 3]);
  expect(most).toBe(1);
  expect(workers).toHaveLength(1);
  expect(asked(0)).toEqual(["start", "layer", "layer", "layer"]);
});

test("a refusal is an error with its code, and costs no worker", async () => {
  const engine = new Engine("cpu");
  answers["loadModel"] = () => {
    throw { code: "model.missing_file", message: "no weights", where: {}, hint: "choose them" };
  };
  expect(await codeOf(engine.loadModel({}, {} as never))).toBe("model.missing_file");
  expect(await engine.call((worker) => worker.memory())).toBe("memory");
  expect(workers).toHaveLength(1);
});

test("a worker that trapped is replaced, and the new one gets model and sequences again, the model first", async () => {
  const phases: EnginePhase[] = [];
  const engine = new Engine("cpu", { onPhase: (phase) => phases.push(phase) });
  await engine.readSequences(new Blob(["one"]), {});
  await engine.readSequences(new Blob(["two"]), {});
  await engine.loadModel({}, {} as never);
  answers["embed"] = () => {
    throw { code: "engine.trap", message: "unreachable", where: {}, hint: "" };
  };
  expect(await codeOf(engine.embed({}))).toBe("engine.trap");
  expect(workers[0]?.worker.terminated).toBe(true);
  answers = {};
  expect(await engine.embed({})).toBe("embed");
  expect(asked(1)).toEqual(["start", "loadModel", "readSequences", "embed"]);
  expect(phases).toEqual(["starting", "ready", "restarting", "ready"]);
});

const refusing = (): never => {
  throw { code: "model.unknown", message: "", where: {}, hint: "" };
};
const file = (bytes: number): Blob => Object.defineProperty(new Blob([]), "size", { value: bytes });

test("another model is loaded into a worker beside the old one, which then goes; the sequences follow with the next call", async () => {
  const phases: EnginePhase[] = [];
  const engine = new Engine("cpu", { onPhase: (phase) => phases.push(phase) });
  await engine.loadModel({}, {} as never);
  await engine.readSequences(new Blob([]), {});
  answers["loadModel"] = () => {
    expect(workers[0]?.worker.terminated).toBe(false);
    return "second";
  };
  expect(await engine.loadModel({}, {} as never)).toBe("second");
  expect(workers[0]?.worker.terminated).toBe(true);
  expect(await engine.embed({})).toBe("embed");
  expect(asked(1)).toEqual(["start", "loadModel", "readSequences", "embed"]);
  expect(workers).toHaveLength(2);
  expect(phases).toEqual(["starting", "ready", "ready"]);
});

test("a model that was refused leaves the one before where it was", async () => {
  const engine = new Engine("cpu");
  await engine.loadModel({}, {} as never);
  answers["loadModel"] = refusing;
  expect(await codeOf(engine.loadModel({}, {} as never))).toBe("model.unknown");
  expect(workers.map(({ worker }) => worker.terminated)).toEqual([false, true]);
  answers = {};
  await engine.embed({});
  expect(asked(0)).toEqual(["start", "loadModel", "embed"]);
  await engine.setDevice("cpu");
  expect(asked(2)).toEqual(["start", "loadModel"]);
});

test("so does one that its owner refuses after a look at its report", async () => {
  const engine = new Engine("cpu");
  await engine.loadModel({}, {} as never);
  expect(await codeOf(engine.loadModel({}, {} as never, undefined, refusing))).toBe("model.unknown");
  await engine.embed({});
  expect(asked(0)).toEqual(["start", "loadModel", "embed"]);
});

test("a first model that its owner refuses is not left in the engine", async () => {
  const engine = new Engine("cpu");
  expect(await codeOf(engine.loadModel({}, {} as never, undefined, refusing))).toBe("model.unknown");
  await engine.start();
  expect(workers[0]?.worker.terminated).toBe(true);
  expect(asked(1)).toEqual(["start"]);
});

test("two models that are too large to be held together: the old one is loaded again after a refusal", async () => {
  const engine = new Engine("cpu");
  await engine.loadModel({ w: file(1.5 * 1024 ** 3) }, {} as never);
  answers["loadModel"] = refusing;
  expect(await codeOf(engine.loadModel({ w: file(1.5 * 1024 ** 3) }, {} as never))).toBe("model.unknown");
  answers = {};
  await engine.embed({});
  expect(asked(0)).toEqual(["start", "loadModel", "loadModel"]);
  expect(asked(1)).toEqual(["start", "loadModel", "embed"]);
});

test("a worker that the browser ended: its call is rejected at once, and another one goes on", async () => {
  const engine = new Engine("cpu");
  await engine.loadModel({}, {} as never);
  answers["embed"] = never;
  const run = codeOf(engine.embed({}));
  await vi.waitFor(() => expect(asked(0)).toContain("embed"));
  workers[0]?.worker.crash(ENDED);
  expect(await run).toBe("engine.worker_ended");
  answers = {};
  expect(await engine.embed({})).toBe("embed");
  expect(asked(1)).toEqual(["start", "loadModel", "embed"]);
});

test("a GPU that was chosen by name and is lost for good: the CPU goes on, and says why", async () => {
  const options: { device: string; because?: string }[] = [];
  let gpu = true;
  answers["start"] = (_: never, given: never) => {
    options.push(given);
    if ((given as { device: string }).device === "cpu") return CPU;
    if (!gpu) throw { code: "device.unavailable", message: "there is no WebGPU adapter", where: {}, hint: "" };
    return { ...CPU, kind: "webgpu" };
  };
  const phases: [EnginePhase, string | undefined][] = [];
  const engine = new Engine("webgpu", { onPhase: (phase, device) => phases.push([phase, device?.kind]) });
  await engine.loadModel({}, {} as never);
  gpu = false;
  answers["embed"] = () => {
    throw { code: "device.failed", message: "lost", where: {}, hint: "try again" };
  };
  const lost = await engine.embed({}).catch((error: { hint: string }) => error);
  expect(lost).toMatchObject({ code: "device.failed", hint: expect.stringContaining("restarted") as unknown });
  answers["embed"] = () => "rows";
  expect(await engine.embed({})).toBe("rows");
  expect(options.map(({ device }) => device)).toEqual(["webgpu", "webgpu", "cpu"]);
  expect(options[2]?.because).toMatch(/^the GPU stopped working/);
  expect(phases.at(-1)).toEqual(["ready", "cpu"]);
});

test("an error event ends the call in flight as a trap", async () => {
  const engine = new Engine("cpu");
  await engine.start();
  answers["embed"] = never;
  const run = codeOf(engine.embed({}));
  await vi.waitFor(() => expect(asked(0)).toContain("embed"));
  workers[0]?.worker.crash("out of memory");
  expect(await run).toBe("engine.trap");
  await vi.waitFor(() => expect(workers).toHaveLength(2));
});

test("an error event between two calls replaces the worker before the next one", async () => {
  const engine = new Engine("cpu");
  await engine.start();
  workers[0]?.worker.crash("out of memory");
  expect(await engine.call((worker) => worker.memory())).toBe("memory");
  expect(asked(1)).toEqual(["start", "memory"]);
});

test("a program that does not start is a failure that says so", async () => {
  const phases: [EnginePhase, string | undefined][] = [];
  const engine = new Engine("cpu", { onPhase: (phase, _, error) => phases.push([phase, error?.code]) });
  answers["start"] = never;
  const started = codeOf(engine.start());
  await vi.waitFor(() => expect(asked(0)).toEqual(["start"]));
  workers[0]?.worker.crash("");
  expect(await started).toBe("engine.worker_failed");
  expect(phases).toEqual([["starting", undefined], ["failed", "engine.worker_failed"]]);
});

test("auto goes on with the CPU when the GPU brings the engine down, and does not try it again", async () => {
  const options: { device: string; because?: string }[] = [];
  answers["start"] = (_: never, given: never) => {
    options.push(given);
    if ((given as { device: string }).device === "auto") throw { code: "engine.trap", message: "", where: {}, hint: "" };
    return CPU;
  };
  const engine = new Engine("auto");
  await engine.start();
  answers["embed"] = () => {
    throw { code: "engine.trap", message: "", where: {}, hint: "" };
  };
  await codeOf(engine.embed({}));
  await engine.start();
  expect(options.map(({ device }) => device)).toEqual(["auto", "cpu", "cpu"]);
  expect(options[1]?.because).toMatch(/WebGPU/);
  await engine.setDevice("auto");
  expect(options.map(({ device }) => device), "asked for by the user, it is tried again").toEqual(["auto", "cpu", "cpu", "auto", "cpu"]);
});

test("a device that does not exist is refused, and the CPU does not take its place", async () => {
  answers["start"] = () => {
    throw { code: "options.invalid", message: "unknown variant `tpu`", where: {}, hint: "" };
  };
  expect(await codeOf(new Engine("tpu" as never).start())).toBe("options.invalid");
  expect(workers).toHaveLength(1);
});

test("a GPU that is asked for by name and is not there is refused", async () => {
  answers["start"] = () => {
    throw { code: "device.unavailable", message: "", where: {}, hint: "" };
  };
  expect(await codeOf(new Engine("webgpu").start())).toBe("device.unavailable");
  expect(workers).toHaveLength(1);
});

test("a cancel that is acknowledged leaves the worker time to end by itself", async () => {
  const engine = new Engine("cpu");
  let end: (report: unknown) => void = () => undefined;
  answers["embed"] = () => new Promise((resolve) => (end = resolve));
  answers["cancel"] = () => end({ cancelled: true });
  const run = engine.embed({});
  await vi.waitFor(() => expect(asked(0)).toContain("embed"));
  vi.useFakeTimers({ toFake: ["setTimeout"] });
  try {
    const stopped = engine.cancel();
    expect(await run).toEqual({ cancelled: true });
    await vi.waitFor(() => expect(vi.getTimerCount()).toBeGreaterThan(0));
    await vi.runAllTimersAsync();
    await stopped;
  } finally {
    vi.useRealTimers();
  }
  expect(workers).toHaveLength(1);
  expect(await engine.call((worker) => worker.memory())).toBe("memory");
});

test("a cancel that is not acknowledged replaces the worker", async () => {
  const engine = new Engine("cpu");
  answers["embed"] = never;
  answers["cancel"] = never;
  const run = codeOf(engine.embed({}));
  await vi.waitFor(() => expect(asked(0)).toContain("embed"));
  vi.useFakeTimers({ toFake: ["setTimeout"] });
  try {
    const stopped = engine.cancel();
    await vi.advanceTimersByTimeAsync(200);
    await stopped;
  } finally {
    vi.useRealTimers();
  }
  expect(await run).toBe("engine.cancelled");
  expect(workers[0]?.worker.terminated).toBe(true);
});

test("a cancel with nothing in flight does nothing", async () => {
  const engine = new Engine("cpu");
  await engine.cancel();
  await engine.start();
  await engine.cancel();
  expect(asked(0)).toEqual(["start"]);
});

test("closing ends the call in flight and forgets what was loaded", async () => {
  const engine = new Engine("cpu");
  await engine.loadModel({}, {} as never);
  answers["embed"] = never;
  const run = codeOf(engine.embed({}));
  await vi.waitFor(() => expect(asked(0)).toContain("embed"));
  engine.close();
  expect(await run).toBe("engine.cancelled");
  expect(workers[0]?.worker.terminated).toBe(true);
  await engine.start();
  expect(asked(1)).toEqual(["start"]);
});

test("an engine that follows another loads what that one has", async () => {
  const engine = new Engine("cpu");
  await engine.loadModel({}, {} as never);
  await engine.setRecords([], {});
  const follower = new Engine("cpu").follow(engine, "model");
  await follower.start();
  expect(asked(1)).toEqual(["start", "loadModel"]);
});

test("progress reaches the caller", async () => {
  const engine = new Engine("cpu");
  answers["embed"] = async (_: never, progress: never) => {
    await (progress as (report: unknown) => Promise<void>)({ done: 1, total: 2 });
    return "done";
  };
  const seen: unknown[] = [];
  expect(await engine.embed({}, (report) => seen.push(report))).toBe("done");
  expect(seen).toEqual([{ done: 1, total: 2 }]);
});
