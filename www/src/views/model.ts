/** Step 1: which model, from where, and what it is. */
import { css, html, LitElement, nothing } from "lit";
import { cancelDownload, chooseSource, hubAddress, loadBuiltin, loadFiles, loadHub } from "../actions/model";
import { bytes, count, large } from "../format";
import type { ModelReport } from "../session";
import { store, type ModelSource } from "../state";
import { DEMONSTRATIONS, demonstration } from "../store/demonstrations";
import { known, PUBLISHED } from "../store/published";
import { Watch } from "../watch";
import { controls, panel } from "./controls";
import "./drop";
import "./findings";
import "./problem";
import "./progress";

const SOURCES: readonly [ModelSource, string][] = [
  ["builtin", "Demonstration"],
  ["files", "From disk"],
  ["hub", "Model hub"],
];
const FAMILIES: Record<string, string> = {
  esm2: "ESM-2",
  esm1b: "ESM-1b",
  ntv1: "Nucleotide Transformer v1",
  ntv2: "Nucleotide Transformer v2",
  dnabert2: "DNABERT-2",
  bigcarp: "BiGCARP",
  carp: "CARP",
};

/** `<cg-model>` */
export class ModelPanel extends LitElement {
  static override properties = { hubId: { state: true } };
  declare hubId: string;
  readonly watch = new Watch(this, "model", "run");

