/** The neighbours of the marked sequence, whether neighbours share a label, and whether another embedding agrees. */
import { css, html, LitElement, nothing } from "lit";
import { findNeighbours, measureOverlap, placeQueries } from "../actions/analyses";
import { offer } from "../actions/export";
import { select } from "../actions/map";
import { csv } from "../analysis/csv";
import type { Distance } from "../analysis/state";
import { count, cut, percent } from "../format";
import { DEFAULTS } from "../protocol";
import { recordRuns, spaceName } from "../metadata";
import { store } from "../state";
import { Watch } from "../watch";
import { controls } from "./controls";
import { choice, column, columnName, columns, number, values } from "./fields";
import { grid, numbers } from "./cards";
import "./purity";
import { jobLine } from "./job";

/** Most sequences whose neighbours are found without being asked for. */
const MOST_AT_ONCE = 5000;

/** `<cg-neighbours>` */
export class NeighboursCard extends LitElement {
  static override properties = {
    k: { state: true },
    metric: { state: true },
    by: { state: true },
    other: { state: true },
    asked: { state: true },
  };
  declare k: number;
  declare metric: Distance;
  declare by: string;
  declare other: string;
  /** Id of the run whose sequences are placed. */
  declare asked: string;
  readonly watch = new Watch(this, "jobs", "run", "map", "labels", "selected", "runs");

  constructor() {
    super();
    this.k = DEFAULTS.neighbours.k;
    this.metric = DEFAULTS.neighbours.metric;
    this.by = "";
    this.other = "";
    this.asked = "";
  }

  static override styles = [
    controls,
    grid,
    numbers,
    css`
      td button {
        min-height: 0;
        padding: 0;
        border: 0;
        background: none;
        font-family: var(--mono);
        font-size: 0.8125rem;
      }
    `,
  ];

  protected override updated(): void {
    const { run, jobs, map } = store.state;
    const { phase, answer } = jobs.neighbours;
    const few = (run.report?.ids.length ?? 0) <= MOST_AT_ONCE;
    const fits = answer !== null && answer.layer === map.layer && answer.metric === this.metric && answer.k === this.#fitting();
    if (few && !fits && phase !== "running" && phase !== "failed" && phase !== "cancelled") this.#find();
  }

