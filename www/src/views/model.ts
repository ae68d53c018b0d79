/** Step 1: the model, its source and its description. */
import { css, html, LitElement, nothing } from "lit";
import { cancelDownload, chooseSource, loadBuiltin, loadFiles } from "../actions/model";
import { bytes, count, large, sentence } from "../format";
import type { Identity } from "../identity";
import { GRANULARITIES, type ModelReport } from "../protocol";
import { store, type ModelSource } from "../state";
import { DEMONSTRATIONS, demonstration } from "../store/demonstrations";
import { PUBLISHED, type Published } from "../store/published";
import { Watch } from "../watch";
import { controls, facts, panel } from "./controls";
import "./drop";
import "./hub";
import "./error-view";
import "./progress";
import "./stored";
import { weightsField } from "./weights";
import { familyName } from "./labels";

const SOURCES: readonly [ModelSource, string][] = [
  ["builtin", "Demonstration"],
  ["files", "From disk"],
  ["hub", "Published"],
];

/** `<cg-model>` */
export class ModelPanel extends LitElement {
  readonly watch = new Watch(this, "model", "run");

  static override styles = [
    controls,
    panel,
    facts,
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
    `,
  ];

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
          ? html`<cg-hub ?disabled=${busy || loading}></cg-hub>`
          : this.#demonstration(model.demonstration, busy)}
      ${model.source === "hub"
        ? nothing
        : weightsField(model.source === "builtin" ? null : (named(model.published)?.memoryBytes ?? null), busy || loading)}
      ${loading
        ? html`<cg-progress
            .progress=${model.progress}
            label="Loading the model"
            ?cancellable=${model.phase === "downloading"}
            @cancel=${cancelDownload}
          ></cg-progress>`
        : nothing}
      <cg-error .error=${model.error}></cg-error>
      ${model.report === null || loading ? nothing : report(model.report, model.identity)}
      ${model.report === null || loading ? nothing : notices(model.report)}
      <cg-stored></cg-stored>
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
    const chosen = named(store.state.model.published);
    return html`<cg-drop
        label="Drop a model’s files as published (config.json, weights, vocabulary), their folder, or a .pt file"
        button="Choose files"
        input-testid="model-files"
        multiple
        folder
        ?disabled=${busy}
        @files=${(event: CustomEvent<File[]>) => void loadFiles(event.detail)}
      ></cg-drop>
      ${chosen === undefined
        ? nothing
        : html`<p class="small" data-testid="wanted-files">Files of ${chosen.name}: ${chosen.files.join(", ")}.</p>`}`;
  }
}
customElements.define("cg-model", ModelPanel);

function named(id: string): Published | undefined {
  return PUBLISHED.find((one) => one.id === id);
}

function window({ window, granularity }: ModelReport): string {
  if (window === null) return "sequences of any length in one piece";
  return `${count(window)} ${GRANULARITIES[granularity].tokenUnit}; longer sequences are read in overlapping windows`;
}

/** What was applied to the weights, and what of the files is not used. */
function notices({ warnings }: ModelReport): unknown {
  if (warnings.length === 0) return nothing;
  return html`<ul class="small" data-testid="model-warnings">
    ${warnings.map(({ message, hint }) => html`<li>${message} (${hint})</li>`)}
  </ul>`;
}

function report(model: ModelReport, identity: Identity | null): unknown {
  const rows: [string, unknown][] = [
    ["In use", html`<bdi data-testid="model-name">${model.name}</bdi>, ${familyName(model.family)}`],
    ["Shape", `${count(model.layers)} layers, width ${count(model.width)}, ${large(model.parameters)} parameters`],
    ["Window", window(model)],
    [
      "Weights",
      html`${bytes(model.weightsBytes)}, held as ${model.precision}, SHA-256
        <code title=${model.weightsSha256}>${model.weightsSha256.slice(0, 16)}…</code>`,
    ],
    ...(identity === null
      ? []
      : [["Published", html`<span data-testid="model-identity">${sentence(identity.text)}</span>`] satisfies [string, unknown]]),
  ];
  return html`<dl class="small" data-testid="model-facts">
      ${rows.map(
        ([term, value]) =>
          html`<dt>${term}</dt>
            <dd>${value}</dd>`,
      )}
    </dl>`;
}
