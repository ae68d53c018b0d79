/**
 * `node tests/trials/page.mjs FOLDER [NUMBER]`: the trials that are files for the page, in the page. One line per trial; the
 * exit status is 1 unless all are right. The page must have been built (`npm run build`).
 */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readFile, readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { Failure, main, root } from "../../www/build/step.mjs";
import { launch } from "../e2e/browser.mjs";
import { largestDifference, readCsv } from "../e2e/files.mjs";
import { chooseSequences, drop, embed, openPage, save } from "../e2e/page.mjs";
import { serve } from "../e2e/serve.mjs";

const ESM = "esm2-demo";
const BIGCARP = "bigcarp-demo";

/** Sequences: the model, the file, the file of the right outcome, and a genetic code if it must be chosen. */
const SEQUENCES = {
  "01": [ESM, "cluster.gbk", "proteins.faa"],
  "02": [BIGCARP, "cluster.gbk", "expected.tsv"],
  "03": [BIGCARP, "no_accession.domtbl", "expected.tsv"],
  "06": [ESM, "gffread_dots.faa", "gffread_S_stars.faa"],
  "07": [ESM, "cds_from_genomic.fna", "expected.faa", "11"],
  "08": [ESM, "genes.fna", "expected.faa", "15"],
  "09": [ESM, "mycoplasma.gbk", "expected.faa", "4"],
  11: [ESM, "pgap.gbff", "expected.faa"],
  12: [BIGCARP, "plasmid.gbk", "expected.tsv"],
  15: [BIGCARP, "newest_first.gbk", "expected.tsv"],
};

const words = (page, id) => page.getByTestId(id).innerText();

/** Uses a demonstration model. */
async function demonstration(page, name) {
  await page.getByTestId("demonstration").selectOption(name);
  await page.getByTestId("model-name").filter({ hasText: name }).waitFor();
}

/** Uses a model of a folder; answers its facts and what is told about it. */
async function model(page, folder) {
  const files = (await readdir(folder)).filter((name) => !name.endsWith(".toml")).map((name) => join(folder, name));
  await page.getByTestId("model-choice-files").check({ force: true });
  await page.getByTestId("model-files").setInputFiles(files);
  const error = page.getByTestId("error");
  const facts = page.getByTestId("model-name").filter({ hasNotText: /-demo/ });
  await facts.or(error).first().waitFor();
  if ((await error.count()) > 0) throw new Error(await error.innerText());
  const warnings = page.getByTestId("model-warnings");
  return (await warnings.count()) > 0 ? warnings.innerText() : "";
}

/** Embeds a file; answers ids and numbers. */
async function vectors(page, file, code) {
  await chooseSequences(page, file);
  if (code !== undefined) {
    await page.getByTestId("genetic-code").selectOption(code);
    await page.getByTestId("translate").click();
    await page.getByTestId("sequence-summary").waitFor();
    await page.locator("[data-testid=translate]:enabled").filter({ hasText: "again" }).waitFor();
  }
  await embed(page);
  const { rows } = readCsv((await save(page, "export-csv")).bytes);
  return { ids: rows.map(([id]) => id), numbers: rows.map(([, ...numbers]) => numbers.map(Number)) };
}

function same(one, other) {
  assert.deepEqual(one.ids, other.ids);
  const difference = largestDifference(one.numbers.flat(), other.numbers.flat());
  assert.ok(difference <= 1e-5, `they differ by ${difference}`);
  return `${one.ids.length} rows, largest difference ${difference.toPrecision(2)}`;
}

/** Drops files, by their paths or as they were saved; answers what each was taken for. */
async function taken(page, ...files) {
  const given = await Promise.all(
    files.map(async (file) => (typeof file === "string" ? { name: basename(file), buffer: await readFile(file) } : { name: file.name, buffer: file.bytes })),
  );
  await drop(page, given);
  const items = page.getByTestId("opened-files").locator("li");
  for (const { name } of given) await items.filter({ hasText: name }).and(page.locator("[data-phase=taken], [data-phase=failed]")).waitFor();
  return items.evaluateAll((items) => items.map(({ dataset }) => `${dataset.role} ${dataset.phase}`).sort());
}

