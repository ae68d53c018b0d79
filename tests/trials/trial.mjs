/** One trial: runs the command in a folder of its own and compares what came out. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../www/build/step.mjs";

export class Trial {
  constructor(program, folder, out) {
    this.program = program;
    this.folder = folder;
    this.out = out;
  }

  /** Path of a file of the trial, or of an output. */
  file(name) {
    const given = join(this.folder, name);
    return existsSync(given) ? given : join(this.out, name);
  }

  /** Path of a model or of any other file of the repository. */
  repository(name) {
    return join(root, name);
  }

  /** Runs the command; answers its exit status and both outputs. Words that name files of the trial become their paths. */
  run(...words) {
    const named = words.map((word) => (existsSync(join(this.folder, word)) ? join(this.folder, word) : word));
    const result = spawnSync(this.program, named, { cwd: this.out, encoding: "utf8", maxBuffer: 1 << 28 });
    return { status: result.status, out: result.stdout, told: result.stderr };
  }

  /** The same; a refusal is a failure. */
  ok(...words) {
    const result = this.run(...words);
    assert.equal(result.status, 0, `${words.join(" ")}: ${result.told}`);
    return result;
  }

  /** The answer as JSON, with what was told beside it. */
  answer(...words) {
    const { out, told } = this.ok(...words, "--json");
    return { ...JSON.parse(out), told };
  }

  /** Embeds a file; answers what was told. */
  embed(model, input, out, ...words) {
    const folder = existsSync(join(this.folder, model)) ? join(this.folder, model) : this.repository(model);
    return this.ok("embed", "--device", "cpu", "--model", folder, "--input", input, "--out", out, ...words).told;
  }

  /** Ids and numbers of a table in CSV. */
  table(name) {
    const [, ...lines] = readFileSync(this.file(name), "utf8").trimEnd().split("\n");
    const rows = lines.map((line) => line.split(","));
    return { ids: rows.map(([id]) => id), rows: rows.map(([, ...numbers]) => numbers.map(Number)) };
  }

  /** Largest difference of two tables with the same ids. */
  difference(a, b) {
    const [one, other] = [this.table(a), this.table(b)];
    assert.deepEqual(one.ids, other.ids, `ids of ${a} and ${b}`);
    assert.deepEqual(one.rows.map((row) => row.length), other.rows.map((row) => row.length));
    let most = 0;
    for (const [at, row] of one.rows.entries()) for (const [column, value] of row.entries()) most = Math.max(most, Math.abs(value - other.rows[at][column]));
    return most;
  }

  /** Two tables are the same. */
  same(a, b, tolerance = 1e-5) {
    const found = this.difference(a, b);
    assert.ok(found <= tolerance, `${a} and ${b} differ by ${found}`);
    return `${this.table(a).ids.length} rows, largest difference ${found.toPrecision(2)}`;
  }

  /** Arrays of a `.safetensors` file with 32-bit numbers, by name. */
  arrays(name) {
    const bytes = readFileSync(existsSync(name) ? name : this.file(name));
    const start = 8 + Number(bytes.readBigUInt64LE(0));
    const header = JSON.parse(bytes.subarray(8, start).toString("utf8"));
    const numbers = ([from, to]) => Array.from({ length: (to - from) / 4 }, (_, at) => bytes.readFloatLE(start + from + 4 * at));
    return Object.fromEntries(Object.entries(header).filter(([key]) => key !== "__metadata__").map(([key, { data_offsets }]) => [key, numbers(data_offsets)]));
  }
}
