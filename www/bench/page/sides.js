// The sides as the page holds them: each opens once and does the same work on demand. Both engines compute in a worker
// with one thread; a turn is timed here, from the sequences to the mean vectors of the last layer.
import { compare } from "./fidelity.js";
import { sequencesOf } from "./work.js";
import { Crossgrain } from "/crossgrain.js";

const WEIGHTS = "/weights/esm2_8m_shape";
const DEMO = "esm2-demo";
const sides = new Map();
let kept = { name: "", rows: null };

window.sides = {
  /** Opens a side; answers a sentence about it. */
  async open(spec) {
    const side = spec.engine === "ours" ? await openOurs(spec) : await openTheirs(spec);
    sides.set(spec.name, side);
    return side.about;
  },
  /** Does `work` `times` times; answers milliseconds per time. */
  async run(name, work, times) {
    const sequences = await sequencesOf(work);
    const start = performance.now();
    for (let i = 0; i < times; i += 1) await sides.get(name).embed(sequences);
    return (performance.now() - start) / times;
  },
  /** How far the numbers of one side are from those of another: see fidelity.js. */
  async compare(name, reference, work) {
    const sequences = await sequencesOf(work);
    // Every side of a model is compared with the same reference, which is computed once.
    if (kept.name !== reference) kept = { name: reference, rows: await sides.get(reference).residues(sequences) };
    return compare(await sides.get(name).residues(sequences), kept.rows);
  },
  /** Bytes of wasm memory of a side of ours. */
  memory: (name) => sides.get(name).memory(),
  /** Ends a side. */
  close(name) {
    sides.get(name)?.close();
    sides.delete(name);
  },
};

async function openOurs({ device, weights, workers, model: which, folder = WEIGHTS }) {
  const cg = await Crossgrain.create({ device, ...(workers > 1 ? { workers } : {}) });
  const source = which === DEMO ? { builtin: DEMO } : { files: await filesOf(folder) };
  // An engine that knows only f32 takes no option for it.
  const model = await cg.loadModel({ ...source, ...(weights === "f32" ? {} : { weights }) });
  const embed = async (sequences) => {
    const records = sequences.map((sequence, i) => ({ id: `s${i}`, sequence }));
    const { layers, rows, dims } = await model.embed(records, { layers: "last", pool: "mean" });
    const [all] = Object.values(layers);
    return Array.from({ length: rows }, (_, i) => all.subarray(i * dims, (i + 1) * dims));
  };
  const residues = async (sequences) => {
    const records = sequences.map((sequence, i) => ({ id: `s${i}`, sequence }));
    const { layers, offsets, dims } = await model.embed(records, { layers: "last", pool: "none" });
    const [all] = Object.values(layers);
    const rows = records.map((_, i) => all.subarray(offsets[i] * dims, offsets[i + 1] * dims));
    return { rows, dims };
  };
  const about = `${cg.device.reason} (${model.report.precision})`;
  return { about, embed, residues, memory: () => cg.memory(), close: () => cg.close() };
}

async function openTheirs({ provider, file }) {
  const worker = new Worker(new URL("./theirs.worker.js", import.meta.url), { type: "module" });
  let next = 0;
  const ask = (message) =>
    new Promise((done, fail) => {
      const number = (next += 1);
      const hear = ({ data }) => {
        if (data.number !== number) return;
        worker.removeEventListener("message", hear);
        if (data.error === undefined) done(data.answer);
        else fail(new Error(data.error));
      };
      worker.addEventListener("message", hear);
      worker.addEventListener("error", (event) => fail(new Error(event.message)), { once: true });
      worker.postMessage({ number, ...message });
    });
  const about = await ask({ open: { provider, model: `${WEIGHTS}/${file}`, vocabulary: `${WEIGHTS}/vocab.txt` } });
  return {
    about,
    embed: (sequences) => ask({ embed: sequences }),
    residues: (sequences) => ask({ residues: sequences }),
    close: () => worker.terminate(),
  };
}

async function filesOf(folder) {
  const names = ["config.json", "vocab.txt", "model.safetensors"];
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await blob(`${folder}/${name}`)])));
}

async function blob(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address}: status ${response.status}`);
  return response.blob();
}
