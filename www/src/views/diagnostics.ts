/** A list of warnings or refusals: location, what happened, what to do, code. Closed at first, and shown in pages. */
import { css, html, LitElement, nothing } from "lit";
import { count, cut, plural, sentence } from "../format";
import type { Notice } from "../protocol";
import { controls } from "./controls";

const PAGE = 50;

/** `<cg-diagnostics heading="warning" tone="caution" .notices=${list} .omitted=${number}>` */
export class Diagnostics extends LitElement {
  static override properties = {
    heading: {},
    tone: {},
    notices: { attribute: false },
    omitted: { attribute: false },
    shown: { state: true },
  };
  declare heading: string;
  declare tone: "caution" | "refused";
  declare notices: readonly Notice[];
  declare omitted: number;
  declare shown: number;

  constructor() {
    super();
    this.heading = "warning";
    this.tone = "caution";
    this.notices = [];
    this.omitted = 0;
    this.shown = PAGE;
  }

  static override styles = [
    controls,
    css`
      details {
        border: 1px solid var(--line);
        border-left: 3px solid var(--caution);
        border-radius: var(--radius);
      }
      details.refused {
        border-left-color: var(--refused);
      }
      summary {
        padding: 0.375rem 0.75rem;
        cursor: pointer;
      }
      .scroll {
        max-height: 18rem;
        overflow: auto;
        border-top: 1px solid var(--line);
      }
      ul {
        margin: 0;
        padding: 0;
        list-style: none;
      }
      li {
        padding: 0.5rem 0.75rem;
        display: grid;
        gap: 0.125rem;
        overflow-wrap: anywhere;
      }
      li + li {
        border-top: 1px solid var(--line);
      }
      footer {
        padding: 0.5rem 0.75rem;
      }
    `,
  ];

  protected override willUpdate(): void {
    this.hidden = this.notices.length + this.omitted === 0;
  }

  override render(): unknown {
    const total = this.notices.length + this.omitted;
    if (total === 0) return nothing;
    const rest = this.notices.length - this.shown;
    return html`<details class=${this.tone} ?open=${this.tone === "refused"} data-testid="diagnostics-${this.tone}">
      <summary>${plural(total, this.heading)}</summary>
      <div class="scroll small" tabindex="0" role="region" aria-label=${`${this.heading}s`}>
        <ul>
          ${this.notices.slice(0, this.shown).map(entry)}
        </ul>
        ${rest > 0
          ? html`<footer>
              <button class="link" @click=${() => (this.shown += PAGE * 4)}>
                Show more (${count(rest)} not shown)
              </button>
            </footer>`
          : nothing}
        ${this.omitted > 0
          ? html`<footer class="quiet">
              ${count(this.omitted)} more of the same kinds were counted but not listed.
            </footer>`
          : nothing}
      </div>
    </details>`;
  }
}
customElements.define("cg-diagnostics", Diagnostics);

function entry(notice: Notice): unknown {
  const { line, record } = notice.where;
  const at = [
    line === undefined ? "" : `line ${count(line)}`,
    record === undefined ? "" : `record ${cut(record, 80)}`,
  ].filter(Boolean);
  return html`<li>
    <span
      >${at.length === 0 ? nothing : html`<bdi class="mono">${at.join(", ")}</bdi>: `}<bdi
        >${cut(notice.message, 300)}</bdi
      ></span
    >
    <span class="quiet">${sentence(notice.hint)} <code>${notice.code}</code></span>
  </li>`;
}
