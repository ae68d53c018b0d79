/** Mutual k-nearest-neighbour alignment: do two runs have the same neighbours, more than randomly paired sequences? */
import { html, LitElement, nothing } from "lit";
import { common, noRun } from "../actions/analyses";
import { runJob } from "../actions/jobs";
import type { Answers, StoredRun } from "../analysis/state";
import { analyses } from "../engine";
import { count, percent } from "../format";
import { DEFAULTS } from "../protocol";
import { recordRuns } from "../metadata";
import { store } from "../state";
import { Watch } from "../watch";
import { controls } from "./controls";
import { choice, number } from "./fields";
import { jobLine } from "./job";

/** `<cg-mutual-knn>` */
export class MutualKnnCard extends LitElement {
  static override properties = { a: { state: true }, b: { state: true }, k: { state: true } };
  /** Run and layer of each side, such as `3/6`. */
  declare a: string;
  declare b: string;
  declare k: number;
  readonly watch = new Watch(this, "jobs", "runs");

  constructor() {
    super();
    this.a = "";
    this.b = "";
    this.k = DEFAULTS.mutualKnn.k;
  }

  static override styles = [controls];

  override render(): unknown {
    const { jobs } = store.state;
    const runs = recordRuns(store.state);
    const sides = runs.flatMap((run) => run.layers.map(({ layer }) => ({ key: `${run.id}/${layer}`, run, layer })));
    const newest = sides.at(-1);
    if (newest === undefined) return html`<p>There is no run with one vector per sequence.</p>`;
    // A layer beside itself says nothing: the first choice is the newest other run, or else the first layer.
    const other = sides.findLast(({ run }) => run.id !== newest.run.id) ?? sides[0] ?? newest;
    const a = sides.find(({ key }) => key === this.a) ?? other;
    const b = sides.find(({ key }) => key === this.b) ?? newest;
    const options = sides.map(({ key, run, layer }): [string, string] => [key, name(run, layer)]);
    return html`<div class="stack">
      <p class="small quiet">
        Do two layers or two models find the same nearest neighbours? Alignment is the mean share of common neighbours;
        it stands beside the alignment of randomly paired sequences.
      </p>
      <div class="options">
        ${choice("First", "mutual-a", a.key, options, (key) => (this.a = key))}
        ${choice("Second", "mutual-b", b.key, options, (key) => (this.b = key))}
        ${number("Neighbours, k", "mutual-k", this.k, [1, 100, 1], (k) => (this.k = k))}
        <button
          data-testid="mutual-run"
          class="primary"
          ?disabled=${jobs.mutualKnn.phase === "running"}
          @click=${() => void align(a.run, a.layer, b.run, b.layer, this.k)}
        >
          Measure alignment
        </button>
      </div>
      ${jobLine("mutualKnn", "Shuffling pairs")}
      ${jobs.mutualKnn.answer === null ? nothing : sentence(jobs.mutualKnn.answer)}
    </div>`;
  }
}
customElements.define("cg-mutual-knn", MutualKnnCard);

function name(run: StoredRun, layer: number): string {
  return `layer ${layer} of ${run.name}`;
}

function align(a: StoredRun, layerA: number, b: StoredRun, layerB: number, k: number): Promise<void> {
  return runJob("mutualKnn", async (options) => {
    const [one, other] = [a.layers.find(({ layer }) => layer === layerA), b.layers.find(({ layer }) => layer === layerB)];
    if (one === undefined || other === undefined) throw noRun();
    const rows = common(a, b);
    const fitting = Math.max(1, Math.min(k, rows.a.length - 1));
    const request = { a: { table: one.table, rows: rows.a }, b: { table: other.table, rows: rows.b }, k: fitting };
    return { ...(await analyses.ask("mutualKnn", request, options)), a: name(a, layerA), b: name(b, layerB) };
  });
}

function sentence({ a, b, n, k, alignment, chance, null: shuffled, p, seed }: Answers["mutualKnn"]): unknown {
  const range = shuffled.low === null || shuffled.high === null ? "" : ` (95 % of pairings: ${percent(shuffled.low)} to ${percent(shuffled.high)})`;
  const verb = p <= 0.05 ? "share more neighbours than" : "share no more neighbours than";
  return html`<p data-testid="mutual-answer">
    <strong>${percent(alignment)}</strong> of the ${count(k)} nearest neighbours are the same in ${a} and ${b}, over ${count(n)}
    sequences: they ${verb} randomly paired sequences, which share ${percent(shuffled.mean ?? chance)}${range};
    p ${p <= 1 / (shuffled.shuffles + 1) ? "≤" : "="} ${p.toPrecision(2)} against ${count(shuffled.shuffles)} pairings (seed ${seed}).
  </p>`;
}
