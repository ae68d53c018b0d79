/**
 * The analyses of the public module: the questions of `Analyses` with matrices in place of table names. A matrix is
 * handed to the worker once, however often it is asked about.
 */
import { Analyst, table, type Table, type Watching } from "../analysis/analyst";
import type { Questions, Topic } from "../analysis/border";
import { CrossgrainError } from "../error";
import type { Embedding } from "../api";
import type { DeviceChoice } from "../session";

/** Rows of numbers, one after the other: `data[row * cols + column]`. */
export interface Matrix {
  data: Float32Array;
  rows: number;
  cols: number;
}
/** A matrix, or some of its rows. */
export type MatrixRows = Matrix | { matrix: Matrix; rows: number[] };

type Asked = Questions<MatrixRows>;
type Answer<T extends Topic> = Promise<Questions[T][1]>;

/** Questions about matrices; each call takes `onProgress` and an `AbortSignal`. */
export class Analyses {
  readonly #analyst: Analyst;
  readonly #tables = new WeakMap<Float32Array, Table>();

  /** `device` says where questions are computed that do not say it themselves. */
  constructor(device?: () => DeviceChoice) {
    this.#analyst = new Analyst(device);
  }

  /** The rows of one layer of an embedding as a matrix. */
  static matrix(embedding: Embedding, layer: number): Matrix {
    const data = embedding.layers[layer];
    if (data === undefined)
      throw new CrossgrainError({
        code: "embed.layer_not_kept",
        message: `layer ${layer} was not kept`,
        hint: `the embedding holds ${Object.keys(embedding.layers).join(", ")}`,
      });
    return { data, rows: embedding.rows, cols: embedding.dims };
  }

  /** Similarity of layers: `x` with one another, or with `y`. */
  cka(question: Asked["cka"][0], watching?: Watching): Answer<"cka"> {
    return this.#ask("cka", question, watching);
  }
  /** One pair of layers, with a permutation test and a bootstrap interval. */
  ckaTest(question: Asked["ckaTest"][0], watching?: Watching): Answer<"ckaTest"> {
    return this.#ask("ckaTest", question, watching);
  }
  /** The nearest rows of each row, or of `queries`. */
  neighbours(question: Asked["neighbours"][0], watching?: Watching): Answer<"neighbours"> {
    return this.#ask("neighbours", question, watching);
  }
  /** The share of neighbours with the same label, beside shuffled labels. */
  purity(question: Asked["purity"][0], watching?: Watching): Answer<"purity"> {
    return this.#ask("purity", question, watching);
  }
  /** The share of neighbours that two matrices have in common. */
  overlap(question: Asked["overlap"][0], watching?: Watching): Answer<"overlap"> {
    return this.#ask("overlap", question, watching);
  }
  /** Labels or numbers of `queries` from their neighbours. */
  predict(question: Asked["predict"][0], watching?: Watching): Answer<"predict"> {
    return this.#ask("predict", question, watching);
  }
  /** The published protocol for single mutants. */
  neighbourhood(question: Asked["neighbourhood"][0], watching?: Watching): Answer<"neighbourhood"> {
    return this.#ask("neighbourhood", question, watching);
  }
  /** Cross-validated probes of one or more matrices on the same folds. */
  probe(question: Asked["probe"][0], watching?: Watching): Answer<"probe"> {
    return this.#ask("probe", question, watching);
  }
  /** A map in two dimensions, with what it keeps. */
  map(question: Asked["map"][0], watching?: Watching): Answer<"map"> {
    return this.#ask("map", question, watching);
  }
  /** One map laid over another (Procrustes). */
  align(question: Asked["align"][0], watching?: Watching): Answer<"align"> {
    return this.#ask("align", question, watching);
  }
  /** Tables side by side, matched by the names of their rows. */
  join(question: Asked["join"][0], watching?: Watching): Answer<"join"> {
    return this.#ask("join", question, watching);
  }
  /** One row per sequence from its rows at chosen positions. */
  gather(question: Asked["gather"][0], watching?: Watching): Answer<"gather"> {
    return this.#ask("gather", question, watching);
  }
  /** Rows as a file. */
  exportTable(question: Asked["exportTable"][0], watching?: Watching): Answer<"exportTable"> {
    return this.#ask("exportTable", question, watching);
  }
  /** GC, GC3, counts and RSCU of coding sequences. */
  codons(question: Asked["codons"][0], watching?: Watching): Answer<"codons"> {
    return this.#ask("codons", question, watching);
  }
  /** Other coding sequences of the same proteins. */
  sampleCodons(question: Asked["sampleCodons"][0], watching?: Watching): Answer<"sampleCodons"> {
    return this.#ask("sampleCodons", question, watching);
  }
  /** Every single-codon change and what it does to the protein. */
  mutateCodons(question: Asked["mutateCodons"][0], watching?: Watching): Answer<"mutateCodons"> {
    return this.#ask("mutateCodons", question, watching);
  }
  /** The likeliest coding sequence of a protein. */
  backTranslate(question: Asked["backTranslate"][0], watching?: Watching): Answer<"backTranslate"> {
    return this.#ask("backTranslate", question, watching);
  }

  /** Ends the worker. */
  close(): void {
    this.#analyst.close();
  }

  async #ask<T extends Topic>(topic: T, question: Asked[T][0], watching: Watching = {}): Answer<T> {
    const unknown = Object.keys(watching).filter((name) => name !== "onProgress" && name !== "signal");
    if (unknown.length > 0)
      throw new CrossgrainError({
        code: "options.unknown_field",
        message: `unknown option of ${topic}: ${unknown.join(", ")}`,
        hint: "the second argument takes onProgress and signal",
      });
    const tables: Table[] = [];
    const named = this.#named(question, tables) as Questions[T][0];
    return this.#analyst.ask(topic, tables, named, watching);
  }

  /** The question with every matrix replaced by the key of its table. */
  #named(value: unknown, tables: Table[]): unknown {
    if (Array.isArray(value)) return value.map((one) => this.#named(one, tables));
    // Questions travel as JSON, which knows no typed arrays.
    if (value instanceof Uint32Array) return Array.from(value);
    if (typeof value !== "object" || value === null) return value;
    if (isMatrix(value)) return this.#table(value, tables);
    if ("matrix" in value && isMatrix(value.matrix)) {
      const { matrix, ...rest } = value;
      return { table: this.#table(matrix, tables), ...rest };
    }
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, this.#named(part, tables)]));
  }

  #table({ data, rows, cols }: Matrix, tables: Table[]): string {
    const known = this.#tables.get(data);
    const fits = known?.rows === rows && known.cols === cols;
    const found = fits ? known : table(data as Float32Array<ArrayBuffer>, rows, cols);
    this.#tables.set(data, found);
    tables.push(found);
    return found.key;
  }
}

function isMatrix(value: unknown): value is Matrix {
  return typeof value === "object" && value !== null && (value as Matrix).data instanceof Float32Array;
}
