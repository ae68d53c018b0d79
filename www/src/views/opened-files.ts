/** The files of the last drop: what each was taken for, and a button for everything else that it could be. */
import { css, html, LitElement, nothing } from "lit";
import { openSet, setRole } from "../actions/files";
import { bytes, sentence } from "../format";
import { ROLES, type UserFile, type Role } from "../files/role";
import { store } from "../state";
import { Watch } from "../watch";
import { controls } from "./controls";

/** What a role is called as the use of a file. */
const CALLED = Object.fromEntries(ROLES) as Record<Role, string>;

/** `<cg-opened-files>`; shows nothing before files were taken in. */
export class FileRoles extends LitElement {
  readonly watch = new Watch(this, "files", "run");
  static override styles = [
    controls,
    css`
      ul {
        list-style: none;
        margin: 0;
        padding: 0;
        max-height: 14rem;
        overflow: auto;
      }
      li {
        display: flex;
        flex-wrap: wrap;
        gap: 0.125rem 0.625rem;
        align-items: baseline;
        padding: 0.25rem 0;
        border-bottom: 1px solid var(--line);
        overflow-wrap: anywhere;
      }
      .failed {
        color: var(--refused);
      }
      .other {
        margin-left: auto;
      }
      button {
        min-height: 1.5rem;
        padding: 0 0.375rem;
        font-size: 0.8125rem;
      }
    `,
  ];

  override render(): unknown {
    const { files, run } = store.state;
    if (files.length === 0) return nothing;
    const busy = run.phase === "running" || run.phase === "cancelling";
    return html`<ul class="small" aria-label="Files, and what each was taken for" data-testid="opened-files">
      ${files.map((one) => this.#file(one, busy))}
    </ul>`;
  }

  #file({ key, file, role, phase, error, set }: UserFile, busy: boolean): unknown {
    // A record is known by what it says, so no other file is offered as one.
    const others = ROLES.filter(([other]) => other !== role && other !== "methods");
    return html`<li data-role=${role} data-phase=${phase}>
      <span><strong><bdi>${file.name}</bdi></strong> (${bytes(file.size)}): taken for ${CALLED[role]}${
          phase === "aside" ? `, a set of its own (${set})` : ""
        }</span>
      ${phase === "aside"
        ? html`<button data-testid="open-set" ?disabled=${busy} aria-label=${`Open this set: ${file.name}`} @click=${() => void openSet(key)}>
            Open this set
          </button>`
        : nothing}
      ${error === null ? nothing : html`<span class="failed">${sentence(error.message)}</span>`}
      <span class="other row"
        >${others.map(
          ([other, name]) =>
            html`<button
              ?disabled=${busy || phase === "waiting"}
              aria-label=${`Use as ${name}: ${file.name}`}
              data-testid="use-${other}"
              @click=${() => void setRole(key, other)}
            >
              Use as ${name}
            </button>`,
        )}</span
      >
    </li>`;
  }
}
customElements.define("cg-opened-files", FileRoles);
