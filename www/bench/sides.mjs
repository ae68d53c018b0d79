/** The sides of a race: our engine and onnxruntime-web, each on a device and with weights of a precision. */

/** The model of the race, and the one that comes with the page. */
export const RACE_MODEL = "esm2_8m_shape";
export const DEMO_MODEL = "esm2-demo";

/** Our engine through the public module: `device` "cpu" or "webgpu", `weights` as `loadModel` takes them. */
export function ours(device, weights = "f32", { workers = 1, model = RACE_MODEL } = {}) {
  const many = workers > 1 ? ` ${workers} workers` : "";
  const other = model === RACE_MODEL ? "" : ` ${model}`;
  return { engine: "ours", name: `ours ${device} ${weights}${many}${other}`, device, weights, workers, model };
}

/** onnxruntime-web: `provider` "wasm" or "webgpu", `precision` "f32" or "q8" (what browser demos ship). */
export function theirs(provider, precision) {
  const file = precision === "q8" ? "model_quantized.onnx" : "model.onnx";
  return { engine: "onnxruntime-web", name: `onnxruntime-web ${provider} ${precision}`, provider, file };
}
