// From the start of the navigation to the first vector; every number is milliseconds since then.
import { Crossgrain } from "/crossgrain.js";

window.first = (async () => {
  const times = { script: performance.now() };
  const cg = await Crossgrain.create({ device: "cpu" });
  times.engine = performance.now();
  const model = await cg.loadModel({ builtin: "esm2-demo" });
  times.model = performance.now();
  const out = await model.embed([{ id: "ubiquitin", sequence: "MQIFVKTLTGKTITLEVEPSDTIENVKAKIQDKEGIPPDQQRLIFAGKQLEDGRTLSDYNIQKESTLHLVLRLRGG" }]);
  times.vector = performance.now();
  cg.close();
  return { times, rows: out.rows };
})();
