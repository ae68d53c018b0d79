/** The frame of an answer: under a question that has changed meanwhile it is dimmed, and headed by its own question. */
import { css, html } from "lit";
import { cut } from "../format";

/** How an old answer looks. */
export const answerLook = css`
  .old {
    --answer-opacity: 0.4;
    display: grid;
    gap: 0.75rem;
    padding-left: 0.75rem;
    border-left: 3px solid var(--line);
    color: var(--quiet);
    min-width: 0;
  }
`;

/** `changed` says what is asked now and was not then, each as `folds (10 then, 5 now)`; none for the present question. */
export function answered(part: string, question: string, changed: readonly string[], content: unknown): unknown {
  if (changed.length === 0) return content;
  return html`<div class="old" data-testid="old-${part}">
    <p class="small">
      <strong>Answer to the question before:</strong> <bdi>${cut(question, 120)}</bdi>. Changed since: <bdi>${cut(changed.join("; "), 200)}</bdi>.
    </p>
    ${content}
  </div>`;
}
