/** The embeddings of this session: each stays until it is removed, can be shown again, and put beside others. */
import { css, html, LitElement, nothing } from "lit";
import { cancelJoin, joinRuns, removeRun, showRun, type JoinPart } from "../actions/join";
import { recordRuns, shownRun } from "../metadata";
import type { StoredRun } from "../analysis/state";
import { count, plural } from "../format";
import { DEFAULTS, type JoinBy } from "../protocol";
import { store } from "../state";
import { Watch } from "../watch";
import { grid } from "./cards";
import { controls, panel } from "./controls";
import { choice } from "./fields";
import "./error-view";
import "./kept";
import "./progress";

/** `<cg-runs>`; shows nothing before there is one. */
export class RunsPanel extends LitElement {
  static override properties = {
    chosen: { state: true },
    layers: { state: true },
    by: { state: true },
    mean: { state: true },
    equal: { state: true },
  };
  /** Runs to be joined, in the order in which they were chosen. */
  declare chosen: readonly number[];
  declare layers: Readonly<Record<number, number>>;
  declare by: JoinBy;
  declare mean: boolean;
  declare equal: boolean;
  readonly watch = new Watch(this, "runs", "run", "joining");
  #counted: { of: string; both: number; all: number } | null = null;

  constructor() {
    super();
    this.chosen = [];
    this.layers = {};
    this.by = DEFAULTS.join.by;
    this.mean = true;
    this.equal = true;
  }

  static override styles = [
    controls,
    panel,
    grid,
    css`
      ul {
        list-style: none;
        margin: 0;
        padding: 0;
      }
      li {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto auto;
        gap: 0.25rem 1rem;
        align-items: center;
        padding: 0.5rem 0;
        border-bottom: 1px solid var(--line);
      }
      .name {
        display: flex;
        gap: 0.625rem;
        align-items: baseline;
        overflow-wrap: anywhere;
      }
      .layer {
        display: flex;
        gap: 0.5rem;
        align-items: center;
      }
      .layer select {
        width: auto;
      }
      .shown {
        font-weight: 600;
      }
      @media (max-width: 600px) {
        li {
          grid-template-columns: minmax(0, 1fr) auto;
        }
        .name {
          grid-column: 1 / -1;
        }
      }
    `,
  ];

  protected override willUpdate(): void {
    this.hidden = store.state.runs.length === 0;
  }

  override render(): unknown {
    const { runs, joining } = store.state;
    if (runs.length === 0) return nothing;
    const parts = this.#parts();
    const busy = joining.busy;
    return html`<section aria-labelledby="title">
      <h2 id="title">Embeddings in this session</h2>
      <ul data-testid="runs">
        ${runs.map((one) => this.#run(one, busy))}
      </ul>
      <cg-kept></cg-kept>
      ${recordRuns(store.state).length < 2 ? nothing : this.#join(parts, busy)}
    </section>`;
  }

