/** The analyses of finished vectors: tabs, with one card at a time. */
import { css, html, LitElement, nothing } from "lit";
import { store } from "../state";
import { Watch } from "../watch";
import "./cka";
import { controls, panel } from "./controls";
import "./mutants";
import "./mutual-knn";
import "./neighbours";
import "./probe";
import "./residues";

const TABS = [
  ["neighbours", "Neighbours", html`<cg-neighbours></cg-neighbours>`],
  ["probe", "Predict a label", html`<cg-probe></cg-probe>`],
  ["cka", "Compare layers and models", html`<cg-cka></cg-cka>`],
  ["mutual-knn", "Shared neighbours of two models", html`<cg-mutual-knn></cg-mutual-knn>`],
  ["mutants", "Single mutants", html`<cg-mutants></cg-mutants>`],
] as const;

/** `<cg-analyses>` */
export class AnalysesPanel extends LitElement {
  static override properties = { shown: { state: true } };
  declare shown: string;
  readonly watch = new Watch(this, "run");

  constructor() {
    super();
    this.shown = "neighbours";
  }

  static override styles = [
    controls,
    panel,
    css`
      [role="tablist"] {
        display: flex;
        flex-wrap: wrap;
        gap: 0 1.25rem;
        border-bottom: 1px solid var(--line);
      }
      [role="tab"] {
        min-height: 2.25rem;
        padding: 0.25rem 0;
        border: 0;
        border-bottom: 2px solid transparent;
        border-radius: 0;
        background: none;
        color: var(--quiet);
      }
      [role="tab"][aria-selected="true"] {
        color: var(--ink);
        border-bottom-color: var(--accent);
        font-weight: 600;
      }
    `,
  ];

  override render(): unknown {
    const report = store.state.run.report;
    if (report === null || report.ids.length === 0) return nothing;
    // Everything but making mutants compares sequences.
    if (report.ids.length === 1)
      return html`<section aria-labelledby="title">
        <h3 id="title">Analyses</h3>
        <p class="small quiet" data-testid="one-sequence">
          One sequence is embedded. Neighbours, predictions and comparisons need at least two: add more, or make the single
          mutants of this one.
        </p>
        <cg-mutants></cg-mutants>
      </section>`;
    if (report.pool === "none")
      return html`<section aria-labelledby="title">
        <h3 id="title">Predict a label of each residue</h3>
        <cg-residues></cg-residues>
      </section>`;
    return html`<section aria-labelledby="title">
      <h3 id="title">Analyses</h3>
      <div role="tablist" aria-label="Analyses" @keydown=${this.#key}>
        ${TABS.map(
          ([key, name]) =>
            html`<button
              role="tab"
              id="tab-${key}"
              data-testid="tab-${key}"
              aria-selected=${this.shown === key ? "true" : "false"}
              aria-controls="card"
              tabindex=${this.shown === key ? "0" : "-1"}
              @click=${() => (this.shown = key)}
            >
              ${name}
            </button>`,
        )}
      </div>
      <div id="card" role="tabpanel" aria-labelledby="tab-${this.shown}">
        ${TABS.map(([key, , card]) => (this.shown === key ? card : nothing))}
      </div>
    </section>`;
  }

  #key(event: KeyboardEvent): void {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const at = TABS.findIndex(([key]) => key === this.shown);
    this.shown = TABS[(at + step + TABS.length) % TABS.length]?.[0] ?? "neighbours";
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>('[aria-selected="true"]')?.focus());
  }
}
customElements.define("cg-analyses", AnalysesPanel);