  override render(): unknown {
    const { run, jobs, map } = store.state;
    if (run.report === null) return nothing;
    const labels = values(column(this.by));
    return html`<div class="stack">
      <p class="small quiet">
        The sequences nearest to the marked sequence, in all ${count(run.report.dims)} dimensions of
        ${spaceName(run.report, map.layer)}, not on the map. Mark a sequence on the map or in the table.
      </p>
      <div class="options">
        ${number("Neighbours, k", "near-k", this.k, [1, 100, 1], (k) => this.#change(() => (this.k = k)))}
        ${choice(
          "Distance",
          "near-metric",
          this.metric,
          [
            ["euclidean", "Euclidean"],
            ["cosine", "Cosine"],
          ],
          (metric) => this.#change(() => (this.metric = metric as Distance)),
        )}
        ${choice("Label", "near-column", column(this.by), columns("None"), (by) => (this.by = by))}
        ${run.report.ids.length > MOST_AT_ONCE
          ? html`<button data-testid="near-run" @click=${() => this.#find()}>Find neighbours</button>`
          : nothing}
      </div>
      ${jobLine("neighbours", "Finding neighbours")} ${this.#list(labels)}
      <cg-purity .k=${this.#fitting()} .metric=${this.metric} .by=${column(this.by)}>
        ${jobs.neighbours.answer === null
          ? nothing
          : html`<button data-testid="near-csv" @click=${() => this.#save()}>All neighbours (.csv)</button>`}
      </cg-purity>
      ${this.#shared()} ${this.#queries(labels)}
    </div>`;
  }

  #list(labels: readonly (string | null)[] | null): unknown {
    const { selected, run, jobs } = store.state;
    const { answer } = jobs.neighbours;
    if (answer === null || run.report === null) return nothing;
    if (selected === null) return html`<p data-testid="near-hint">No sequence is marked yet.</p>`;
    const { ids, lengths } = run.report;
    const own = labels?.[selected] ?? null;
    const rows = Array.from({ length: answer.k }, (_, at) => {
      const record = answer.indices[selected * answer.k + at] ?? 0;
      return { record, distance: answer.distances[selected * answer.k + at] ?? 0, label: labels?.[record] ?? null };
    });
    const same = rows.filter(({ label }) => own !== null && label === own).length;
    return html`<p data-testid="near-caption">
        Nearest to <strong><bdi>${cut(ids[selected] ?? "", 60)}</bdi></strong>${own === null
            ? nothing
            : html` (<bdi>${cut(own, 60)}</bdi>): ${same} of ${answer.k} share its label`}
      </p>
      <div class="scroll">
      <table data-testid="near-table" aria-label="Nearest sequences">
        <thead>
          <tr>
            <th scope="col">Id</th>
            <th scope="col" class="number">Distance</th>
            <th scope="col">${labels === null ? "Label" : cut(columnName(column(this.by)), 30)}</th>
            <th scope="col" class="number wide-only">Residues</th>
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            ({ record, distance, label }) =>
              html`<tr>
                <td>
                  <button title="Mark this sequence" @click=${() => select(record)}>
                    <bdi>${cut(ids[record] ?? "", 40)}</bdi>
                  </button>
                </td>
                <td class="number">${distance.toPrecision(4)}</td>
                <td class=${label !== null && label === own ? "same" : "quiet"}>
                  <bdi>${label === null ? "–" : cut(label, 60)}</bdi>
                </td>
                <td class="number wide-only">${(lengths[record] ?? 0) === 0 ? "–" : count(lengths[record] ?? 0)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    <p class="small quiet" data-testid="near-computed">Computed with: ${answer.computed.reason}.</p>`;
  }

  #shared(): unknown {
    const { run, map, jobs } = store.state;
    const runs = recordRuns(store.state);
    const choices = runs.flatMap((one) =>
      one.layers
        .filter(({ layer }) => one.ids !== run.report?.ids || layer !== map.layer)
        .map(({ layer }): [string, string] => [
          `${one.id}/${layer}`,
          one.ids === run.report?.ids ? `layer ${layer}` : `${one.name}: layer ${layer}`,
        ]),
    );
    if (choices.length === 0) return nothing;
    const chosen = choices.some(([key]) => key === this.other) ? this.other : (choices[0]?.[0] ?? "");
    const { answer } = jobs.overlap;
    return html`<div class="options">
        ${choice("Compare with", "shared-with", chosen, choices, (other) => (this.other = other))}
        <button data-testid="shared-run" @click=${() => this.#overlap(chosen)}>Same neighbours?</button>
      </div>
      ${jobLine("overlap", "Finding neighbours")}
      ${answer === null
        ? nothing
        : html`<p data-testid="shared-summary">
            ${answer.a} and ${answer.b} share ${percent(answer.shared)} of the ${answer.k} nearest neighbours; neighbours
            drawn at random would share ${percent(answer.chance)}.
          </p>`}`;
  }

  /** Sequences that are not on the map: those of an earlier run, or of a file, in the same dimensions. */
  #queries(labels: readonly (string | null)[] | null): unknown {
    const { run, map, jobs } = store.state;
    const runs = recordRuns(store.state);
    const fitting = runs.filter(
      (one) => one.ids !== run.report?.ids && one.dims === run.report?.dims && one.layers.some(({ layer }) => layer === map.layer),
    );
    if (fitting.length === 0) return nothing;
    const chosen = fitting.find(({ id }) => String(id) === this.asked) ?? fitting[0];
    const { answer } = jobs.queries;
    return html`<div class="options">
        ${choice(
          "Find neighbours for the sequences of",
          "queries-run-of",
          String(chosen?.id ?? ""),
          fitting.map(({ id, name }) => [String(id), name]),
          (id) => (this.asked = id),
        )}
        <button
          data-testid="queries-run"
          ?disabled=${chosen === undefined || jobs.queries.phase === "running"}
          @click=${() => chosen !== undefined && void placeQueries(map.layer, chosen, this.k, this.metric, labels)}
        >
          Nearest sequences here
        </button>
      </div>
      ${jobLine("queries", "Finding neighbours")}
      ${answer === null
        ? nothing
        : html`<div class="scroll" tabindex="0" role="region" aria-label="Neighbours">
              <table data-testid="queries-table" aria-label="Nearest sequences of another run">
                <thead>
                  <tr>
                    <th scope="col">Id</th>
                    <th scope="col">Nearest here</th>
                    <th scope="col" class="number">Distance</th>
                    <th scope="col">Label of most neighbours</th>
                  </tr>
                </thead>
                <tbody>
                  ${answer.rows.slice(0, 25).map(
                    (row) =>
                      html`<tr>
                        <td><bdi>${cut(row.id, 40)}</bdi></td>
                        <td><bdi>${cut(row.nearest, 40)}</bdi></td>
                        <td class="number">${row.distance.toPrecision(4)}</td>
                        <td>
                          ${row.label === null || row.share === null
                            ? "–"
                            : html`<bdi>${cut(row.label, 40)}</bdi> (${percent(row.share)})`}
                        </td>
                      </tr>`,
                  )}
                </tbody>
              </table>
            </div>
            <div class="row">
              <button data-testid="queries-csv" @click=${() => this.#saveQueries()}>All ${count(answer.rows.length)} (.csv)</button>
            </div>`}`;
  }

  #saveQueries(): void {
    const { answer } = store.state.jobs.queries;
    if (answer === null) return;
    const rows = answer.rows.map(({ id, nearest, distance, label, share }) => [id, nearest, distance, label, share]);
    offer(new Blob([csv(["id", "nearest", "distance", "label", "share"], rows)]), `placed.layer${answer.layer}.${answer.metric}.csv`);
  }

  #fitting(): number {
    return Math.max(1, Math.min(this.k, (store.state.run.report?.ids.length ?? 2) - 1));
  }

  #find(): void {
    void findNeighbours(store.state.map.layer, this.#fitting(), this.metric);
  }

  #change(set: () => void): void {
    set();
    this.#find();
  }

  #overlap(chosen: string): void {
    const [id, layer] = chosen.split("/").map(Number);
    const run = store.state.runs.find((one) => one.id === id);
    if (run !== undefined && layer !== undefined)
      void measureOverlap(store.state.map.layer, { run, layer }, this.#fitting(), this.metric);
  }

  #save(): void {
    const { answer } = store.state.jobs.neighbours;
    const ids = store.state.run.report?.ids;
    if (answer === null || ids === undefined) return;
    const rows = Array.from(answer.indices, (other, at) => [
      ids[Math.floor(at / answer.k)] ?? "",
      (at % answer.k) + 1,
      ids[other] ?? "",
      answer.distances[at] ?? 0,
    ]);
    offer(new Blob([csv(["id", "rank", "neighbour", "distance"], rows)]), `neighbours.layer${answer.layer}.${answer.metric}.csv`);
  }
}
customElements.define("cg-neighbours", NeighboursCard);
