/** How the map is made: method, parameters, seed; its quality; the shown groups alone. */
import { html, LitElement, nothing } from "lit";
import { cancelMap, isolate, setMapOptions } from "../actions/map";
import { controlOf } from "../analysis/control";
import type { Distance, DrawnMap } from "../analysis/state";
import { FEWEST_TO_CONCLUDE, ofControlMap, tooFew } from "../analysis/conclusion";
import { mapColumn } from "../colour/from-sequences";
import { count, cut, percent } from "../format";
import type { MapMethod, MapSilhouette } from "../protocol";
import { shownRun } from "../metadata";
import { store, type State } from "../state";
import { Watch } from "../watch";
import { grid } from "./cards";
import "./control";
import { controls } from "./controls";
import { choice, number } from "./fields";
import "./progress";

/** The methods by their names. */
export const METHODS: readonly [MapMethod, string][] = [
  ["pca", "PCA"],
  ["umap", "UMAP"],
  ["tsne", "t-SNE"],
];

type Shown = State["map"]["control"];

/** `<cg-map-options>` */
export class MapOptionsView extends LitElement {
  readonly watch = new Watch(this, "map", "run", "runs");
  static override styles = [controls, grid];

  override render(): unknown {
    const { options, drawn, progress, hidden, part, computing, colourBy, silhouette, control } = store.state.map;
    const { method } = options;
    const busy = computing;
    const limited = part !== null;
    return html`<div class="stack">
      <div class="options">
        ${choice("Map", "map-method", method, METHODS, (one) => void setMapOptions({ method: one as MapMethod }))}
        ${method === "pca"
          ? nothing
          : choice(
              "Distance",
              "map-metric",
              options.metric,
              [
                ["euclidean", "Euclidean"],
                ["cosine", "Cosine"],
              ],
              (metric) => void setMapOptions({ metric: metric as Distance }),
            )}
        ${method === "umap"
          ? html`${number("Neighbours", "map-neighbours", options.neighbours, [2, 200, 1], (neighbours) => void setMapOptions({ neighbours }))}
            ${number("Minimum distance", "map-min-dist", options.minDist, [0, 1, 0.05], (minDist) => void setMapOptions({ minDist }))}`
          : nothing}
        ${method === "tsne"
          ? number("Perplexity", "map-perplexity", options.perplexity, [2, 200, 1], (perplexity) => void setMapOptions({ perplexity }))
          : nothing}
        ${method === "pca"
          ? nothing
          : number("Seed", "map-seed", options.seed, [0, 4294967295, 1], (seed) => void setMapOptions({ seed }))}
        <label class="check"
          ><input
            type="checkbox"
            data-testid="map-standardise"
            .checked=${options.standardise}
            @change=${(event: Event) => void setMapOptions({ standardise: (event.target as HTMLInputElement).checked })}
          />Standardise dimensions (z-scores)</label
        >
        ${limited
          ? html`<button data-testid="map-all" @click=${() => void isolate(false)}>All sequences again</button>`
          : html`<button
              data-testid="map-isolate"
              ?disabled=${hidden.length === 0 || busy}
              title="Hide groups in the legend first"
              @click=${() => void isolate(true)}
            >
              Map shown groups only
            </button>`}
      </div>
      ${busy && progress !== null
        ? html`<cg-progress .progress=${progress} label="Computing the map" cancellable @cancel=${cancelMap}></cg-progress>`
        : nothing}
      ${drawn === null ? nothing : quality(drawn, silhouette?.of === colourBy ? silhouette.found : null, control?.of === drawn && control.colourBy === colourBy ? control : null)}
      <cg-control place="map"></cg-control>
    </div>`;
  }
}
customElements.define("cg-map-options", MapOptionsView);

/** What the map keeps, how far the groups lie apart, and the same of the shuffled control. */
function quality({ quality: kept, part, rows, explained }: DrawnMap, silhouette: MapSilhouette | null, control: Shown): unknown {
  const limited = part === null ? "" : `Of ${count(rows)} sequences. `;
  const variance = explained === null ? "" : `PC1 and PC2 explain ${percent((explained[0] ?? 0) + (explained[1] ?? 0))} of the variance. `;
  if (kept === null) return html`<p class="small quiet" data-testid="map-quality">${limited}${variance}</p>`;
  // So few neighbours are kept by any map.
  if (rows < FEWEST_TO_CONCLUDE) return html`<p class="small" data-testid="map-quality">${limited}${variance}<strong>${tooFew(rows)}</strong></p>`;
  const name = cut(mapColumn(store.state)?.name ?? "the groups", 40);
  const apart =
    silhouette === null
      ? ""
      : ` Silhouette of ${name}: ${signed(silhouette.map)} on the map and ${signed(silhouette.space)} in all dimensions (1 is apart, 0 mixed, below 0 interleaved).`;
  return html`<p class="small" data-testid="map-quality">
      ${limited}${variance}The map keeps ${percent(kept.overlap)} of each sequence’s ${kept.k} nearest neighbours (expected by chance:
      ${percent(kept.chance)}). Trustworthiness ${kept.trustworthiness.toFixed(3)}, continuity ${kept.continuity.toFixed(3)} (1 is
      perfect).${kept.sampled ? ` These are estimates from ${count(kept.rows)} random sequences, each compared with all.` : ""}${apart}
    </p>
    ${control === null ? nothing : html`<p class="small" data-testid="map-control">${ofControl(control, silhouette, name)}</p>`}`;
}

/** The control's map beside the shown one, in words. */
function ofControl({ quality: kept, silhouette }: NonNullable<Shown>, real: MapSilhouette | null, name: string): string {
  const letters = controlOf(store.state.runs, shownRun(store.state))?.control?.letters ?? "letters";
  const keeps = kept === null ? "" : `, and the map keeps ${percent(kept.overlap)} of the neighbours`;
  if (silhouette === null || real === null)
    return `Control: made in the same way from sequences with shuffled ${letters}, a map keeps ${kept === null ? "–" : percent(kept.overlap)} of the neighbours: that a map keeps neighbours says nothing about what the vectors mean. Colour by classes to compare groups.`;
  return `Control: with the ${letters} of each sequence shuffled, the silhouette of ${name} is ${signed(silhouette.map)} on the map and ${signed(silhouette.space)} in all dimensions${keeps}. ${ofControlMap(real.space, silhouette.space, letters)}`;
}

function signed(value: number): string {
  return value.toFixed(2).replace("-", "−");
}
