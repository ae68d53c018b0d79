/**
 * The analyses of the public module: the questions of the engine, with matrices in place of table names. A matrix is
 * sent to the worker once, however many questions use it.
 */
import { AnalysisClient, type TableRequest } from "../analysis/client";
import { replaced, type RequestWith } from "../analysis/request";
import { Table } from "../analysis/table";
import { CrossgrainError } from "../error";
import type { RequestOptions } from "../progress";
import { DEFAULTS, type DeviceChoice, type Method, type Methods } from "../protocol";
import { layerMatrix, type Embedding, type Matrix, type MatrixRows } from "./embedding";

/** The request of a method, with matrices in place of table names. */
export type MatrixRequest<M extends Method> = RequestWith<MatrixRows, Methods[M]["request"]>;

/** One function for each method: `purity({ table, labels })`. */
export type MatrixMethods = {
  [M in keyof Methods]: (request: MatrixRequest<M>, options?: RequestOptions) => Promise<Methods[M]["response"]>;
};

/** Analyses of matrices and sequences, computed in a worker of their own while embedding goes on. */
export class Analyses {
  readonly #client: AnalysisClient;
  readonly #tables = new WeakMap<Float32Array, Table>();

  /** `device` is asked for the device of questions that name none. */
  constructor(device?: () => DeviceChoice) {
    this.#client = new AnalysisClient(device);
  }

  /**
   * The rows of one layer of an embedding as a matrix.
   *
   * Codes: `embed.layer_not_kept`.
   */
  static matrix(embedding: Embedding, layer: number): Matrix {
    return layerMatrix(embedding, layer);
  }

  /**
   * Answers a question by the name of its method; `purity(request)` is `ask("purity", request)`.
   *
   * Codes: those of the method, `options.unknown_field`; an abort rejects with the signal's reason.
   */
  async ask<M extends Method>(
    method: M,
    request: MatrixRequest<M>,
    options: RequestOptions = {},
  ): Promise<Methods[M]["response"]> {
    const unknown = Object.keys(options).filter((name) => name !== "onProgress" && name !== "signal");
    if (unknown.length > 0)
      throw new CrossgrainError({
        code: "options.unknown_field",
        message: `unknown option of ${method}: ${unknown.join(", ")}`,
        hint: "the second argument takes onProgress and signal",
      });
    const withTables = replaced(request, (value) => {
      if (isMatrix(value)) return this.#table(value);
      if (!("matrix" in value) || !isMatrix(value.matrix)) return undefined;
      const { matrix, ...rest } = value;
      return { ...rest, table: this.#table(matrix as Matrix) };
    }) as TableRequest<M>;
    return this.#client.ask(method, withTables, options);
  }

  /** Ends the worker; what still runs is rejected. */
  close(): void {
    this.#client.close();
  }

  #table({ data, rows, cols }: Matrix): Table {
    const known = this.#tables.get(data);
    const table = known?.rows === rows && known.cols === cols ? known : new Table(data, rows, cols);
    this.#tables.set(data, table);
    return table;
  }
}

/** Every method of the engine is a function of the class; a new method needs no line here. */
export interface Analyses extends MatrixMethods {}
for (const method of Object.keys(DEFAULTS) as Method[]) {
  Object.defineProperty(Analyses.prototype, method, {
    value(this: Analyses, request: MatrixRequest<Method>, options?: RequestOptions) {
      return this.ask(method, request, options);
    },
  });
}

function isMatrix(value: unknown): value is Matrix {
  return typeof value === "object" && value !== null && (value as Matrix).data instanceof Float32Array;
}
