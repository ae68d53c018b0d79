import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { FakeWorker } from "../worker/fake-worker";
import { download } from "./downloads";

vi.mock("./hub.worker.ts?worker&url", () => ({ default: "hub.worker.js" }));
vi.mock("./incoming", () => ({ beginIncoming: () => begin }));
vi.mock("../worker/start", () => ({ startDownloadWorker: () => worker }));

let worker: FakeWorker;
let begin: Promise<{ key: string; end: () => Promise<void> } | null>;
let ended: number;
let asked: unknown[];
let cancelled: number;
let fetching: (request: unknown, onProgress: (report: unknown) => void, onRequest: (entry: unknown) => void) => Promise<unknown>;

beforeEach(() => {
  [asked, cancelled, ended] = [[], 0, 0];
  begin = Promise.resolve({ key: "key", end: async () => void (ended += 1) });
  fetching = () => Promise.resolve({});
  worker = new FakeWorker({
    fetch: (...args: never[]) => {
      asked.push(args[0]);
      return fetching(...(args as unknown as Parameters<typeof fetching>));
    },
    cancel: () => (cancelled += 1),
  } as never);
});
afterEach(() => worker.terminate());

const request = { hub: "https://hub", id: "owner/name" };
const nothing = (): void => undefined;

test("the files of a model, with progress and requests on the way; the worker ends with them", async () => {
  const [reports, requests]: [unknown[], unknown[]] = [[], []];
  fetching = async (_, onProgress, onRequest) => {
    await onProgress({ done: 1, total: 2 });
    await onRequest({ url: "https://hub/x" });
    return { "config.json": new Blob(["{}"]) };
  };
  const files = await download(request, (one) => reports.push(one), (one) => requests.push(one)).files;
  expect(await files["config.json"]?.text()).toBe("{}");
  expect(asked).toEqual([{ ...request, incoming: "key" }]);
  expect([reports, requests]).toEqual([[{ done: 1, total: 2 }], [{ url: "https://hub/x" }]]);
  expect(worker.terminated).toBe(true);
  expect(ended, "the files lie there until they are released").toBe(0);
});

test("files that no model needs any more are given up once", async () => {
  const job = download(request, nothing, nothing);
  await job.files;
  job.release();
  job.release();
  expect(ended).toBe(1);
});

test("a worker that breaks or that the browser ends fails the download", async () => {
  fetching = () => new Promise(() => undefined);
  const job = download(request, nothing, nothing);
  await vi.waitFor(() => expect(asked).toHaveLength(1));
  worker.crash("the browser ended the worker");
  await expect(job.files).rejects.toMatchObject({ code: "hub.worker_failed" });
  expect(ended).toBe(1);
});

test("a refusal keeps its code, and ends the worker too", async () => {
  fetching = () => Promise.reject({ code: "hub.not_found", message: "no such model", where: {}, hint: "check the spelling" });
  await expect(download(request, nothing, nothing).files).rejects.toMatchObject({ name: "CrossgrainError", code: "hub.not_found", hint: "check the spelling" });
  expect(worker.terminated).toBe(true);
  expect(ended).toBe(1);
});

test("a cancel reaches a download under way", async () => {
  let stop: (reason: unknown) => void = nothing;
  fetching = () => new Promise((_, reject) => (stop = reject));
  const job = download(request, nothing, nothing);
  await vi.waitFor(() => expect(asked).toHaveLength(1));
  job.cancel();
  await vi.waitFor(() => expect(cancelled).toBe(1));
  stop({ code: "hub.cancelled", message: "", where: {}, hint: "" });
  await expect(job.files).rejects.toMatchObject({ code: "hub.cancelled" });
});

test("a cancel before the download has begun is not lost", async () => {
  let ready: (key: null) => void = nothing;
  begin = new Promise((resolve) => (ready = resolve));
  let after = 0;
  fetching = async () => {
    await vi.waitFor(() => expect(cancelled).toBe(2));
    after = cancelled;
    return {};
  };
  const job = download(request, nothing, nothing);
  job.cancel();
  await vi.waitFor(() => expect(cancelled).toBe(1));
  ready(null);
  await job.files;
  expect(after, "it is cancelled again once it runs").toBe(2);
});
