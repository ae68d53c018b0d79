/** Runs that have not ended: how many of their sequences are finished, and what can be done with them. */
import { css, html, LitElement, nothing } from "lit";
import { forget } from "../actions/embed";
import { continueRun, useFinished } from "../actions/unfinished";
import { count, cut, plural, sentence } from "../format";
import type { UnfinishedRun } from "../session/unfinished";
import { store } from "../state";
import { Watch } from "../watch";
import { controls } from "./controls";

/** `<cg-unfinished>`; shows nothing while every run has ended. */
export class UnfinishedRuns extends LitElement {
  readonly watch = new Watch(this, "unfinished", "run", "kept", "engine");
  static override styles = [
    controls,
    css`
      ul {
        list-style: none;
        margin: 0;
        padding: 0;
      }
      li {
        display: flex;
        flex-wrap: wrap;
        gap: 0.25rem 1rem;
        align-items: center;
        justify-content: space-between;
        padding: 0.375rem 0;
        overflow-wrap: anywhere;
      }
    `,
  ];

  override render(): unknown {
    const { unfinished, run, kept } = store.state;
    const others = unfinished.filter(({ id }) => id !== run.current);
    const busy = run.phase === "running" || run.phase === "cancelling" || store.state.engine.phase !== "ready";
    const warning =
      unfinished.length > 0 && kept.error !== null
        ? html`<p class="small" role="status" data-testid="unfinished-not-kept">
            Finished vectors are held until the page is closed: ${kept.error.message}. ${sentence(kept.error.hint)}
          </p>`
        : nothing;
    if (others.length === 0) return warning;
    return html`<ul aria-label="Runs that have not ended" data-testid="unfinished">
        ${others.map((one) => this.#run(one, busy))}
      </ul>
      ${warning}`;
  }

  #run({ id, key, finished, total }: UnfinishedRun, busy: boolean): unknown {
    const name = cut(key.sequences, 120);
    return html`<li>
      <span><bdi>${name}</bdi> with <bdi>${cut(key.model.name, 80)}</bdi>: ${count(finished)} of ${plural(total, "sequence")} finished.</span>
      <span class="row">
        <button class="primary" data-testid="continue-run" ?disabled=${busy} aria-label=${`Continue the run of ${name}`} @click=${() => void continueRun(id)}>
          Continue
        </button>
        <button data-testid="use-finished" ?disabled=${busy} aria-label=${`Use the ${finished} finished of ${name}`} @click=${() => void useFinished(id)}>
          Use the ${count(finished)} finished
        </button>
        <button data-testid="forget-unfinished" ?disabled=${busy} aria-label=${`Delete the unfinished run of ${name}`} @click=${() => forget([id])}>
          Delete
        </button>
      </span>
    </li>`;
  }
}
customElements.define("cg-unfinished", UnfinishedRuns);
