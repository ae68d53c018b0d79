/** An error as the user meets it: what happened, where, what to do, and the code to search or report. */
import { css, html, LitElement, nothing } from "lit";
import type { CrossgrainError } from "../error";
import { cut, sentence } from "../format";
import { controls } from "./controls";
import { locationText } from "./location";

/** `<cg-error .error=${error}>`; shows nothing without an error. */
export class ErrorView extends LitElement {
  static override properties = { error: { attribute: false } };
  declare error: CrossgrainError | null;

  static override styles = [
    controls,
    css`
      div {
        display: grid;
        gap: 0.25rem;
        padding: 0.75rem 0.875rem;
        border: 1px solid color-mix(in srgb, var(--refused) 45%, var(--line));
        border-left: 3px solid var(--refused);
        border-radius: var(--radius);
        overflow-wrap: anywhere;
      }
      strong {
        font-weight: 600;
      }
    `,
  ];

  protected override willUpdate(): void {
    this.hidden = (this.error ?? null) === null;
  }

  override render(): unknown {
    const error = this.error;
    if (error === null || error === undefined) return nothing;
    const where = locationText(error.where);
    return html`<div role="alert" data-testid="error">
      <strong><bdi>${sentence(cut(error.message, 500))}</bdi></strong>
      <span>${sentence(error.hint)}</span>
      <span class="small quiet"
        >${where === "" ? nothing : html`<bdi>${where}</bdi> · `}<code data-testid="error-code"
          >${error.code}</code
        ></span
      >
    </div>`;
  }
}
customElements.define("cg-error", ErrorView);
