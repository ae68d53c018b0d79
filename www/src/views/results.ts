/** Step 4: the results: one line of numbers, then map, table, files and methods. */
import { css, html, LitElement, nothing } from "lit";
import { embed } from "../actions/embed";
import { obstacle } from "../actions/run";
import { shownRun, spaceName } from "../metadata";
import { differences } from "../run-settings";
import { bringIntoView } from "./in-view";
import type { JoinedFrom, RunReport, StoredRun } from "../analysis/state";
import { count, cut, duration, percent, plural, rate } from "../format";
import { store } from "../state";
import { Watch } from "../watch";
import { controls } from "./controls";
import "./analyses";
import "./export";
import "./diagnostics";
import "./map";
import "./methods";
import "./share";
import "./table";

const POOLED: Record<RunReport["pool"], string> = {
  auto: "as its authors do",
  mean: "mean over residues",
  "mean-tokens": "mean over all tokens",
  max: "largest value over all tokens",
  cls: "start token",
  none: "one vector per residue",
  tokens: "one vector per token",
  positions: "mean over chosen positions",
  "positions-in-order": "chosen positions, one after the other",
  rows: "one vector per row",
  joined: "joined",
};

/** `<cg-results>`; shows nothing before a run has ended. */
export class Results extends LitElement {
  readonly watch = new Watch(this, "run", "map", "sequences", "model", "options", "engine");
  static override styles = [
    controls,
    css`
      .parts {
        display: grid;
        gap: var(--gap);
      }
      /* The map takes all of the window's width; text and tables are read better in narrower lines. */
      .parts > :not(cg-map) {
        width: 100%;
        max-width: 73rem;
        margin: 0 auto;
        min-width: 0;
      }
      header {
        display: grid;
        gap: 0.25rem;
        padding-top: 0.5rem;
      }
      header ul {
        margin: 0;
        padding-left: 1.25rem;
        overflow-wrap: anywhere;
      }
      .two {
        display: grid;
        grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
        gap: var(--gap);
      }
      @media (max-width: 820px) {
        .two {
          grid-template-columns: minmax(0, 1fr);
        }
      }
    `,
  ];

  #shown: RunReport | null = null;

  protected override willUpdate(): void {
    this.hidden = store.state.run.report === null;
  }

  /** A finished run comes into view; the results begin below the first screen. */
  protected override updated(): void {
    const { report } = store.state.run;
    if (report === this.#shown) return;
    this.#shown = report;
    if (report === null) return;
    bringIntoView(this);
  }

  override render(): unknown {
    const report = store.state.run.report;
    if (report === null) return nothing;
    return html`<div class="parts">
      <header>
        <h2>Results</h2>
        <p data-testid="result-summary" data-run=${store.state.run.shown ?? 0} role="status">${summary(report, shownRun(store.state))}</p>
        ${otherSettings(differences(store.state))}
        <cg-share></cg-share>
        ${joinedFrom(shownRun(store.state)?.joined ?? null)}
        <cg-diagnostics heading="warning" .notices=${report.warnings}></cg-diagnostics>
      </header>
      <cg-map></cg-map>
      <cg-analyses></cg-analyses>
      <cg-table></cg-table>
      <div class="two"><cg-export></cg-export><cg-methods></cg-methods></div>
    </div>`;
  }
}
customElements.define("cg-results", Results);

function summary(report: RunReport, run: StoredRun | null): string {
  const layers = report.layers.length === 1 ? `layer ${report.layers[0]}` : `${report.layers.length} layers`;
  const rows = `${plural(report.rows, "vector")} of ${count(report.dims)} numbers`;
  const layered = report.layers.length > 1 || spaceName(report, report.layers[0] ?? 0).startsWith("layer");
  if (run !== null && (run.settings === null || BY_NAME.includes(report.pool)))
    return layered ? `${run.name}: ${rows}, ${layers}.` : `${run.name}: ${rows}.`;
  const repeated = report.ids.length - report.unique;
  const once = repeated > 0 ? ` ${plural(repeated, "repeated sequence")} computed once.` : "";
  const speed = `${duration(report.seconds)}, ${rate(report.residuesPerSecond, "residues")}`;
  return `${plural(report.ids.length, "sequence")}, ${rows}, ${layers}, ${POOLED[report.pool]}. ${speed}.${once}`;
}

/** Poolings whose rows are not those of whole sequences: the run's name says what they are. */
const BY_NAME: readonly RunReport["pool"][] = ["rows", "joined", "positions", "positions-in-order"];

/** Says that what is chosen now would give other vectors, and offers to compute them. */
function otherSettings(found: readonly string[]): unknown {
  if (found.length === 0) return nothing;
  const why = obstacle(store.state);
  return html`<p class="row small" data-testid="other-settings">
    <span><strong>Made with other settings:</strong> <bdi>${cut(found.join("; "), 300)}</bdi>.</span>
    <button data-testid="compute-again" ?disabled=${why !== null || store.state.run.phase === "running"} title=${why ?? ""} @click=${() => void embed()}>
      Compute again
    </button>
  </p>`;
}

/** The parts of a joined run, and what was left out. */
function joinedFrom(joined: JoinedFrom | null): unknown {
  if (joined === null) return nothing;
  const left = joined.leftOut.length + joined.omitted;
  const noun = joined.by === "id" ? "name" : "position";
  const most = joined.parts.reduce((a, b) => ((b.share ?? 0) > (a.share ?? 0) ? b : a));
  return html`<div class="small" data-testid="joined-from">
      <ul>
        ${joined.parts.map(
          ({ run, layer, start, end, share }) =>
            html`<li>numbers ${count(start + 1)} to ${count(end)}: <bdi>${cut(run, 90)}</bdi>${run.includes(`layer ${layer},`)
                ? nothing
                : `, layer ${layer}`}${share === undefined ? "" : `; ${percent(share)} of the variance before weighting`}</li>`,
        )}
      </ul>
      <p>
        ${plural(joined.matched, noun)} matched, ${left === 0 ? "none left out" : `${count(left)} left out`}${joined.mean
          ? "; the mean over the positions of each name"
          : ""}.
        ${most.share === undefined
          ? nothing
          : html`<span data-testid="joined-weights"
              >${joined.equal === true
                ? "Each part was divided by the root of its variance, so all have the same weight in distances and maps."
                : most.share > 0.8
                  ? html`<strong>Joined as they are, ${percent(most.share)} of the variance is of one part:</strong> distances and maps are nearly its own.`
                  : "Joined as they are: a part with more of the variance weighs more in distances and maps."}</span
            >`}
      </p>
    </div>
    <cg-diagnostics heading="left out" .notices=${joined.leftOut} .omitted=${joined.omitted}></cg-diagnostics>`;
}
