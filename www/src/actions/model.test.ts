import { beforeEach, expect, test, vi } from "vitest";
import { CrossgrainError } from "../error";
import { initialState, store, type State } from "../state";

const { engine, download, builtinModel, readAgain, storedFile } = vi.hoisted(() => ({
  engine: { loadModel: vi.fn(), setDevice: vi.fn(), setWorkers: vi.fn() },
  download: vi.fn(),
  builtinModel: vi.fn(),
  readAgain: vi.fn(),
  storedFile: vi.fn(),
}));
vi.mock("../engine", () => ({ engine, releaseRows: () => undefined, noteRequest: () => undefined }));
vi.mock("../store/downloads", () => ({ download }));
vi.mock("../store/site", () => ({ builtinModel }));
vi.mock("../store/stored", () => ({ storedFile }));
vi.mock("./sequences", () => ({ readAgain }));
const { cancelDownload, chooseWeights, hubAddress, loadBuiltin, loadedFiles, loadFiles, loadHub, loadStored, setDevice } = await import("./model");

const FILES = { "config.json": new Blob(["{}"]) };
let meta: { content: string } | null;

beforeEach(() => {
  vi.resetAllMocks();
  meta = { content: "https://hub/" };
  vi.stubGlobal("document", { baseURI: "https://site/", querySelector: () => meta });
  builtinModel.mockResolvedValue(FILES);
  engine.loadModel.mockImplementation(async (_, options: object) => ({ ...options, precision: "f32", quantized: false }));
  for (const [part, value] of Object.entries(initialState())) store.set(part as keyof State, value);
});

const model = (): State["model"] => store.state.model;
const options = (at: number): unknown => engine.loadModel.mock.calls[at]?.[1];
/** A file that was chosen by itself, not with its folder. */
const chosen = (name: string): File => Object.assign(new File([], name), { webkitRelativePath: "" });
const refused = (code: string): CrossgrainError => new CrossgrainError({ code, message: "", hint: "" });

test("a demonstration model: its files, its name, and sequences that are read again for it", async () => {
  await loadBuiltin("esm2-demo");
  expect(options(0)).toEqual({ name: "esm2-demo", source: "built-in esm2-demo" });
  expect(model()).toMatchObject({ phase: "ready", demonstration: "esm2-demo", error: null, progress: null });
  expect(loadedFiles()).toBe(FILES);
  expect(readAgain).toHaveBeenCalledTimes(1);
});

test("a failure to find files leaves the model before in use", async () => {
  await loadBuiltin("esm2-demo");
  const before = model().report;
  await loadFiles([chosen("notes.txt")]);
  expect(model()).toMatchObject({ phase: "failed", error: { code: "model.missing_file" } });
  expect(model().report).toBe(before);
  expect(loadedFiles()).toBe(FILES);
});

test("a refusal by the engine leaves the model before in use, with its files", async () => {
  await loadBuiltin("esm2-demo");
  const before = model().report;
  engine.loadModel.mockRejectedValueOnce(refused("model.unknown"));
  await loadFiles([chosen("model.safetensors")]);
  expect(model()).toMatchObject({ phase: "failed", error: { code: "model.unknown" } });
  expect(model().report).toBe(before);
  expect(loadedFiles()).toBe(FILES);
});

test.each<[string, () => Promise<void>]>([
  ["another model", () => loadBuiltin("nt-3mer-demo")],
  ["another precision", () => chooseWeights("int8")],
  ["another device", () => setDevice("cpu")],
])("results stay with %s", async (_, act) => {
  await loadBuiltin("esm2-demo");
  engine.setDevice.mockResolvedValue({});
  store.patch("run", { phase: "done", report: { ids: ["a"] } as never, shown: 1 });
  store.patch("map", { drawn: { points: [] } as never });
  store.set("runs", [{ id: 1 } as never]);
  const { run, runs, map, jobs } = store.state;
  await act();
  expect(store.state).toMatchObject({ run, runs, map, jobs });
});

