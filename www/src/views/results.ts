/** Step 4: what came out — one line of numbers, then map, table, files and methods. */
import { css, html, LitElement, nothing } from "lit";
import { count, duration, plural, rate } from "../format";
import type { EmbedReport, Pooling } from "../session";
import { store } from "../state";
import { Watch } from "../watch";
import { controls } from "./controls";
import "./analyses";
import "./export";
import "./findings";
import "./map";
import "./methods";
import "./table";

const POOLED: Record<Pooling, string> = {
  auto: "as its authors do",
  mean: "mean over residues",
  "mean-tokens": "mean over all tokens",
  max: "largest value over all tokens",
  cls: "start token",
  none: "one vector per residue",
};

/** `<cg-results>`; shows nothing before a run has ended. */
export class Results extends LitElement {
  readonly watch = new Watch(this, "run", "map");
  static override styles = [
    controls,
    css`
      .parts {
        display: grid;
        gap: var(--gap);
      }
      header {
        display: grid;
        gap: 0.25rem;
        padding-top: 0.5rem;
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

  #shown: EmbedReport | null = null;

  protected override willUpdate(): void {
    this.hidden = store.state.run.report === null;
  }

  /** A finished run comes into view; the results begin below the first screen. */
  protected override updated(): void {
    const { report } = store.state.run;
    if (report === this.#shown) return;
    this.#shown = report;
    if (report === null) return;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.scrollIntoView({ block: "start", behavior: calm ? "auto" : "smooth" });
  }

  override render(): unknown {
    const report = store.state.run.report;
    if (report === null) return nothing;
    return html`<div class="parts">
      <header>
        <h2>Results</h2>
        <p data-testid="result-summary" role="status">${summary(report)}</p>
        <cg-findings heading="warning" .notices=${report.warnings}></cg-findings>
      </header>
      <cg-map></cg-map>
      <cg-analyses></cg-analyses>
      <cg-table></cg-table>
      <div class="two"><cg-export></cg-export><cg-methods></cg-methods></div>
    </div>`;
  }
}
customElements.define("cg-results", Results);

function summary(report: EmbedReport): string {
  const layers = report.layers.length === 1 ? `layer ${report.layers[0]}` : `${report.layers.length} layers`;
  const repeated = report.ids.length - report.unique;
  const once = repeated > 0 ? ` ${plural(repeated, "repeated sequence")} computed once.` : "";
  const rows = `${plural(report.rows, "vector")} of ${count(report.dims)} numbers`;
  const speed = `${duration(report.seconds)}, ${rate(report.residuesPerSecond, "residues")}`;
  return `${plural(report.ids.length, "sequence")}, ${rows}, ${layers}, ${POOLED[report.pool]}. ${speed}.${once}`;
}
