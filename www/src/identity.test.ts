import { beforeEach, expect, test, vi } from "vitest";
import { loadIdentified, type Loader } from "./identity";
import type { LoadRequest, ModelReport } from "./protocol";
import { claimed, PUBLISHED, weightsOf, type Published } from "./store/published";

const one = (id: string): Published => PUBLISHED.find((entry) => entry.id === id) as Published;
const SMALL = one("esm2_t6_8M_UR50D");
const LARGE = one("esm2_t33_650M_UR50D");

/** The report of a model with the shape and the weights of a published one, but for `changes`. */
function reportOf(entry: Published, changes: Partial<ModelReport> = {}): ModelReport {
  const { family, layers, width, heads, parameters } = entry;
  const sha256 = weightsOf(entry)?.sha256 ?? "f".repeat(64);
  return { name: "", source: "", family, layers, width, heads: heads ?? 0, parameters, quantized: false, weightsSha256: sha256, ...changes } as ModelReport;
}

/** Files with the recorded sizes. */
function filesOf(entry: Published, changes: Record<string, Blob> = {}): Record<string, Blob> {
  const files = entry.knownFiles.map(({ name, bytes }) => [name, Object.defineProperty(new Blob(["x"]), "size", { value: bytes ?? 1 })] as const);
  return { ...Object.fromEntries(files), "config.json": new Blob([settings(entry)]), "vocab.txt": new Blob([VOCABULARY]), ...changes };
}

const settings = (entry: Published, changes: object = {}): string => {
  const { layers, width, heads, feedForward, vocabulary, layerNormEpsilon, tokenDropout } = entry;
  const text = JSON.stringify({
    num_hidden_layers: layers,
    hidden_size: width,
    num_attention_heads: heads,
    intermediate_size: feedForward,
    vocab_size: vocabulary,
    layer_norm_eps: layerNormEpsilon,
    token_dropout: tokenDropout,
    ...changes,
  });
  // The recorded config.json of the smallest model has 775 bytes.
  return text.padEnd(entry === SMALL ? 775 : 0);
};
const VOCABULARY = "<cls>\n<pad>\n<eos>\n<unk>\nL\nA\nG\nV\nS\nE\nR\nT\nI\nD\nP\nK\nQ\nN\nF\nY\nM\nH\nW\nC\nX\nB\nU\nZ\nO\n.\n-\n<null_1>\n<mask>";

let asked: LoadRequest[];
let kept: Map<string, string>;
beforeEach(() => {
  asked = [];
  kept = new Map();
  vi.stubGlobal("localStorage", { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => kept.set(key, value) });
});

/** An engine that reports this of every model. */
const engine = (report: ModelReport): Loader => ({
  loadModel: async (_, request, __, check) => {
    check?.(report);
    asked.push(request);
    return { ...report, name: request.name };
  },
});
const load = (report: ModelReport, files: Record<string, Blob>, name: string, fromHub = true): ReturnType<typeof loadIdentified> =>
  loadIdentified(engine(report), files, { name, source: "test" }, fromHub);

test("names of published models: ids, hub ids, folders, files, caches; and of others", () => {
  for (const name of ["esm2_t6_8M_UR50D", "facebook/esm2_t6_8M_UR50D", " FACEBOOK/ESM2_t6_8m_ur50d ", "ESM-2, 8M parameters", "esm2_t6_8M_UR50D.safetensors", "models--facebook--esm2_t6_8M_UR50D", "somebody/esm2_t6_8M_UR50D", "esm2_t6_8M_UR50D/"])
    expect(claimed(name)?.id, name).toBe("esm2_t6_8M_UR50D");
  for (const name of ["esm2-demo", "model", "", "crossgrain/esm2-demo", "constructor", "__proto__", "esm2_t6_8M_UR50D (not the published file)"]) expect(claimed(name), name).toBeNull();
});

test("the published files are known by their hashes", async () => {
  const { report, identity } = await load(reportOf(SMALL), filesOf(SMALL), "facebook/esm2_t6_8M_UR50D");
  expect(report.name).toBe("facebook/esm2_t6_8M_UR50D");
  expect(identity?.state).toBe("published");
});

