/** The control of the run on show: the same sequences with their letters shuffled. One act makes it; what it is for. */
import { css, html, LitElement, nothing } from "lit";
import { cancelControl, makeControl } from "../actions/control";
import { showRun } from "../actions/join";
import { CODONS } from "../actions/runs";
import { controlObstacle, controlOf, SHUFFLED, shuffleMeans } from "../analysis/control";
import { shownRun } from "../metadata";
import { reads } from "../actions/run";
import { store } from "../state";
import { Watch } from "../watch";
import { controls } from "./controls";
import "./error-view";
import "./progress";

/** `<cg-control place="map">` */
export class ControlPart extends LitElement {
  static override properties = { place: {} };
  /** Where it stands: `map`, `purity` or `probe`. */
  declare place: string;
  readonly watch = new Watch(this, "run", "runs", "control", "sequences", "model", "engine");

  constructor() {
    super();
    this.place = "map";
  }

  static override styles = [
    controls,
    css`
      :host {
        display: grid;
        gap: 0.375rem;
      }
      button {
        white-space: normal;
        min-height: 2rem;
      }
    `,
  ];

  override render(): unknown {
    const { runs, control } = store.state;
    const run = shownRun(store.state);
    if (run === null) return nothing;
    if (run.control !== undefined) {
      const { letters, seed, of } = run.control;
      return html`<p class="small" data-testid="is-control">
        This is a control: the ${letters} of each sequence were shuffled (seed ${seed}). Whatever it shows as well as
        <bdi>${of}</bdi> is not read from their order.
      </p>`;
    }
    const made = controlOf(runs, run);
    if (made !== null)
      return html`<p class="small quiet" data-testid="control-made-${this.place}">
        A control stands beside: ${made.control?.letters ?? "letters"} of each sequence shuffled (seed ${made.control?.seed ?? 0}).
        <button class="link" @click=${() => void showRun(made.id)}>Show its vectors</button>
      </p>`;
    const kind = reads(store.state);
    const obstacle = controlObstacle(store.state);
    const running = control.phase === "running";
    const mine = control.of === run.id;
    const coding = run.baselines.some(({ name }) => name === CODONS);
    return html`<div class="row small">
        <button
          data-testid="control-make-${this.place}"
          aria-describedby="why"
          ?disabled=${obstacle !== null || running}
          @click=${() => void makeControl()}
        >
          Compare with shuffled ${SHUFFLED[kind]} (control)
        </button>
      </div>
      <p id="why" class="small quiet" data-testid="control-why-${this.place}">${obstacle ?? shuffleMeans(kind, coding)}</p>
      ${running && mine
        ? html`<cg-progress
            .progress=${control.progress}
            label="Embedding shuffled sequences"
            cancellable
            data-testid="control-work-${this.place}"
            @cancel=${cancelControl}
          ></cg-progress>`
        : nothing}
      ${control.phase === "cancelled" && mine ? html`<p role="status" class="small" data-testid="control-cancelled-${this.place}">Cancelled.</p>` : nothing}
      <cg-error .error=${mine ? control.error : null}></cg-error>`;
  }
}
customElements.define("cg-control", ControlPart);
