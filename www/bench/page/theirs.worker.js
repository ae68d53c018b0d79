// onnxruntime-web as a careful user would run it: its newest build for the device, one thread, all graph optimisations,
// sequences of one length in one batch without padding, the mean over residues taken here.
let session = null;
let ort = null;
let letters = new Map();

const CLS = 0;
const EOS = 2;
const UNKNOWN = 3;

self.addEventListener("message", async ({ data: { number, open, embed, residues } }) => {
  try {
    const answer = open ? await start(open) : embed ? await means(embed) : await perResidue(residues);
    self.postMessage({ number, answer });
  } catch (thrown) {
    self.postMessage({ number, error: String(thrown?.message ?? thrown) });
  }
});

async function start({ provider, model, vocabulary }) {
  ort = await import(provider === "webgpu" ? "/ort/ort.webgpu.min.mjs" : "/ort/ort.wasm.min.mjs");
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.wasmPaths = new URL("/ort/", location.origin).href;
  ort.env.logLevel = "error";
  const tokens = (await (await fetch(vocabulary)).text()).trim().split("\n");
  letters = new Map(tokens.map((token, id) => [token, id]));
  const bytes = new Uint8Array(await (await fetch(model)).arrayBuffer());
  session = await ort.InferenceSession.create(bytes, { executionProviders: [provider], graphOptimizationLevel: "all" });
  return `onnxruntime-web ${ort.env.versions.web ?? ort.env.versions.common}, ${provider}, ${model.split("/").at(-1)}`;
}

/** Mean of the last hidden state over residues, per sequence and in their order. */
function means(sequences) {
  return forward(sequences, mean);
}

/** The last hidden state of every residue. */
async function perResidue(sequences) {
  const cut = (data, row, [, tokens, width]) => data.slice((row * tokens + 1) * width, ((row + 1) * tokens - 1) * width);
  let dims = 0;
  const rows = await forward(sequences, (data, row, shape) => {
    dims = shape[2];
    return cut(data, row, shape);
  });
  return { rows, dims };
}

/** `take` of each sequence's last hidden state. */
async function forward(sequences, take) {
  const rows = new Array(sequences.length);
  for (const [length, group] of byLength(sequences)) {
    const shape = [group.length, length + 2];
    const ids = new BigInt64Array(shape[0] * shape[1]);
    for (const [row, at] of group.entries()) encode(sequences[at], ids.subarray(row * shape[1], (row + 1) * shape[1]));
    const mask = new BigInt64Array(ids.length).fill(1n);
    const outputs = await session.run({
      input_ids: new ort.Tensor("int64", ids, shape),
      attention_mask: new ort.Tensor("int64", mask, shape),
    });
    const { data, dims } = outputs.last_hidden_state;
    for (const [row, at] of group.entries()) rows[at] = take(data, row, dims);
    for (const output of Object.values(outputs)) output.dispose();
  }
  return rows;
}

/** Indices of the sequences by their length: no padding, so that q8 is at its best too. */
function byLength(sequences) {
  const groups = new Map();
  for (const [at, { length }] of sequences.entries()) groups.set(length, [...(groups.get(length) ?? []), at]);
  return groups;
}

function encode(sequence, ids) {
  ids[0] = BigInt(CLS);
  for (let i = 0; i < sequence.length; i += 1) ids[i + 1] = BigInt(letters.get(sequence[i]) ?? UNKNOWN);
  ids[ids.length - 1] = BigInt(EOS);
}

function mean(data, row, [, tokens, width]) {
  const sum = new Float32Array(width);
  const start = row * tokens * width;
  for (let token = 1; token < tokens - 1; token += 1) {
    for (let i = 0; i < width; i += 1) sum[i] += data[start + token * width + i];
  }
  return sum.map((value) => value / (tokens - 2));
}
