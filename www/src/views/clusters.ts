/** Clusters of similar sequences, found from their letters: for sequences without labels, and for folds. */
import { css, html, LitElement, nothing } from "lit";
import { clusterObstacle, findClusters } from "../actions/clusters";
import { count, percent, plural } from "../format";
import type { SequenceClustersResponse } from "../protocol";
import { store } from "../state";
import { Watch } from "../watch";
import { controls } from "./controls";
import { optionalNumber } from "./fields";
import { jobLine } from "./job";

/** `<cg-clusters>` */
export class ClustersPart extends LitElement {
  static override properties = { identity: { state: true } };
  /** Percent; null for the default of the kind. */
  declare identity: number | null;
  readonly watch = new Watch(this, "jobs", "run", "sequences", "clusters", "engine");

  constructor() {
    super();
    this.identity = null;
  }

  static override styles = [
    controls,
    css`
      .fields {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        gap: 0.5rem;
        align-items: end;
        padding: 0.5rem 0;
      }
    `,
  ];

  override render(): unknown {
    const { clusters: job } = store.state.jobs;
    const obstacle = clusterObstacle(store.state);
    return html`<details class="small">
        <summary data-testid="clusters-open">Group similar sequences</summary>
        <div class="fields">
          ${optionalNumber("Identity from, %", "clusters-identity", this.identity, [10, 100], (identity) => (this.identity = identity))}
          <button
            data-testid="clusters-run"
            ?disabled=${obstacle !== null || job.phase === "running"}
            @click=${() => void findClusters(this.identity === null ? null : this.identity / 100)}
          >
            Find clusters
          </button>
        </div>
        <p class="quiet">
          ${obstacle ??
          `Sequences whose estimated identity is at least ${this.identity === null ? "50 % (DNA: 80 %)" : `${this.identity} %`} are linked, and what is linked is a cluster. The clusters are a column to colour by, and groups that a prediction can keep together. Below 40 % (DNA: 70 %) the estimate misses relatives.`}
        </p>
      </details>
      ${jobLine("clusters", "Clustering sequences")} ${job.answer === null ? nothing : html`<p class="small" data-testid="clusters-summary">${said(job.answer)}</p>`}`;
  }
}
customElements.define("cg-clusters", ClustersPart);

/** What was found, in a sentence. */
export function said({ ids, count: clusters, largest, singletons, identity }: SequenceClustersResponse): string {
  const at = `at ${percent(identity)} identity`;
  if (clusters === ids.length) return `No two of ${plural(ids.length, "sequence")} are similar ${at}: each is a cluster of its own.`;
  if (clusters === 1) return `All ${count(ids.length)} sequences are one cluster ${at}.`;
  const alone = singletons === 0 ? "none is alone" : `${count(singletons)} ${singletons === 1 ? "is" : "are"} alone`;
  return `${plural(ids.length, "sequence")} are ${plural(clusters, "cluster")} ${at}; the largest has ${count(largest)}, ${alone}.`;
}
