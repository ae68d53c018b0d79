/** How far a long step has come: its name, a bar, numbers with units and, for embedding, the rate and the time left. */
import { css, html, LitElement, nothing } from "lit";
import { bytes, count, duration, rate, sentence } from "../format";
import type { Progress } from "../progress";
import { controls } from "./controls";

/** Least time between two announcements for screen readers; the bar moves with every report. */
const ANNOUNCE_MS = 5000;
/** A step that ends sooner shows nothing: what stands below would jump away under the pointer of a click. */
const SHOW_AFTER_MS = 250;

const STAGES: Record<Progress["stage"], string> = {
  reading: "Reading",
  downloading: "Downloading",
  loading: "Loading the model",
  saving: "Saving the model",
  hashing: "Checking the weights",
  embedding: "Embedding",
  compiling: "Preparing the GPU",
  map: "Computing the map",
  cka: "Comparing layers",
  resampling: "Shuffling and resampling",
  neighbours: "Finding neighbours",
  quality: "Measuring the map",
  training: "Training probes",
  learning: "Learning vectors of domains",
  codons: "Counting codons",
  clusters: "Comparing sequences",
};

/** `<cg-progress .progress=${progress} label="Reading">`; a cancel button where `cancellable`. */
export class ProgressBar extends LitElement {
  static override properties = { progress: { attribute: false }, label: {}, cancellable: { type: Boolean } };
  declare progress: Progress | null;
  declare label: string;
  declare cancellable: boolean;
  #announced = "";
  #announcedAt = 0;
  #waiting: ReturnType<typeof setTimeout> | undefined;

  static override styles = [
    controls,
    css`
      :host([hidden]) {
        display: none !important;
      }
      progress {
        display: block;
        width: 100%;
        height: 8px;
        appearance: none;
        border: 1px solid var(--line);
        border-radius: 4px;
        background: var(--soft);
        overflow: hidden;
      }
      progress::-webkit-progress-bar {
        background: var(--soft);
      }
      progress::-webkit-progress-value {
        background: var(--accent);
      }
      progress::-moz-progress-bar {
        background: var(--accent);
      }
      .row {
        justify-content: space-between;
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    this.hidden = true;
    this.#waiting = setTimeout(() => (this.hidden = false), SHOW_AFTER_MS);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#waiting);
  }

  override render(): unknown {
    const now = this.progress;
    const stage = now === null ? this.label : STAGES[now.stage];
    const share = now === null || now.total <= 0 ? null : Math.min(1, now.done / now.total);
    const text = now === null ? "" : describe(now);
    this.#announce(`${stage} ${share === null ? "" : `${Math.floor(share * 100)} %`}`);
    return html`<div class="stack" data-testid="progress">
      <div class="row">
        <span>${stage}${share === null ? "…" : ` ${Math.floor(share * 100)}\u202f%`}</span>
        ${this.cancellable ? html`<button data-testid="cancel" @click=${this.#cancel}>Cancel</button>` : nothing}
      </div>
      ${share === null
        ? html`<progress aria-label=${stage}></progress>`
        : html`<progress aria-label=${stage} max="1" .value=${share}></progress>`}
      <span class="small quiet">${text}&nbsp;</span>
      ${now?.note === undefined ? nothing : html`<span class="small" role="status" data-testid="progress-note">${sentence(now.note)}</span>`}
      <span class="hidden-visually" aria-live="polite">${this.#announced}</span>
    </div>`;
  }

  #announce(text: string): void {
    if (performance.now() - this.#announcedAt < ANNOUNCE_MS) return;
    this.#announcedAt = performance.now();
    this.#announced = text;
  }

  #cancel(): void {
    this.dispatchEvent(new CustomEvent("cancel"));
  }
}
customElements.define("cg-progress", ProgressBar);

function describe(now: Progress): string {
  const size = now.unit === "bytes" ? bytes : count;
  const unit = now.unit === "bytes" ? "" : ` ${now.unit}`;
  const parts = [`${size(now.done)}${now.total > 0 ? ` of ${size(now.total)}` : ""}${unit}`];
  if (now.residuesPerSecond !== undefined) parts.push(rate(now.residuesPerSecond, "residues"));
  if (now.secondsLeft !== undefined && Number.isFinite(now.secondsLeft))
    parts.push(`about ${duration(now.secondsLeft)} left`);
  return parts.join(" · ");
}
