/**
 * The compute worker: a thin comlink wrapper around the wasm `Session`. It sees sequences and therefore never talks to
 * any other origin: it is started from a `blob:` address so that it inherits the page's policy (`connect-src 'self'`),
 * and is handed its compiled wasm instead of fetching it.
 */
import { expose, transfer } from "comlink";
import type { OnProgress } from "../progress";
import type {
  DeviceReport,
  EmbedReport,
  EmbedRequest,
  LoadRequest,
  Method,
  Methods,
  MethodsRecord,
  ModelReport,
  OpenRequest,
  ReadRequest,
  RowFormat,
  SequenceRecord,
  SequencesReport,
} from "../protocol";
import { watchRequests, type OnRequest } from "../requests";
import type { Chunk } from "../run/chunks";
import { Session } from "../wasm/engine/crossgrain_wasm.js";
import { analysisCalls, openedAnalyses } from "./analysis";
import { unpack, type ChunkRows, type PackedRows } from "./chunk-rows";
import { forward, guarded, moved, notOpen } from "./guarded";
import { showLife } from "./life";
import { load } from "./load";
import { saverCalls } from "./saver";
import { readSeveral, type NamedBlob, type SetReport } from "./several";

let session: Session | null = null;
let memory: WebAssembly.Memory | null = null;

/** Records that were read and embedded in one call; `rows[i]` are the rows of `report.layers[i]`. */
export interface EmbeddedRecords {
  sequences: SequencesReport;
  report: EmbedReport;
  rows: Float32Array[];
}

function open(): Session {
  return session ?? notOpen();
}

const engine = {
  /** Makes an instance, chooses the device and returns its report. */
  start: (module: WebAssembly.Module, request: OpenRequest, onRequest: OnRequest) =>
    guarded(async (): Promise<DeviceReport> => {
      watchRequests("engine", (request) => void onRequest(request));
      memory = (await load(module)).memory;
      session = await Session.open(request);
      return session.device();
    }),
  loadModel: (files: Record<string, Blob>, request: LoadRequest, progress: OnProgress | null) =>
    guarded((): Promise<ModelReport> => open().loadModel(files, request, forward(progress))),
  readSequences: (input: Blob, request: ReadRequest, progress: OnProgress | null) =>
    guarded((): Promise<SequencesReport> => open().readSequences(input, request, forward(progress))),
  readSeveral: (files: NamedBlob[], request: ReadRequest, progress: OnProgress | null) =>
    guarded((): Promise<SetReport> => readSeveral(files, request, (blob, one) => open().readSequences(blob, one, forward(progress)))),
  setRecords: (records: SequenceRecord[], request: ReadRequest) =>
    guarded((): SequencesReport => open().setRecords(records, request)),
  embed: (request: EmbedRequest, progress: OnProgress | null) =>
    guarded((): Promise<EmbedReport> => open().embed(request, forward(progress))),
  /** `setRecords`, `embed` and `layer` in one message each way: between two calls a worker waits. */
  embedRecords: (records: SequenceRecord[], reading: ReadRequest, request: EmbedRequest, progress: OnProgress | null) =>
    guarded(async (): Promise<EmbeddedRecords> => {
      const sequences: SequencesReport = open().setRecords(records, reading);
      const report: EmbedReport = await open().embed(request, forward(progress));
      const rows = report.cancelled ? [] : report.layers.map((layer) => open().layer(layer));
      return moved({ sequences, report, rows });
    }),
  partition: (workers: number) => guarded((): Chunk[] => open().partition(workers)),
  embedPart: (request: EmbedRequest, records: Uint32Array, progress: OnProgress | null) =>
    guarded(async (): Promise<ChunkRows | null> => {
      const part: ChunkRows | null = await open().embedPart(request, records, forward(progress));
      return part === null ? null : moved(part);
    }),
  merge: (request: EmbedRequest, parts: PackedRows[], seconds: number) =>
    guarded(async (): Promise<EmbedReport> => open().merge(request, await Promise.all(parts.map(unpack)), seconds)),
  layer: (index: number) =>
    guarded(() => {
      const rows: Float32Array = open().layer(index);
      return transfer(rows, [rows.buffer]);
    }),
  /** The same in a blob, which costs the page no copy. */
  layerBlob: (index: number) => guarded(() => new Blob([open().layer(index) as Float32Array<ArrayBuffer>])),
  exportRows: (format: RowFormat, layer: number) =>
    guarded(() => {
      const file: Uint8Array = open().exportRows(format, layer);
      return transfer(file, [file.buffer]);
    }),
  methods: () => guarded((): MethodsRecord => open().methods()),
  /** A question about the tables of this worker, or about its sequences. */
  ask: <M extends Method>(method: M, request: Methods[M]["request"], progress: OnProgress | null) =>
    guarded(async (): Promise<Methods[M]["response"]> => {
      const holder = openedAnalyses() ?? open();
      return moved((await holder.ask(method, request, forward(progress))) as Methods[M]["response"]);
    }),
  ...analysisCalls,
  ...saverCalls,
  /** Bytes of wasm memory; it never shrinks, so this is also its peak. */
  memory: () => memory?.buffer.byteLength ?? 0,
  /** Returns as soon as the request is noted: the answer is the acknowledgement. */
  cancel: () => guarded(() => session?.cancel()),
};

/** The worker as the page sees it. */
export type EngineWorker = typeof engine;

// A rejection that is not caught would be silent here; as an error event it reaches the owner.
self.addEventListener("unhandledrejection", (event) => {
  setTimeout(() => {
    throw event.reason;
  });
});

expose(engine);
showLife();