  #join(parts: JoinPart[], busy: boolean): unknown {
    const { joining } = store.state;
    return html`<p class="small quiet">
        Tick two or more of the same sequences, genes or domains to put their vectors side by side: one row per name, the
        numbers of one model after those of the other. Joined vectors can be mapped, compared, probed and saved as any
        others.
      </p>
      <div class="options">
        ${choice(
          "Rows belong together by",
          "join-by",
          this.by,
          [
            ["id", "Name"],
            ["position", "Name and position (domains)"],
          ],
          (by) => (this.by = by as JoinBy),
        )}
        ${this.by === "position"
          ? html`<label class="check"
              ><input
                type="checkbox"
                data-testid="join-mean"
                .checked=${this.mean}
                @change=${(event: Event) => (this.mean = (event.target as HTMLInputElement).checked)}
              />Mean over positions</label
            >`
          : nothing}
        <label class="check"
          ><input
            type="checkbox"
            data-testid="join-equal"
            .checked=${this.equal}
            @change=${(event: Event) => (this.equal = (event.target as HTMLInputElement).checked)}
          />Equal weight for each</label
        >
        <button
          class="primary"
          data-testid="join-run"
          aria-describedby="join-why"
          ?disabled=${busy || parts.length < 2}
          @click=${() => void joinRuns(parts, this.by, this.mean, this.equal)}
        >
          ${parts.length < 2 ? "Join" : `Join ${plural(parts.length, "run")}`}
        </button>
      </div>
      <p id="join-why" class="small quiet" data-testid="join-count">${this.#said(parts)}</p>
      ${joining.busy ? html`<cg-progress .progress=${null} label="Joining" cancellable @cancel=${cancelJoin}></cg-progress>` : nothing}
      <cg-error .error=${joining.error}></cg-error>`;
  }

  #run(run: StoredRun, busy: boolean): unknown {
    const { id, name, layers, dims, report } = run;
    const { joining } = store.state;
    const shown = isShown(run);
    return html`<li>
      <label class="name"
        ><input
          type="checkbox"
          data-testid="join-${id}"
          ?disabled=${recordRuns(store.state).length < 2 || report.pool === "none"}
          .checked=${this.chosen.includes(id)}
          @change=${(event: Event) => this.#tick(id, (event.target as HTMLInputElement).checked)}
        /><span class=${shown ? "shown" : ""}
          ><bdi>${name}</bdi>
          <span class="small quiet">${plural(report.rows, "vector")} of ${count(dims)}${shown ? ", shown" : ""}</span></span
        ></label
      >
      ${layers.length > 1
        ? html`<label class="layer small"
            >Layer
            <select
              data-testid="join-layer-${id}"
              @change=${(event: Event) =>
                (this.layers = { ...this.layers, [id]: Number((event.target as HTMLSelectElement).value) })}
            >
              ${layers.map(
                ({ layer }) => html`<option value=${layer} .selected=${layer === this.#layer(run)}>${layer}</option>`,
              )}
            </select></label
          >`
        : html`<span></span>`}
      <span class="row">
        <button data-testid="show-${id}" ?disabled=${busy || shown} aria-label=${`Show ${name}`} @click=${() => void showRun(id)}>
          Show
        </button>
        <button data-testid="remove-${id}" ?disabled=${joining.busy} aria-label=${`Remove ${name}`} @click=${() => void removeRun(id)}>
          Remove
        </button>
      </span>
    </li>`;
  }

  #tick(id: number, on: boolean): void {
    this.chosen = on ? [...this.chosen, id] : this.chosen.filter((one) => one !== id);
  }

  #layer(run: StoredRun): number {
    const wanted = this.layers[run.id];
    return run.layers.find(({ layer }) => layer === wanted)?.layer ?? run.layers.at(-1)?.layer ?? 0;
  }

  #parts(): JoinPart[] {
    return this.chosen.flatMap((id) => {
      const run = store.state.runs.find((one) => one.id === id);
      return run === undefined ? [] : [{ run, layer: this.#layer(run) }];
    });
  }

  /** How many names the chosen runs have in common, before anything is computed. */
  #said(parts: readonly JoinPart[]): string {
    if (parts.length < 2) return "Choose two runs or more.";
    const of = parts.map(({ run }) => run.id).join(" ");
    if (this.#counted?.of !== of) this.#counted = { of, ...common(parts.map(({ run }) => run.ids)) };
    const { both, all } = this.#counted;
    const width = parts.reduce((sum, { run, layer }) => sum + widthOf(run, layer), 0);
    if (both === 0) return "These runs have no name in common: embed the same records with both models.";
    return `${count(both)} of ${plural(all, "name")} are in all of them; a row will have ${count(width)} numbers.`;
  }
}
customElements.define("cg-runs", RunsPanel);

function isShown(run: StoredRun): boolean {
  return shownRun(store.state) === run;
}

function widthOf(run: StoredRun, layer: number): number {
  return run.layers.find((one) => one.layer === layer)?.table.cols ?? run.dims;
}

function common([first = [], ...others]: readonly (readonly string[])[]): { both: number; all: number } {
  const sets = others.map((ids) => new Set(ids));
  const all = new Set(first);
  for (const ids of sets) for (const id of ids) all.add(id);
  return { both: first.filter((id) => sets.every((ids) => ids.has(id))).length, all: all.size };
}
