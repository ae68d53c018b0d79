/** A checkpoint of any ESM-2 shape with random f16 weights from a seed, in the layout of the hub. */
import { closeSync, openSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";

/** The shape of `facebook/esm2_t30_150M_UR50D`. */
export const SHAPE_150M = { layers: 30, width: 640, heads: 20, ffn: 2560 };
/** The shape of `facebook/esm2_t33_650M_UR50D`. */
export const SHAPE_650M = { layers: 33, width: 1280, heads: 20, ffn: 5120 };
const VOCABULARY = ["<cls>", "<pad>", "<eos>", "<unk>", ..."LAGVSERTIDPKQNFYMHWCXBUZO.-", "<null_1>", "<mask>"];

/** Numbers in the linear layers of the encoder: those that are quantized. */
export function linearNumbers({ layers, width, ffn }) {
  return layers * (4 * width * width + 2 * width * ffn);
}

/** Writes the three files; answers how many numbers the checkpoint has. */
export function writeCheckpoint(folder, shape, seed) {
  writeFileSync(join(folder, "config.json"), JSON.stringify(config(shape), null, 2));
  writeFileSync(join(folder, "vocab.txt"), VOCABULARY.join("\n"));
  const header = {};
  let end = 0;
  for (const [name, dims] of tensors(shape)) {
    const bytes = 2 * dims.reduce((product, n) => product * n, 1);
    header[name] = { dtype: "F16", shape: dims, data_offsets: [end, end + bytes] };
    end += bytes;
  }
  const text = Buffer.from(JSON.stringify(header).padEnd(Math.ceil(JSON.stringify(header).length / 8) * 8));
  const file = openSync(join(folder, "model.safetensors"), "w");
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  writeSync(file, length);
  writeSync(file, text);
  let state = seed >>> 0 || 1;
  for (const [name, dims] of tensors(shape)) {
    const numbers = new Uint16Array(dims.reduce((product, n) => product * n, 1));
    const norm = name.endsWith("weight") && dims.length === 1;
    for (let i = 0; i < numbers.length; i += 1) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      // Norms are 1; the others have random sign and mantissa and an exponent of 2^-6 to 2^-5, as trained weights do.
      numbers[i] = norm ? 0x3c00 : (state & 0x87ff) | 0x2400;
    }
    writeSync(file, numbers);
  }
  closeSync(file);
  return end / 2;
}

function config({ layers, width, heads, ffn }) {
  return {
    model_type: "esm",
    architectures: ["EsmForMaskedLM"],
    vocab_size: VOCABULARY.length,
    hidden_size: width,
    num_hidden_layers: layers,
    num_attention_heads: heads,
    intermediate_size: ffn,
    max_position_embeddings: 1026,
    position_embedding_type: "rotary",
    token_dropout: true,
    emb_layer_norm_before: false,
    layer_norm_eps: 1e-5,
    pad_token_id: 1,
    mask_token_id: 32,
  };
}

function tensors({ layers, width, heads, ffn }) {
  const pair = (name, rows, columns) => [
    [`${name}.weight`, columns === undefined ? [rows] : [rows, columns]],
    [`${name}.bias`, [rows]],
  ];
  const layer = (i) => {
    const at = `esm.encoder.layer.${i}`;
    return [
      ...pair(`${at}.attention.LayerNorm`, width),
      ...["query", "key", "value"].flatMap((name) => pair(`${at}.attention.self.${name}`, width, width)),
      ...pair(`${at}.attention.output.dense`, width, width),
      ...pair(`${at}.LayerNorm`, width),
      ...pair(`${at}.intermediate.dense`, ffn, width),
      ...pair(`${at}.output.dense`, width, ffn),
    ];
  };
  return [
    ["esm.embeddings.word_embeddings.weight", [VOCABULARY.length, width]],
    ...Array.from({ length: layers }, (_, i) => layer(i)).flat(),
    ...pair("esm.encoder.emb_layer_norm_after", width),
    ...pair("esm.contact_head.regression", 1, layers * heads),
    ["lm_head.bias", [VOCABULARY.length]],
    ...pair("lm_head.dense", width, width),
    ...pair("lm_head.layer_norm", width),
  ];
}