  static override styles = [
    controls,
    panel,
    css`
      .choices {
        display: flex;
        border: 1px solid var(--line);
        border-radius: var(--radius);
        overflow: clip;
      }
      .choices label {
        flex: 1;
        padding: 0.375rem 0.5rem;
        text-align: center;
        cursor: pointer;
      }
      .choices label + label {
        border-left: 1px solid var(--line);
      }
      .choices label:has(:checked) {
        background: color-mix(in srgb, var(--accent) 12%, var(--panel));
        box-shadow: inset 0 -2px var(--accent);
        font-weight: 600;
      }
      .choices label:has(:focus-visible) {
        outline: 2px solid var(--accent);
        outline-offset: -2px;
      }
      @media (max-width: 480px) {
        .choices label {
          padding: 0.375rem 0.125rem;
          font-size: 0.875rem;
        }
      }
      dl {
        display: grid;
        grid-template-columns: max-content 1fr;
        gap: 0.125rem 1rem;
        margin: 0;
      }
      dt {
        color: var(--quiet);
      }
      dd {
        margin: 0;
        overflow-wrap: anywhere;
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
    this.hubId = "facebook/esm2_t6_8M_UR50D";
  }

  override render(): unknown {
    const { model, run } = store.state;
    const busy = run.phase === "running" || run.phase === "cancelling";
    const loading = model.phase === "downloading" || model.phase === "loading";
    return html`<section aria-labelledby="title">
      <h2 id="title">1. Model</h2>
      <fieldset class="choices" data-testid="model-choice" ?disabled=${busy}>
        <legend class="hidden-visually">Where the model comes from</legend>
        ${SOURCES.map(([source, label]) => this.#choice(source, label, model.source))}
      </fieldset>
      ${model.source === "files"
        ? this.#files(busy)
        : model.source === "hub"
          ? this.#hub(busy || loading)
          : this.#demonstration(model.demonstration, busy)}
      ${loading
        ? html`<cg-progress
            .progress=${model.progress}
            label="Loading the model"
            ?cancellable=${model.phase === "downloading"}
            @cancel=${cancelDownload}
          ></cg-progress>`
        : nothing}
      <cg-problem .error=${model.error}></cg-problem>
      ${model.report === null || loading ? nothing : facts(model.report)}
    </section>`;
  }

  #choice(source: ModelSource, label: string, chosen: ModelSource): unknown {
    return html`<label
      ><input
        class="hidden-visually"
        type="radio"
        name="source"
        value=${source}
        data-testid="model-choice-${source}"
        .checked=${source === chosen}
        @change=${() => chooseSource(source)}
      />${label}</label
    >`;
  }

  #demonstration(chosen: string, busy: boolean): unknown {
    const { id, note, licence } = demonstration(chosen);
    return html`<label class="field"
        >What it reads
        <select
          data-testid="demonstration"
          ?disabled=${busy}
          @change=${(event: Event) => void loadBuiltin((event.target as HTMLSelectElement).value)}
        >
          ${DEMONSTRATIONS.map((one) => html`<option value=${one.id} .selected=${one.id === id}>${one.label}</option>`)}
        </select></label
      >
      <p class="small">
        ${note} Licence of the weights: ${licence}.
        <a href="./models/${id}/CARD.md" target="_blank" rel="noopener">Model card</a>
      </p>`;
  }

  #files(busy: boolean): unknown {
    return html`<cg-drop
      label="Drop a model’s files as published (config.json, weights, vocabulary), their folder, or a .pt file"
      button="Choose files"
      input-testid="model-files"
      multiple
      folder
      ?disabled=${busy}
      @files=${(event: CustomEvent<File[]>) => void loadFiles(event.detail)}
    ></cg-drop>`;
  }

  #hub(busy: boolean): unknown {
    const host = new URL(hubAddress(), document.baseURI).host;
    return html`<form @submit=${this.#load}>
        <label class="field"
          >Model id on ${host}: ESM, Nucleotide Transformer or DNABERT-2
          <input
            name="id"
            data-testid="hub-id"
            list="published"
            value="facebook/esm2_t6_8M_UR50D"
            @input=${(event: Event) => (this.hubId = (event.target as HTMLInputElement).value)}
            autocomplete="off"
            spellcheck="false"
            required
            ?disabled=${busy}
        /></label>
        <button data-testid="hub-load" ?disabled=${busy}>Load</button>
      </form>
      <datalist id="published">
        ${PUBLISHED.map((one) => html`<option value=${one.id}>${one.label}, ${bytes(one.bytes)}</option>`)}
      </datalist>
      ${about(this.hubId)}
      <p class="small quiet">
        Only the model's files are requested from ${host}. Your sequences stay in this browser.
      </p>`;
  }

  #load(event: SubmitEvent): void {
    event.preventDefault();
    void loadHub(String(new FormData(event.target as HTMLFormElement).get("id") ?? ""));
  }
}
customElements.define("cg-model", ModelPanel);

/** Size and licence of a model, before anything of it is downloaded. */
function about(id: string): unknown {
  const facts = known(id);
  if (facts === null) return nothing;
  const size = facts.bytes === undefined ? "" : `Download: ${bytes(facts.bytes)}. `;
  return html`<p class="small" data-testid="hub-facts">${size}Licence of the weights: ${facts.licence}.</p>`;
}

const UNITS = { protein: "residues", nucleotide: "tokens", domain: "domains" };

function window({ window, granularity }: ModelReport): string {
  if (window === null) return "sequences of any length in one piece";
  return `${count(window)} ${UNITS[granularity]}; longer sequences are read in overlapping windows`;
}

function facts(model: ModelReport): unknown {
  const rows: [string, unknown][] = [
    ["In use", html`<bdi data-testid="model-name">${model.name}</bdi>, ${FAMILIES[model.family] ?? model.family}`],
    ["Shape", `${count(model.layers)} layers, width ${count(model.width)}, ${large(model.parameters)} parameters`],
    ["Window", window(model)],
    [
      "Weights",
      html`${bytes(model.weightsBytes)}, SHA-256
        <code title=${model.weightsSha256}>${model.weightsSha256.slice(0, 16)}…</code>`,
    ],
  ];
  return html`<dl class="small" data-testid="model-facts">
      ${rows.map(
        ([term, value]) =>
          html`<dt>${term}</dt>
            <dd>${value}</dd>`,
      )}
    </dl>
    <cg-findings heading="warning" .notices=${model.warnings}></cg-findings>`;
}
