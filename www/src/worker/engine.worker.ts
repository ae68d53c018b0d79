/**
 * The compute worker: a thin comlink wrapper around the wasm `Session`. It sees sequences and therefore never talks to
 * any other origin: it is started from a `blob:` address so that it inherits the page's policy (`connect-src 'self'`),
 * and is handed its compiled wasm instead of fetching it.
 */
import { expose, transfer } from "comlink";
import type { CodonsOptions, SampleOptions } from "../analysis/border";
import { toNotice } from "../error";
import { watchRequests, type OnRequest } from "../requests";
import type * as border from "../session";
import { Session } from "../wasm/engine/crossgrain_wasm.js";
import { analysisCalls } from "./analysis";
import { load } from "./load";
import { saverCalls } from "./saver";

let session: border.Session | null = null;
let memory: WebAssembly.Memory | null = null;

function open(): border.Session {
  if (session === null)
    throw { code: "engine.not_open", message: "the engine is not open", where: {}, hint: "reload the page" };
  return session;
}

/** Runs one border call; whatever it throws leaves as a plain notice. */
async function guarded<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    throw toNotice(thrown);
  }
}

/** Comlink turns a callback into a message port; the border wants a plain function. */
function forward(progress: border.OnProgress | null): border.OnProgress | null {
  return progress === null ? null : (report) => void progress(report);
}

const engine = {
  /** Makes an instance, chooses the device and returns its report. */
  start: (
    module: WebAssembly.Module,
    options: border.OpenOptions,
    onRequest: OnRequest,
  ): Promise<border.DeviceReport> =>
    guarded(async () => {
      watchRequests("engine", (request) => void onRequest(request));
      memory = (await load(module)).memory;
      session = (await Session.open(options)) as unknown as border.Session;
      return session.device();
    }),
  loadModel: (
    files: Record<string, Blob>,
    options: border.LoadOptions,
    progress: border.OnProgress | null,
  ) => guarded(() => open().loadModel(files, options, forward(progress))),
  readSequences: (
    input: Blob,
    options: border.ReadOptions,
    progress: border.OnProgress | null,
  ) => guarded(() => open().readSequences(input, options, forward(progress))),
  setRecords: (records: border.SequenceRecord[], options: border.ReadOptions) =>
    guarded(() => open().setRecords(records, options)),
  embed: (options: border.EmbedOptions, progress: border.OnProgress | null) =>
    guarded(() => open().embed(options, forward(progress))),
  embedRecords: (
    records: border.SequenceRecord[],
    reading: border.ReadOptions,
    options: border.EmbedOptions,
    progress: border.OnProgress | null,
  ) =>
    guarded(async (): Promise<border.Answer> => {
      const sequences = open().setRecords(records, reading);
      const report = await open().embed(options, forward(progress));
      const rows = report.cancelled ? [] : report.layers.map((layer) => open().layer(layer));
      return transfer({ sequences, report, rows }, rows.map(({ buffer }) => buffer));
    }),
  deal: (workers: number) => guarded(() => open().deal(workers)),
  embedPart: (options: border.EmbedOptions, records: Uint32Array, progress: border.OnProgress | null) =>
    guarded(async () => {
      const part = await open().embedPart(options, records, forward(progress));
      return part === null ? null : transfer(part, part.states.map((state) => state.buffer));
    }),
  gather: (options: border.EmbedOptions, parts: border.Part[], seconds: number) =>
    guarded(() => open().gather(options, parts, seconds)),
  layer: (index: number) =>
    guarded(() => {
      const rows = open().layer(index);
      return transfer(rows, [rows.buffer]);
    }),
  readLabels: (input: Blob, name: string) => guarded(() => open().readLabels(input, name)),
  exportRows: (format: border.RowFormat, layer: number) =>
    guarded(() => {
      const file = open().exportRows(format, layer);
      return transfer(file, [file.buffer]);
    }),
  methods: () => guarded(() => open().methods()),
  kmers: (k: number) => guarded(() => open().kmers(k)),
  domainVectors: (learnt: boolean, seed: number) => guarded(() => open().domainVectors(learnt, seed)),
  codons: (options: CodonsOptions) => guarded(() => open().codons(options, null)),
  sampleCodons: (options: SampleOptions) => guarded(() => open().sampleCodons(options)),
  mutants: (record: number, options: { table?: number; baseChanges?: number }) =>
    guarded(() => open().mutants(record, options)),
  ...analysisCalls,
  ...saverCalls,
  /** Bytes of wasm memory; it never shrinks, so this is also the most that was needed so far. */
  memory: () => memory?.buffer.byteLength ?? 0,
  /** Returns as soon as the request is noted: the answer is the acknowledgement. */
  cancel: () => guarded(() => session?.cancel()),
};

/** The worker as the page sees it. */
export type EngineWorker = typeof engine;

// A promise that fails with nobody listening would be silent here; as an error event it reaches the owner.
self.addEventListener("unhandledrejection", (event) => {
  setTimeout(() => {
    throw event.reason;
  });
});

expose(engine);
