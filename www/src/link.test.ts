import { expect, test } from "vitest";
import { linkOf, parseLink } from "./link";
import { initialState, type State } from "./state";

function shown(sequences: string, map: Partial<State["map"]> = {}): State {
  const state = initialState();
  const settings = { sequences, model: "esm2-demo", layers: "all" };
  state.runs = [{ id: 2, name: "run", ids: ["P1", "P2"], report: { ids: ["P1", "P2"], layers: [0, 6] }, settings } as never];
  state.run.shown = 2;
  state.map = { ...state.map, drawn: {} as never, layer: 6, ...map };
  return state;
}

test("the address of a view, and the view of the address", () => {
  const state = shown("venom-families.fasta", { colourBy: "field:family", hidden: [3, 7] });
  state.map.options = { ...state.map.options, method: "umap", seed: 7 };
  state.selected = 1;
  const hash = linkOf(state);
  expect(hash).toBe("#v=1&example=venom-families&model=esm2-demo&layers=all&layer=6&map=umap&seed=7&by=field:family&hide=3.7&sel=P2");
  expect(parseLink(hash)).toMatchObject({
    example: { id: "esm2-demo" },
    model: "esm2-demo",
    allLayers: true,
    layer: 6,
    options: { method: "umap", seed: 7 },
    by: "field:family",
    hidden: [3, 7],
    selected: "P2",
  });
});

test("of the user's own files the address holds the name, and no id", () => {
  const state = shown("secret.fasta");
  state.selected = 0;
  const hash = linkOf(state);
  expect(hash).toContain("file=secret.fasta");
  expect(hash).not.toContain("P1");
  expect(parseLink(`${hash}&sel=P1`)).toMatchObject({ example: null, file: "secret.fasta", selected: null });
});

test("before anything is shown there is no address", () => {
  expect(linkOf(initialState())).toBe("");
});

test.each([["", null], ["#", null], ["#section", null], ["#v=2&map=umap", null]])("%j is no address of a view", (hash, found) => {
  expect(parseLink(hash)).toBe(found);
});

test("what no view can have is left out", () => {
  expect(parseLink("#v=1&example=nothing&layer=-3&map=lda&seed=x&k=1e9&hide=a.2.-1&min=0.5&metric=cosine")).toMatchObject({
    example: null,
    layer: null,
    options: { minDist: 0.5, metric: "cosine" },
    hidden: [2],
  });
  expect(parseLink("#v=1&map=lda")?.options).toEqual({});
});
