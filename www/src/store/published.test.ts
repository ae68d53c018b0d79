import { expect, test } from "vitest";
import { known, PUBLISHED, terms } from "./published";

test("every published checkpoint, by what it reads, then by family and size", () => {
  expect(PUBLISHED).toHaveLength(25);
  const order = PUBLISHED.map(({ granularity }) => ["protein", "nucleotide", "domain"].indexOf(granularity));
  expect(order).toEqual(order.toSorted((a, b) => a - b));
  const esm2 = PUBLISHED.filter(({ family }) => family === "esm2").map(({ parameters }) => parameters);
  expect(esm2).toEqual(esm2.toSorted((a, b) => a - b));
  expect(new Set(PUBLISHED.map(({ id }) => id)).size).toBe(25);
});

test("what cannot be downloaded says why, and only that", () => {
  for (const { id, availability, reason } of PUBLISHED) expect(reason === null, id).toBe(availability === "download");
  const of = (id: string): unknown => PUBLISHED.find((one) => one.id === id)?.availability;
  expect(of("esm2_t6_8M_UR50D")).toBe("download");
  expect(of("esm2_t48_15B_UR50D")).toBe("command-line");
  expect(of("bigcarp_random")).toBe("file");
  expect(of("agro-nucleotide-transformer-1b")).toBe("none");
});

test("the sizes are those of the files, and smaller the fewer bits a weight has", () => {
  for (const { id, memoryBytes: { f32, f16, int8, int4 }, downloadBytes } of PUBLISHED) {
    expect(f32 > f16 && f16 > int8 && int8 > int4 && int4 > 0, id).toBe(true);
    expect(downloadBytes, id).toBeGreaterThan(0);
  }
});

test("a model of the hub is known whatever the case of its id", () => {
  expect(known(" FACEBOOK/esm2_t6_8m_ur50d ")?.id).toBe("esm2_t6_8M_UR50D");
  expect(known("nobody/nothing")).toBeNull();
});

test("terms: of a listed model, of authors with one rule for all, of anybody else", () => {
  expect(terms("facebook/esm2_t6_8M_UR50D")).toEqual({ licence: "MIT", nonCommercial: false });
  expect(terms("InstaDeepAI/another")).toMatchObject({ nonCommercial: true });
  expect(terms("nobody/nothing")).toBeNull();
});
