// The engine in another page: create, load, embed, read rows. Served beside `crossgrain.js`; from elsewhere, use its
// full address.
import { Crossgrain } from "../crossgrain.js";

const sequences = [
  { id: "toxin-a", sequence: "LKCNKLVPLFYKTCPAGKNLCYKMFMVATPKVPVKRGCIDVCPKSSLLVKYVCCNTDRCN" },
  { id: "toxin-b", sequence: "LKCKKLVPLFSKTCPAGKNLCYKMFMVAAPHVPVKRGCIDVCPKSSLLVKYVCCNTDKCN" },
  { id: "ubiquitin", sequence: "MQIFVKTLTGKTITLEVEPSDTIENVKAKIQDKEGIPPDQQRLIFAGKQLEDGRTLSDYNIQKESTLHLVLRLRGG" },
];

const status = document.querySelector("#status");
const stop = document.querySelector("#stop");

document.querySelector("#run").addEventListener("click", async () => {
  const controller = new AbortController();
  stop.disabled = false;
  stop.onclick = () => controller.abort();
  let cg;
  try {
    status.textContent = "Starting";
    cg = await Crossgrain.create({ device: "auto" });
    const model = await cg.loadModel({ builtin: "esm2-demo" });
    const out = await model.embed(sequences, {
      layers: "last",
      pool: "mean",
      signal: controller.signal,
      onProgress: ({ done, total, unit }) => (status.textContent = `${done} of ${total} ${unit}`),
    });
    show(out);
    status.textContent = `${out.rows} vectors of ${out.dims} numbers. ${cg.device.reason}`;
  } catch (error) {
    // Every error has a code and a hint, except an abort, which is a plain AbortError.
    status.textContent = error.name === "AbortError" ? "Stopped" : `${error.message} (${error.code}): ${error.hint}`;
  } finally {
    stop.disabled = true;
    cg?.close();
  }
});

function show({ ids, layers, rows, dims }) {
  const [matrix] = Object.values(layers);
  const row = (index) => matrix.subarray(index * dims, (index + 1) * dims);
  const body = document.querySelector("tbody");
  body.replaceChildren(line(["", ...ids], "th"));
  for (let a = 0; a < rows; a += 1) {
    const similarities = Array.from({ length: rows }, (_, b) => cosine(row(a), row(b)).toFixed(3));
    body.append(line([ids[a], ...similarities], "td"));
  }
  document.querySelector("table").hidden = false;
}

function line(texts, kind) {
  const tr = document.createElement("tr");
  for (const text of texts) tr.appendChild(document.createElement(kind)).textContent = text;
  return tr;
}

function cosine(a, b) {
  const dot = (x, y) => x.reduce((sum, value, index) => sum + value * y[index], 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}