const cases: [string, Published, Partial<ModelReport>, Record<string, Blob>, RegExp][] = [
  ["the demonstration model", LARGE, { layers: 6, width: 128, heads: 8, parameters: 1_213_985 }, {}, /6 layers instead of 33; 128 dimensions instead of 1/],
  ["another family", LARGE, { family: "esm1b" }, {}, /family esm1b instead of esm2/],
  ["fewer parameters in the same layers", LARGE, { parameters: 5e8 }, {}, /parameters instead of/],
  ["one flipped byte", SMALL, { weightsSha256: "0".repeat(64) }, {}, /the weights have another SHA-256/],
  ["weights that are longer", SMALL, {}, { "model.safetensors": new Blob(["x".repeat(99)]) }, /model.safetensors has 99 bytes instead of/],
  ["another order of the vocabulary", SMALL, {}, { "vocab.txt": new Blob([VOCABULARY.replace("L\nA", "A\nL")]) }, /vocab.txt has another SHA-256/],
  ["a changed setting", LARGE, {}, { "config.json": new Blob([settings(LARGE, { token_dropout: false })]) }, /token_dropout false instead of true/],
  ["a changed epsilon", LARGE, {}, { "config.json": new Blob([settings(LARGE, { layer_norm_eps: 1e-3 })]) }, /layer_norm_eps 0.001 instead of/],
];
test.each(cases)("%s under a published name: refused from the hub, renamed from disk", async (_, entry, changes, files, difference) => {
  const report = reportOf(entry, changes);
  const name = entry.hub ?? "";
  await expect(load(report, filesOf(entry, files), name)).rejects.toMatchObject({ code: "model.not_published", message: expect.stringMatching(difference) as unknown });
  expect(asked).toEqual([]);
  const own = await load(report, filesOf(entry, files), entry.id, false);
  expect(own.report.name).toBe(`${entry.id} (not the published file)`);
  expect(own.identity).toMatchObject({ state: "other", text: expect.stringMatching(difference) as unknown });
});

test("every published model: other layers, width or family are refused, and so are other weights where a hash is known", async () => {
  for (const entry of PUBLISHED) {
    const files = Object.fromEntries(entry.knownFiles.map(({ name, bytes }) => [name, Object.defineProperty(new Blob(["x"]), "size", { value: bytes ?? 1 })] as const));
    delete files["config.json"];
    delete files["vocab.txt"];
    for (const changes of [{ layers: entry.layers + 1 }, { width: entry.width * 2 }, { family: "other" }, ...(weightsOf(entry)?.sha256 == null ? [] : [{ weightsSha256: "0".repeat(64) }])])
      await expect(load(reportOf(entry, changes), files, entry.hub ?? entry.id), entry.id).rejects.toMatchObject({ code: "model.not_published" });
    await load(reportOf(entry), files, entry.hub ?? entry.id);
  }
});

test("a hash that is not recorded is named as missing, remembered from the hub, and other weights are refused then", async () => {
  const first = await load(reportOf(LARGE, { weightsSha256: "a".repeat(64) }), filesOf(LARGE), "facebook/esm2_t33_650M_UR50D");
  expect(first.identity).toMatchObject({ state: "unrecorded", text: expect.stringContaining("is not recorded") as unknown });
  const second = await load(reportOf(LARGE, { weightsSha256: "a".repeat(64) }), filesOf(LARGE), "facebook/esm2_t33_650M_UR50D");
  expect(second.identity?.text).toContain("first sent");
  await expect(load(reportOf(LARGE, { weightsSha256: "b".repeat(64) }), filesOf(LARGE), "facebook/esm2_t33_650M_UR50D")).rejects.toMatchObject({ code: "model.not_published" });
});

test("files of the user are no proof of what the hub sends", async () => {
  await load(reportOf(LARGE, { weightsSha256: "a".repeat(64) }), filesOf(LARGE), LARGE.id, false);
  const hub = await load(reportOf(LARGE, { weightsSha256: "b".repeat(64) }), filesOf(LARGE), LARGE.hub ?? "");
  expect(hub.identity?.state).toBe("unrecorded");
});

test("the authors' own container has another hash, and a quantized file that of its weights", async () => {
  const pt = { "esm2_t6_8M_UR50D.pt": new Blob(["x"]) };
  expect((await load(reportOf(SMALL, { weightsSha256: "1".repeat(64) }), pt, "esm2_t6_8M_UR50D", false)).report.name).toBe("esm2_t6_8M_UR50D");
  const quantized = { "model.safetensors": new Blob(["x"]) };
  const forged = await load(reportOf(SMALL, { quantized: true, weightsSha256: "1".repeat(64) }), quantized, "facebook/esm2_t6_8M_UR50D", false);
  expect(forged.report.name).toContain("(not the published file)");
  const saved = await load(reportOf(SMALL, { quantized: true, parameters: 1 }), quantized, "facebook/esm2_t6_8M_UR50D", false);
  expect(saved).toMatchObject({ report: { name: "facebook/esm2_t6_8M_UR50D" }, identity: { state: "published" } });
});

test("a broken note of earlier weights is as none", async () => {
  for (const text of ["{", "[1]", '[["esm2_t33_650M_UR50D",null]]', '{"__proto__":1}']) {
    kept.set("crossgrain-seen-weights", text);
    expect((await load(reportOf(LARGE), filesOf(LARGE), LARGE.id)).identity?.state).toBe("unrecorded");
  }
});
