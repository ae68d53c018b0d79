import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { FakeWorker } from "../worker/fake-worker";
import { AnalysisClient, defaultDevice } from "./client";
import { Table } from "./table";

vi.mock("../store/program", () => ({ engineProgram: () => Promise.resolve({ script: "", module: {} }) }));
vi.mock("../worker/start", () => ({ startConfinedWorker: () => start() }));

/** Every worker that was started, with the calls that it got. */
let workers: { worker: FakeWorker; asked: unknown[][] }[] = [];
let answer: (method: string, request: Record<string, unknown>) => unknown;
let start: () => FakeWorker;

beforeEach(() => {
  workers = [];
  answer = (method, request) => ({ method, request });
  start = () => {
    const asked: unknown[][] = [];
    const worker = new FakeWorker({
      openAnalyses: () => undefined,
      addTable: (key: never, _: never, rows: never, cols: never) => void asked.push(["addTable", key, rows, cols]),
      dropTable: (key: never) => void asked.push(["dropTable", key]),
      readTable: (_: never, name: never, layer: never) => ({ name, layer }),
      ask: (method: never, request: never) => {
        asked.push(["ask", method, request]);
        return answer(method, request);
      },
    });
    workers.push({ worker, asked });
    return worker;
  };
});
afterEach(() => {
  for (const { worker } of workers) worker.terminate();
});

const asked = (at: number): unknown[][] => workers[at]?.asked ?? [];
const rows = (): Table => new Table(Float32Array.of(1, 2, 3, 4), 2, 2);

test("a table is sent once, and questions name it", async () => {
  const client = new AnalysisClient();
  const table = rows();
  await client.ask("align", { map: table, target: { table, rows: [1, 0] } });
  await client.ask("align", { map: table, target: table });
  expect(asked(0)).toEqual([
    ["addTable", table.key, 2, 2],
    ["ask", "align", { map: table.key, target: { table: table.key, rows: [1, 0] } }],
    ["ask", "align", { map: table.key, target: table.key }],
  ]);
});

test("a device is named only where the question knows devices, and a named one is kept", async () => {
  const client = new AnalysisClient(() => "cpu");
  const table = rows();
  await client.ask("neighbours", { table });
  await client.ask("neighbours", { table, device: "webgpu" });
  await client.ask("map", { table });
  const requests = asked(0).filter(([call]) => call === "ask").map(([, , request]) => request);
  expect(requests).toEqual([
    { table: table.key, device: "cpu" },
    { table: table.key, device: "webgpu" },
    { table: table.key },
  ]);
});

test("a GPU that brings the worker down leaves the answer to the CPU, and is not tried again", async () => {
  answer = (_, request) => {
    if (request["device"] !== "cpu") throw { code: "engine.trap", message: "unreachable", where: {}, hint: "" };
    return { computed: { device: "cpu", reason: "small" } };
  };
  const client = new AnalysisClient();
  const { computed } = await client.ask("neighbours", { table: rows() });
  expect(computed).toEqual({ device: "cpu", reason: expect.stringMatching(/stopped when it might use the GPU \(unreachable\)/) });
  expect(workers.map(({ worker }) => worker.terminated)).toEqual([true, false]);
  expect((await client.ask("neighbours", { table: rows() })).computed.reason).toBe("small");
  expect(workers).toHaveLength(2);
});

test("a refusal is an error with its code, and costs no worker", async () => {
  answer = () => {
    throw { code: "knn.neighbours", message: "", where: {}, hint: "" };
  };
  const client = new AnalysisClient(() => "cpu");
  await expect(client.ask("neighbours", { table: rows() })).rejects.toMatchObject({ code: "knn.neighbours" });
  expect(workers[0]?.worker.terminated).toBe(false);
});

test("an abort ends the worker; the next question gets a fresh one with its tables", async () => {
  const client = new AnalysisClient(() => "cpu");
  const table = rows();
  answer = () => new Promise(() => undefined);
  const controller = new AbortController();
  const waiting = client.ask("map", { table }, { signal: controller.signal });
  await vi.waitFor(() => expect(asked(0).map(([call]) => call)).toContain("ask"));
  controller.abort();
  await expect(waiting).rejects.toMatchObject({ name: "AbortError" });
  expect(workers[0]?.worker.terminated).toBe(true);
  answer = (method) => ({ method });
  await client.ask("map", { table });
  expect(asked(1).map(([call]) => call)).toEqual(["addTable", "ask"]);
});

test("files of numbers are read layer by layer", async () => {
  expect(await new AnalysisClient().readTable(new Blob([]), "rows.npy", 2)).toEqual({ name: "rows.npy", layer: 2 });
});

test("questions that name no device take the GPU only beside a hardware one", () => {
  const device = { kind: "webgpu", software: false } as Parameters<typeof defaultDevice>[0];
  expect(defaultDevice(device)).toBe("auto");
  expect(defaultDevice({ ...device, software: true } as typeof device)).toBe("cpu");
  expect(defaultDevice({ ...device, kind: "cpu" } as typeof device)).toBe("cpu");
  expect(defaultDevice(null)).toBe("cpu");
});
