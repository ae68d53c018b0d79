/** The line under the button of an analysis card: progress with cancel, "cancelled", or the error. */
import { html, nothing } from "lit";
import { cancelJob } from "../actions/jobs";
import type { Answers } from "../analysis/state";
import { store } from "../state";
import "./error-view";
import "./progress";

/** The line of an analysis. */
export function jobLine(part: keyof Answers, label: string): unknown {
  const { phase, progress, error } = store.state.jobs[part];
  return html`${phase === "running"
      ? html`<cg-progress
          .progress=${progress}
          label=${label}
          cancellable
          data-testid="work-${part}"
          @cancel=${() => cancelJob(part)}
        ></cg-progress>`
      : nothing}
    ${phase === "cancelled" ? html`<p role="status" class="small" data-testid="cancelled-${part}">Cancelled.</p>` : nothing}
    <cg-error .error=${error}></cg-error>`;
}
