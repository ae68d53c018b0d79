/** The command under test, run in a folder of its own, and what its answers look like in a table. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Failure, root, run } from "../../www/build/step.mjs";

/** Builds the command, unless CROSSGRAIN names one. */
export async function command() {
  if (process.env.CROSSGRAIN) return process.env.CROSSGRAIN;
  await run("cargo", ["build", "-p", "crossgrain-cli"]);
  return join(root, "target", "debug", "crossgrain");
}

/** A folder in which the command runs. */
export class Bench {
  constructor(program, { seeds, draws, asPublished }) {
    this.program = program;
    this.seeds = seeds;
    this.draws = draws;
    this.asPublished = asPublished;
    this.folder = mkdtempSync(join(tmpdir(), "crossgrain-protocols-"));
    this.rows = [];
  }

  path(name) {
    return join(this.folder, name);
  }

  run(...words) {
    const options = { cwd: this.folder, encoding: "utf8", maxBuffer: 1 << 28 };
    const { status, stdout, stderr, error } = spawnSync(this.program, words, options);
    if (status !== 0) throw new Failure(`crossgrain ${words.join(" ")}: ${error?.message ?? stderr}`);
    return stdout;
  }

  answer(...words) {
    return JSON.parse(this.run(...words, "--json"));
  }

  /** Columns of the first layer of a `.safetensors` table, from its header. */
  columns(name) {
    const bytes = readFileSync(this.path(name));
    const header = JSON.parse(bytes.subarray(8, 8 + Number(bytes.readBigUInt64LE(0))).toString("utf8"));
    const [layer] = Object.keys(header).filter((key) => key !== "__metadata__");
    return header[layer].shape[1];
  }

  /** Embeds a file with a demonstration model; the table's name. */
  embed(model, input, out, pool = "auto") {
    this.run("embed", "--device", "cpu", "--model", join(root, "models", model), "--input", input, "--out", out, "--pool", pool);
    return out;
  }

  /**
   * Cross-validates tables on the same folds and keeps one line per table: the figures named, the interval of the
   * headline figure, permuted labels and the constant, and p against the first table.
   */
  probe(protocol, tables, figures, words) {
    const seeds = words.includes("--seed") ? [] : ["--seed", this.seeds.join(",")];
    const intervals = this.asPublished ? ["--intervals", "as-published", "--draws", String(this.draws)] : [];
    const files = tables.map(([, file]) => file);
    const { tables: found, rows, folds } = this.answer("probe", ...files, ...intervals, ...seeds, ...words);
    // Permuted labels and the constant belong to the labels: the first table's stand for all.
    const beside = found[0].scores;
    for (const [at, { columns, scores, minusFirst }] of found.entries()) {
      for (const figure of figures) {
        const score = scores.find(({ metric }) => metric === figure);
        const base = beside.find(({ metric }) => metric === figure);
        this.rows.push({
          protocol, rows, folds: folds.count, features: tables[at][0], columns, figure,
          value: score.value,
          interval: score.interval,
          shuffled: base.permuted?.mean ?? null,
          chance: base.permuted?.p ?? null,
          constant: base.constant,
          // The pair is compared in the headline figure, the first of the answer.
          p: minusFirst && score === scores[0] ? minusFirst.pHolm : null,
        });
      }
    }
  }

  close() {
    rmSync(this.folder, { recursive: true });
  }
}

const number = (value, digits = 3) => (value === null || value === undefined ? "–" : value.toFixed(digits));

/** All lines as a table in Markdown. */
export function print(rows) {
  const head = ["protocol", "n", "folds", "features", "columns", "figure", "score", "95 %", "permuted", "p", "constant", "p vs first"];
  const lines = rows.map((row) => [
    row.protocol, row.rows, row.folds ?? "–", row.features, row.columns, row.figure, number(row.value),
    row.interval ? `${number(row.interval.low)} to ${number(row.interval.high)}` : "–",
    number(row.shuffled), number(row.chance), number(row.constant), row.p < 5e-4 && row.p !== null ? "< 0.001" : number(row.p),
  ].map(String));
  const widths = head.map((name, i) => Math.max(name.length, ...lines.map((line) => line[i].length)));
  const show = (words) => console.log(`| ${words.map((word, i) => word.padEnd(widths[i])).join(" | ")} |`);
  show(head);
  console.log(`|${widths.map((width) => "-".repeat(width + 2)).join("|")}|`);
  lines.forEach(show);
}
