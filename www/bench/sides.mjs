/** The sides of a race: our engine and onnxruntime-web, each on a device and with weights of a precision. */

/** Our engine through the public module: `device` "cpu" or "webgpu", `weights` as `loadModel` takes them. */
export function ours(device, weights = "f32", workers = 1) {
  const many = workers > 1 ? ` ${workers} workers` : "";
  return { engine: "ours", name: `ours ${device} ${weights}${many}`, device, weights, workers };
}

/** onnxruntime-web: `provider` "wasm" or "webgpu", `precision` "f32" or "q8" (what browser demos ship). */
export function theirs(provider, precision) {
  const file = precision === "q8" ? "model_quantized.onnx" : "model.onnx";
  return { engine: "onnxruntime-web", name: `onnxruntime-web ${provider} ${precision}`, provider, file };
}
