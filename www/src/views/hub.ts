/** A published model: which one, its size and licence, and its download. */
import { css, html, LitElement, nothing } from "lit";
import { chooseSource, hubAddress, loadHub } from "../actions/model";
import { bytes, count } from "../format";
import { store } from "../state";
import { known, PUBLISHED, terms, weightsOf, type Published } from "../store/published";
import { Watch } from "../watch";
import { controls, facts } from "./controls";
import "./published";
import { weightsField } from "./weights";
import { licenceTerms } from "./labels";

/** `<cg-hub>` */
export class HubPanel extends LitElement {
  static override properties = { disabled: { type: Boolean }, hubId: { state: true }, asking: { state: true } };
  declare disabled: boolean;
  declare hubId: string;
  /** The model whose licence waits for the user's consent. */
  declare asking: string | null;
  readonly watch = new Watch(this, "model");

  static override styles = [
    controls,
    facts,
    css`
      :host,
      .terms {
        display: grid;
        gap: 1rem;
      }
      .terms {
        padding: 0.75rem;
        border: 1px solid var(--caution);
        border-radius: var(--radius);
      }
      form {
        display: flex;
        gap: 0.5rem;
        align-items: end;
      }
      form .field {
        flex: 1;
      }
    `,
  ];

  constructor() {
    super();
    this.disabled = false;
    this.hubId = "facebook/esm2_t6_8M_UR50D";
    this.asking = null;
  }

  override render(): unknown {
    const host = new URL(hubAddress(), document.baseURI).host;
    const chosen = PUBLISHED.find(({ id }) => id === store.state.model.published) ?? null;
    return html`<cg-published
        .chosen=${chosen?.id ?? ""}
        ?disabled=${this.disabled}
        @choose=${(event: CustomEvent<Published>) => this.#choose(event.detail)}
      ></cg-published>
      ${chosen === null ? about(this.hubId) : details(chosen)}
      ${chosen === null || chosen.availability === "download"
        ? html`${weightsField(chosen?.memoryBytes ?? null, this.disabled, (weights) => store.patch("model", { weights }))}
            <form @submit=${this.#submit}>
              <label class="field"
                >Model id on ${host}
                <input
                  name="id"
                  data-testid="hub-id"
                  .value=${this.hubId}
                  @input=${(event: Event) => this.#type((event.target as HTMLInputElement).value)}
                  autocomplete="off"
                  spellcheck="false"
                  required
                  ?disabled=${this.disabled}
              /></label>
              <button data-testid="hub-load" ?disabled=${this.disabled}>Download</button>
            </form>
            ${this.asking === null || this.disabled ? nothing : this.#terms(this.asking)}
            <p class="small quiet">
              Only the model's files are requested from ${host}. Your sequences stay in this browser.
            </p>`
        : html`<p class="small" data-testid="published-reason">${chosen.reason}</p>
            ${chosen.availability === "file"
              ? html`<div class="row">
                  <button data-testid="published-files" @click=${() => chooseSource("files")}>Open its files</button>
                </div>`
              : nothing}`}`;
  }

  /** Typing the id of a listed model chooses it in the list. */
  #type(id: string): void {
    this.hubId = id;
    this.asking = null;
    store.patch("model", { published: known(id)?.id ?? "" });
  }

  #choose(one: Published): void {
    if (one.hub !== null) this.hubId = one.hub;
    this.asking = null;
    store.patch("model", { published: one.id });
  }

  async #submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const id = this.hubId.trim();
    if (terms(id)?.nonCommercial !== true) return loadHub(id);
    this.asking = id;
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLButtonElement>("[data-testid=licence-agree]")?.focus();
  }

  #terms(id: string): unknown {
    const size = known(id);
    return html`<div class="terms" role="group" aria-labelledby="terms" data-testid="licence-terms">
      <p class="small" id="terms">
        The licence of these weights is ${licenceTerms(terms(id)?.licence ?? "")}. Nothing has been downloaded yet.
      </p>
      <div class="row">
        <button
          class="primary"
          data-testid="licence-agree"
          @click=${() => {
            this.asking = null;
            void loadHub(id);
          }}
        >
          I accept it: download${size === null ? "" : ` ${bytes(size.downloadBytes)}`}
        </button>
        <button data-testid="licence-decline" @click=${() => (this.asking = null)}>Cancel</button>
      </div>
    </div>`;
  }
}
customElements.define("cg-hub", HubPanel);

/** Size, memory, length and licence of a model, before anything of it is downloaded. */
function details(one: Published): unknown {
  const { f32, f16, int8, int4 } = one.memoryBytes;
  const place =
    one.hub !== null
      ? html`<a href="https://huggingface.co/${one.hub}" target="_blank" rel="noopener noreferrer">hub page</a>`
      : html`<a href="https://doi.org/${one.doi}" target="_blank" rel="noopener noreferrer">Zenodo record</a>`;
  const rows: [string, unknown][] = [
    ["Download", one.downloadExact ? bytes(one.downloadBytes) : `about ${bytes(one.downloadBytes)}`],
    [
      "Memory",
      html`${bytes(f32)} in 32-bit floats, ${bytes(f16)} in 16-bit, ${bytes(int8)} as 8-bit, ${bytes(int4)} as 4-bit
        integers; 10 to 100 MB more while it computes`,
    ],
    ["Longest", longest(one)],
    ["Checked by", checkedBy(one)],
    ["Licence", licenceTerms(one.licence)],
    ["By", one.attribution],
    ["More", html`<a href="./models/${one.id}/CARD.md" target="_blank" rel="noopener">model card</a>, ${place}`],
  ];
  return html`<dl class="small" data-testid="hub-facts">
    ${rows.map(
      ([term, value]) =>
        html`<dt>${term}</dt>
          <dd>${value}</dd>`,
    )}
  </dl>`;
}

/** What a download of a model is compared with. */
function checkedBy(one: Published): unknown {
  const hash = weightsOf(one)?.sha256 ?? null;
  const revision = one.revision === null ? "" : `revision ${one.revision.slice(0, 12)}, `;
  return hash !== null
    ? html`${revision}SHA-256 <code title=${hash}>${hash.slice(0, 16)}…</code>, layers, width and settings`
    : `${revision}layers, width and settings; the SHA-256 of its weights is not recorded`;
}

/** The licence of a model that is not listed, if its authors use one for all their models. */
function about(id: string): unknown {
  const licence = terms(id)?.licence;
  return licence === undefined
    ? nothing
    : html`<p class="small" data-testid="hub-facts">Licence of the weights: ${licenceTerms(licence)}.</p>`;
}

function longest({ window, lettersPerToken, granularity }: Published): string {
  if (window === null) return `any number of ${granularity === "domain" ? "domains" : "residues"}`;
  const letters = lettersPerToken === null ? "byte pairs" : `${count(window * lettersPerToken)} nucleotides`;
  const piece = granularity === "protein" ? `${count(window)} residues` : `${count(window)} tokens (${letters})`;
  return `${piece} in one piece; longer sequences are read in overlapping windows`;
}
