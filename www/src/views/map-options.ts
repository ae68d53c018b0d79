/** How the map is made: method, parameters, seed; its quality; the shown groups alone. */
import { html, LitElement, nothing } from "lit";
import { cancelMap, isolate, setMapOptions } from "../actions/map";
import type { Distance, DrawnMap } from "../analysis/state";
import { mapColumn } from "../colour/from-sequences";
import { count, cut, percent } from "../format";
import type { MapMethod, MapSilhouette } from "../protocol";
import { store } from "../state";
import { Watch } from "../watch";
import { grid } from "./cards";
import { controls } from "./controls";
import { choice, number } from "./fields";
import "./progress";

/** The methods by their names. */
export const METHODS: readonly [MapMethod, string][] = [
  ["pca", "PCA"],
  ["umap", "UMAP"],
  ["tsne", "t-SNE"],
];

/** `<cg-map-options>` */
export class MapOptionsView extends LitElement {
  readonly watch = new Watch(this, "map", "run");
  static override styles = [controls, grid];

  override render(): unknown {
    const { options, drawn, progress, hidden, part, computing, colourBy, silhouette } = store.state.map;
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
          />Columns on one scale</label
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
      ${drawn === null ? nothing : quality(drawn, silhouette?.of === colourBy ? silhouette.found : null)}
    </div>`;
  }
}
customElements.define("cg-map-options", MapOptionsView);

function quality({ quality: kept, part, rows, explained }: DrawnMap, silhouette: MapSilhouette | null): unknown {
  const limited = part === null ? "" : `Of ${count(rows)} sequences. `;
  const variance = explained === null ? "" : `${percent((explained[0] ?? 0) + (explained[1] ?? 0))} of the variance lies in these two directions. `;
  if (kept === null) return html`<p class="small quiet" data-testid="map-quality">${limited}${variance}</p>`;
  const apart =
    silhouette === null
      ? ""
      : ` Silhouette of ${cut(mapColumn(store.state)?.name ?? "the groups", 40)}: ${signed(silhouette.map)} on the map and ${signed(silhouette.space)} in all dimensions (1 is apart, 0 mixed, below 0 interleaved).`;
  return html`<p class="small" data-testid="map-quality">
    ${limited}${variance}Trustworthiness ${kept.trustworthiness.toFixed(3)}, continuity ${kept.continuity.toFixed(3)} (1 is
    perfect); ${percent(kept.overlap)} of the ${kept.k} nearest neighbours are kept, ${percent(kept.chance)} are
    expected by chance.${kept.sampled ? ` These are estimates from ${count(kept.rows)} random sequences, each compared with all.` : ""}${apart}
  </p>`;
}

function signed(value: number): string {
  return value.toFixed(2).replace("-", "−");
}