/** Vectors and labels in one drop, coloured by a column; answers the purity of its groups. */
async function purity(page, column, k) {
  await page.getByTestId("near-column").selectOption(`label:${column}`);
  await page.getByTestId("near-k").fill(String(k));
  await page.getByTestId("purity-run").click();
  await page.getByTestId("purity-summary").waitFor();
  return words(page, "purity-summary");
}

const TRIALS = {
  async "04"(page, file) {
    await demonstration(page, BIGCARP);
    await page.getByTestId("sequence-file").setInputFiles(file("hits.tblout"));
    await page.getByTestId("error-code").waitFor();
    const told = await words(page, "error");
    assert.match(told, /--tblout/);
    assert.match(told, /--domtblout/);
    return `refused: ${await words(page, "error-code")}`;
  },
  async 13(page, file) {
    await demonstration(page, "nt-3mer-demo");
    const { ids } = await vectors(page, file("prokka.gbk"));
    assert.deepEqual(ids, ["NODE_1_length_1260_cov_13.663119", "NODE_2_length_600_cov_9.250000"]);
    return "both names";
  },
  async 17(page, file) {
    await demonstration(page, ESM);
    await vectors(page, file("dups.faa"));
    assert.deepEqual(await taken(page, file("labels.tsv")), ["labels taken"]);
    assert.match(await words(page, "label-tables"), /12 of 12 sequences/);
    return (await words(page, "label-tables")).replaceAll("\n", " ");
  },
  async 19(page, file) {
    assert.deepEqual(await taken(page, file("rows.csv"), file("sep_line.csv")), ["labels taken", "vectors taken"]);
    assert.match(await words(page, "label-tables"), /40 of 40 sequences/);
    const summary = await purity(page, "family", 3);
    assert.ok(Number(summary.match(/average ([\d.]+)/)[1]) > 0.9, summary);
    return summary.slice(0, 120);
  },
  async 20(page, file) {
    assert.deepEqual(await taken(page, file("points.csv"), file("labels.tsv")), ["labels taken", "vectors taken"]);
    assert.match(await words(page, "result-summary"), /40 .*of 6 numbers/s);
    await page.getByTestId("map-quality").waitFor();
    return (await words(page, "result-summary")).slice(0, 100);
  },
  async 21(page, file) {
    assert.deepEqual(await taken(page, file("vectors.tsv")), ["vectors taken"]);
    assert.match(await words(page, "result-summary"), /50 .*of 8 numbers/s);
    assert.deepEqual(await taken(page, file("rows.csv.gz")), ["vectors taken"]);
    return (await words(page, "result-summary")).slice(0, 100);
  },
  async 22(page, file) {
    assert.deepEqual(await taken(page, file("rows.csv"), file("labels.csv")), ["labels taken", "vectors taken"]);
    await page.getByTestId("colour-by").selectOption("label:type");
    const decided = await words(page, "labels-decided");
    const legend = (await page.getByTestId("legend").locator("bdi").allInnerTexts()).sort();
    assert.ok(!legend.includes("NA") && legend.includes("acid") && legend.includes("base"), legend.join());
    await page.getByTestId("colour-by").selectOption("label:Tm");
    await page.getByTestId("colour-bar").waitFor();
    return `${decided.replaceAll("\n", " ")}; groups ${legend.join(", ")}`;
  },
  async 24(page, file) {
    await demonstration(page, ESM);
    await page.getByTestId("pool").selectOption("none");
    await chooseSequences(page, file("proteins.faa"));
    await embed(page);
    await page.getByTestId("residue-labels").setInputFiles(file("labels.tsv"));
    await page.getByTestId("residue-column").locator("option[value='label:ss']").waitFor({ state: "attached" });
    await page.getByTestId("residue-run").click();
    const done = page.getByTestId("probe-table").or(page.getByTestId("error")).first();
    await done.waitFor({ timeout: 300_000 });
    const told = (await page.getByTestId("error").count()) > 0 ? await words(page, "error") : (await page.getByTestId("probe-warnings").allInnerTexts()).join();
    for (const word of ["s3", "43", "39"]) assert.match(told, new RegExp(`\\b${word}\\b`));
    return (await page.getByTestId("error").count()) > 0 ? (await words(page, "error")).replaceAll("\n", " ").slice(0, 160) : "told";
  },
  async 25(page, file) {
    await model(page, join(root, "tests", "golden", "esm2-tiny"));
    await page.getByTestId("pool").selectOption("none");
    await chooseSequences(page, file("peptides.faa"));
    await embed(page);
    const residues = await save(page, "export-safetensors");
    await page.getByTestId("pool").selectOption("mean");
    await chooseSequences(page, file("long_ids.faa"));
    await embed(page);
    const means = await save(page, "export-safetensors");
    const lines = [];
    for (const saved of [residues, means]) {
      const runs = await page.getByTestId("runs").locator("li").count();
      assert.deepEqual(await taken(page, saved), ["vectors taken"]);
      assert.equal(await page.getByTestId("runs").locator("li").count(), runs + 1);
      lines.push((await words(page, "result-summary")).split("\n")[0]);
    }
    return lines.join("; ");
  },
  async 26(page, file) {
    await model(page, join(root, "tests", "golden", "esm2-tiny"));
    const right = await vectors(page, file("proteins.faa"));
    const told = await model(page, file("esm-base"));
    return `${same(await vectors(page, file("proteins.faa")), right)} ${told}`;
  },
  async 27(page, file) {
    await model(page, join(root, "tests", "golden", "esm2-tiny"));
    const right = await vectors(page, file("proteins.faa"));
    const told = await model(page, file("esm-classifier"));
    assert.match(told, /classifier|head/);
    return `${same(await vectors(page, file("proteins.faa")), right)}; told: ${told}`;
  },
  async 31(page, file) {
    const told = await model(page, file("esm-untied"));
    const { ids } = await vectors(page, file("proteins.faa"));
    return `read, ${ids.length} rows ${told}`;
  },
};

