/** What every analysis card shows under its button: progress with cancel, "cancelled", or the error. */
import { html, nothing } from "lit";
import { cancelWork } from "../actions/work";
import type { Answers } from "../analysis/state";
import { store } from "../state";
import "./problem";
import "./progress";

/** The line of an analysis. */
export function workLine(part: keyof Answers, label: string): unknown {
  const { phase, progress, error } = store.state.works[part];
  return html`${phase === "running"
      ? html`<cg-progress
          .progress=${progress}
          label=${label}
          cancellable
          data-testid="work-${part}"
          @cancel=${() => cancelWork(part)}
        ></cg-progress>`
      : nothing}
    ${phase === "cancelled" ? html`<p role="status" class="small" data-testid="cancelled-${part}">Cancelled.</p>` : nothing}
    <cg-problem .error=${error}></cg-problem>`;
}
