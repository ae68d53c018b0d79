/** Embeddings of earlier visits, offered at the top of the page; and what this visit has written, with a button that deletes it. */
import { css, html, LitElement, nothing } from "lit";
import { forgetAllKept, keepAgain } from "../actions/kept";
import { forgetKept, resume } from "../actions/resume";
import { bytes, count, cut, plural, sentence } from "../format";
import { store, type KeptSession } from "../state";
import { Watch } from "../watch";
import { controls, panel } from "./controls";

/** `<cg-resume>`; shows nothing unless an earlier visit has left something. */
export class ResumePanel extends LitElement {
  readonly watch = new Watch(this, "kept", "run");
  static override styles = [
    controls,
    panel,
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

  protected override willUpdate(): void {
    this.hidden = store.state.kept.sessions.length === 0;
  }

  override render(): unknown {
    const { sessions, busy } = store.state.kept;
    if (sessions.length === 0) return nothing;
    const running = store.state.run.phase === "running" || store.state.run.phase === "cancelling";
    return html`<section aria-labelledby="title" data-testid="resume-panel">
      <h2 id="title">Continue where you left off?</h2>
      <ul>
        ${sessions.map((one) => session(one, busy || running))}
      </ul>
      <p class="small quiet">Kept in this browser only, from earlier visits.</p>
    </section>`;
  }
}
customElements.define("cg-resume", ResumePanel);

function session({ key, title: runs, bytes: size, saved, unfinished }: KeptSession, busy: boolean): unknown {
  const when = new Date(saved).toLocaleString("en", { dateStyle: "medium", timeStyle: "short" });
  const last = unfinished.at(-1);
  const title = runs === "" ? (last?.sequences ?? "") : runs;
  return html`<li>
    <span>
      ${last === undefined
        ? html`<bdi>${cut(title, 120)}</bdi>`
        : html`<span data-testid="kept-unfinished"
            >Continue the run of <bdi>${cut(last.sequences, 120)}</bdi>: ${count(last.finished)} of ${plural(last.total, "sequence")}
            ${last.total === 1 ? "is" : "are"} there${runs === "" ? "" : html`, beside <bdi>${cut(runs, 120)}</bdi>`}.</span
          >`}
      <span class="small quiet">${when}, ${bytes(size)}</span></span
    >
    <span class="row">
      ${last === undefined
        ? nothing
        : html`<button class="primary" data-testid="resume-run" ?disabled=${busy} aria-label=${`Continue the run of ${last.sequences}`} @click=${() => void resume(key, true)}>
            Continue the run
          </button>`}
      <button class=${last === undefined ? "primary" : ""} data-testid="resume" ?disabled=${busy} aria-label=${`Resume ${title}`} @click=${() => void resume(key)}>
        Resume
      </button>
      <button data-testid="forget-kept" ?disabled=${busy} aria-label=${`Delete ${title}`} @click=${() => void forgetKept(key)}>Delete</button>
    </span>
  </li>`;
}

/** `<cg-kept>`: one line below the list of embeddings. */
export class KeptLine extends LitElement {
  readonly watch = new Watch(this, "kept");
  static override styles = [controls];

  override render(): unknown {
    const { on, bytes: size, error, busy } = store.state.kept;
    return html`<p class="row small" data-testid="kept-line">
      ${error !== null
        ? html`<span role="status">${sentence(error.message)} ${sentence(error.hint)}</span>`
        : !on
          ? html`<span>These embeddings are not kept after the page is closed.</span
              ><button data-testid="keep-again" @click=${keepAgain}>Keep them</button>`
          : size === null
            ? nothing
            : html`<span class="quiet">Kept in this browser for your next visit: ${bytes(size)}.</span
                ><button data-testid="forget-all" ?disabled=${busy} @click=${() => void forgetAllKept()}>Delete everything kept</button>`}
    </p>`;
  }
}
customElements.define("cg-kept", KeptLine);