test("a first model that is refused leaves none", async () => {
  vi.resetModules();
  const fresh = await import("./model");
  engine.loadModel.mockRejectedValue(refused("model.unknown"));
  await fresh.loadFiles([chosen("model.safetensors")]);
  expect(fresh.loadedFiles()).toBeNull();
});

test("of two models that are loaded at once the second is shown", async () => {
  const ends: ((files: object) => void)[] = [];
  builtinModel.mockImplementation(() => new Promise((resolve) => ends.push(resolve)));
  const [first, second] = [loadBuiltin("esm2-demo"), loadBuiltin("nt-3mer-demo")];
  for (const end of ends.toReversed()) end(FILES);
  await Promise.all([first, second]);
  expect(engine.loadModel).toHaveBeenCalledTimes(1);
  expect(model()).toMatchObject({ phase: "ready", report: { name: "nt-3mer-demo" } });
});

test("a download: from the hub of the page, and cancelled by the next model", async () => {
  const cancel = vi.fn();
  let fail: (reason: unknown) => void = () => undefined;
  download.mockReturnValue({ files: new Promise((_, reject) => (fail = reject)), cancel });
  const loading = loadHub(" owner/name ");
  expect(model()).toMatchObject({ phase: "downloading", wanted: "owner/name" });
  expect(download.mock.calls[0]?.[0]).toEqual({ hub: "https://hub", id: "owner/name", published: null });
  cancelDownload();
  await loadBuiltin("esm2-demo");
  expect(cancel).toHaveBeenCalledTimes(2);
  fail(refused("hub.cancelled"));
  await loading;
  expect(model()).toMatchObject({ phase: "ready", error: null, report: { name: "esm2-demo" } });
});

test("the files of a download are given up when another model takes its place, and at once when it is refused", async () => {
  const release = vi.fn();
  download.mockReturnValue({ files: Promise.resolve(FILES), cancel: vi.fn(), release });
  await loadHub("owner/name");
  expect(release).not.toHaveBeenCalled();
  await chooseWeights("int8");
  expect(release, "the same files in another precision").not.toHaveBeenCalled();
  await loadBuiltin("esm2-demo");
  await vi.waitFor(() => expect(release).toHaveBeenCalledTimes(1));
  engine.loadModel.mockRejectedValue(refused("model.unknown"));
  await loadHub("owner/name");
  await vi.waitFor(() => expect(release).toHaveBeenCalledTimes(2));
});

test("a file over 4 GiB is refused as that, and not called damaged", async () => {
  await loadFiles([Object.defineProperty(chosen("model.safetensors"), "size", { value: 5.7e9 })]);
  expect(model().error).toMatchObject({ code: "model.too_large_for_a_browser", where: { file: "model.safetensors" } });
  expect(engine.loadModel).not.toHaveBeenCalled();
});

test("a bad id is refused before anything is downloaded", async () => {
  await loadHub("../x");
  expect(model().error?.code).toBe("hub.bad_id");
  expect(download).not.toHaveBeenCalled();
});

test("other weights: the loaded model is read again, a quantized file is not", async () => {
  await loadBuiltin("esm2-demo");
  await chooseWeights("int8");
  expect(options(1)).toEqual({ name: "esm2-demo", source: "built-in esm2-demo", weights: "int8" });
  engine.loadModel.mockResolvedValue({ precision: "int4", quantized: true });
  storedFile.mockResolvedValue(new File([], "x"));
  await loadStored({ id: "x", name: "saved" } as never);
  expect(options(2), "a quantized file says itself what it holds").toEqual({ name: "saved", source: "saved in this browser" });
  await chooseWeights("f16");
  expect(engine.loadModel).toHaveBeenCalledTimes(3);
  expect(model().weights).toBe("f16");
});

test("a device that fails says so through the engine's phase, not by throwing", async () => {
  engine.setDevice.mockRejectedValue(refused("device.unavailable"));
  await setDevice("webgpu");
  expect(store.state.engine).toMatchObject({ choice: "webgpu", phase: "restarting" });
});

test("the hub's address comes from the page, without a slash at its end", () => {
  expect(hubAddress()).toBe("https://hub");
  meta = null;
  expect(hubAddress()).toBe("https://huggingface.co");
});
