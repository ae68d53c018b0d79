/** The line at the bottom of the window: what is being computed, how far it is, and a button that stops it. */
import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import { cancel } from "../actions/embed";
import { cancelControl } from "../actions/control";
import { cancelJob } from "../actions/jobs";
import { cancelMap } from "../actions/map";
import type { Answers } from "../analysis/state";
import { percent } from "../format";
import type { Progress } from "../progress";
import { store } from "../state";
import { Watch } from "../watch";
import { controls } from "./controls";
import "./progress";

const JOBS: Record<keyof Answers, string> = {
  neighbours: "Finding neighbours",
  purity: "Comparing labels of neighbours",
  likeness: "Comparing numbers of neighbours",
  overlap: "Comparing neighbours",
  mutualKnn: "Comparing neighbours",
  queries: "Placing sequences",
  probe: "Training probes",
  cka: "Comparing layers",
  ckaTest: "Shuffling and resampling",
  mutants: "Comparing mutants",
  comparedMap: "Computing the second map",
  codons: "Counting codons",
  clusters: "Clustering sequences",
};

/** `<cg-status>` */
export class StatusLine extends LitElement {
  readonly watch = new Watch(this, "run", "embedding", "jobs", "map", "control", "sequences", "model", "engine");
  #embedding = false;

  static override styles = [
    controls,
    css`
      :host {
        position: fixed;
        inset: auto 0 0;
        z-index: 5;
        background: var(--panel);
        border-top: 1px solid var(--line);
      }
      .line {
        display: flex;
        flex-wrap: wrap;
        gap: 0.25rem 1.25rem;
        align-items: center;
        max-width: 76rem;
        min-height: 2.25rem;
        margin: 0 auto;
        padding: 0.25rem 1.5rem;
      }
      cg-progress {
        flex: 1 1 18rem;
      }
      .end {
        margin-left: auto;
      }
      button {
        min-height: 1.75rem;
      }
      @media (max-width: 480px) {
        .line {
          padding: 0.25rem 0.75rem;
        }
        .busy .end {
          display: none;
        }
      }
    `,
  ];

  override render(): unknown {
    const { run } = store.state;
    const embedding = run.phase === "running" || run.phase === "cancelling";
    const others = this.#others();
    return html`<section aria-label="Status" tabindex="-1" class="line small ${embedding || others.length > 0 ? "busy" : ""}" data-testid="status">
      ${embedding
        ? html`<cg-progress
            .progress=${store.state.embedding.progress}
            label="Embedding"
            ?cancellable=${run.phase === "running"}
            @cancel=${() => void cancel()}
          ></cg-progress>`
        : nothing}
      ${others}
      ${!embedding && others.length === 0 ? html`<span data-testid="status-idle">${this.#idle()}</span>` : nothing}
      <span class="quiet end">Your sequences stay on this computer.</span>
    </section>`;
  }

  protected override updated(_changed: PropertyValues): void {
    const embedding = store.state.run.phase === "running";
    // The button that was pressed is disabled now: the focus goes to where the run is shown and can be stopped.
    if (embedding && !this.#embedding && ["embed", "compute-again", "continue-run"].includes(deepest()?.dataset["testid"] ?? ""))
      this.renderRoot.querySelector<HTMLElement>("section")?.focus();
    this.#embedding = embedding;
  }

  /** Analyses and maps that are being computed. */
  #others(): unknown[] {
    const { jobs, map, sequences, model, control } = store.state;
    const found: unknown[] = [];
    if (model.phase === "loading" || model.phase === "downloading") found.push(work("Loading the model", model.progress));
    if (sequences.phase === "reading") found.push(work("Reading sequences", sequences.progress));
    if (control.phase === "running") found.push(work("Embedding shuffled sequences", control.progress, cancelControl));
    if (map.progress !== null && map.drawn === null) found.push(work("Computing the map", map.progress, cancelMap));
    for (const [part, label] of Object.entries(JOBS) as [keyof Answers, string][]) {
      const { phase, progress } = jobs[part];
      if (phase === "running") found.push(work(label, progress, () => cancelJob(part)));
    }
    return found;
  }

  #idle(): string {
    const { run, engine, sequences, model } = store.state;
    if (run.phase === "cancelled") return "Cancelled. Model, sequences and results are kept.";
    if (run.phase === "failed") return "The run failed; earlier results are kept.";
    if (engine.phase !== "ready") return "The engine is starting.";
    if (sequences.report === null) return "Ready: add sequences.";
    return model.report === null ? "Choose a model." : "Ready.";
  }
}
customElements.define("cg-status", StatusLine);

function work(label: string, progress: Progress | null, stop?: () => void): unknown {
  const share = progress === null || progress.total <= 0 ? null : Math.min(1, progress.done / progress.total);
  return html`<span class="row"
    >${label}${share === null ? "…" : ` ${percent(share)}`}
    ${stop === undefined ? nothing : html`<button aria-label=${`Cancel: ${label}`} @click=${stop}>Cancel</button>`}</span
  >`;
}

/** The focused element, inside all shadow roots. */
function deepest(): HTMLElement | null {
  let found = document.activeElement;
  while (found?.shadowRoot?.activeElement != null) found = found.shadowRoot.activeElement;
  return found instanceof HTMLElement ? found : null;
}