for (const [number, [name, given, right, code]] of Object.entries(SEQUENCES)) {
  TRIALS[number] = async (page, file) => {
    await demonstration(page, name);
    const one = await vectors(page, file(given), code);
    return same(one, await vectors(page, file(right)));
  };
}

main(import.meta.url, async () => {
  const [given, only] = process.argv.slice(2);
  if (given === undefined || !existsSync(given)) throw new Failure("Say which folder holds the trials: node tests/trials/page.mjs FOLDER [NUMBER]");
  const [server, browser] = [await serve(), await launch({ webgpu: false })];
  const folders = (await readdir(given)).filter((name) => TRIALS[name.slice(0, 2)] && (only === undefined || name.startsWith(only))).sort();
  let wrong = 0;
  for (const folder of folders) {
    const { page, context } = await openPage(browser, server, { reducedMotion: "reduce" });
    page.setDefaultTimeout(60_000);
    let verdict;
    try {
      verdict = await TRIALS[folder.slice(0, 2)](page, (name) => join(given, folder, name));
    } catch (error) {
      wrong += 1;
      const said = (await page.getByTestId("error").allInnerTexts()).join("\n    ");
      verdict = `WRONG: ${error.message.split("\n").slice(0, 12).join("\n    ")}\n    ${said}`;
    }
    console.log(`${folder.padEnd(44)} ${verdict}`);
    await context.close();
  }
  console.log(`${folders.length - wrong} passed, ${wrong} failed`);
  await browser.close();
  await server.close();
  if (wrong > 0) process.exitCode = 1;
});
