/** How the vectors were made, for the methods section of a paper: the same JSON that can be saved. */
import { css, html, LitElement, nothing } from "lit";
import { analysesRecord, paragraph } from "../analysis/methods";
import { store } from "../state";
import { Watch } from "../watch";
import { controls, panel } from "./controls";

/** `<cg-methods>` */
export class MethodsPanel extends LitElement {
  readonly watch = new Watch(this, "run", "runs", "map", "jobs");
  static override styles = [
    controls,
    panel,
    css`
      pre {
        margin: 0;
        max-height: 16rem;
        overflow: auto;
        padding: 0.75rem;
        background: var(--soft);
        border-radius: var(--radius);
        font-family: var(--mono);
        font-size: 0.75rem;
        line-height: 1.45;
        white-space: pre-wrap;
        overflow-wrap: anywhere;
      }
    `,
  ];

  override render(): unknown {
    const { methods } = store.state.run;
    if (methods === null) return nothing;
    const said = paragraph(store.state);
    return html`<section aria-labelledby="title">
      <h3 id="title">Methods</h3>
      <p class="small quiet">Everything needed to reproduce these vectors and answers.</p>
      ${said === "" ? nothing : html`<p class="small" data-testid="methods-words">${said}</p>`}
      <pre tabindex="0" data-testid="methods">${JSON.stringify({ ...methods, ...analysesRecord(store.state) }, null, 2)}</pre>
    </section>`;
  }
}
customElements.define("cg-methods", MethodsPanel);
