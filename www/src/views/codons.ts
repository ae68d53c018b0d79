/** Codon usage of coding sequences: GC, GC3 and RSCU per species or per sequence, and resampled sequences. */
import { css, html, LitElement, nothing } from "lit";
import { countCodons } from "../actions/analyses";
import { saveSample } from "../actions/codons";
import { csv } from "../analysis/csv";
import { GENETIC_CODES } from "../genetic-codes";
import { count, cut, percent } from "../format";
import { DEFAULTS, type CodonsResponse } from "../protocol";
import { store } from "../state";
import { Watch } from "../watch";
import { grid, numbers } from "./cards";
import type { Drawing } from "./chart";
import "./chart";
import { controls, panel } from "./controls";
import { choice, column, columnName, columns, number, values } from "./fields";
import "./diagnostics";
import { jobLine } from "./job";

/** Groups that a heat map shows; the table file holds all. */
const MOST_SHOWN = 40;

/** `<cg-codons>`; shows nothing unless the sequences are DNA. */
export class CodonsPanel extends LitElement {
  static override properties = { by: { state: true }, table: { state: true }, how: { state: true }, seed: { state: true } };
  declare by: string | null;
  declare table: string;
  declare how: "permuted" | "uniform";
  declare seed: number;
  readonly watch = new Watch(this, "sequences", "labels", "jobs", "map", "run", "exported");
  #made: { of: unknown; drawing: Drawing } | null = null;

  constructor() {
    super();
    this.by = null;
    this.table = String(DEFAULTS.codons.table);
    this.how = DEFAULTS.sampleCodons.how;
    this.seed = DEFAULTS.sampleCodons.seed;
  }

  static override styles = [
    controls,
    panel,
    grid,
    numbers,
    css`
      .save {
        grid-column: span 1;
      }
    `,
  ];

  protected override willUpdate(): void {
    this.hidden = store.state.sequences.report?.kind !== "dna";
  }

  override render(): unknown {
    const { jobs, exported } = store.state;
    if (this.hidden) return nothing;
    const by = this.by ?? column("", "sequences");
    return html`<section aria-labelledby="title">
      <h2 id="title">Codons</h2>
      <p class="small quiet">
        For whole coding sequences in frame. RSCU is the use of a codon relative to the mean of its synonyms: 1 means no
        preference.
      </p>
      <div class="options">
        ${choice("One row per", "codons-by", by, columns("Sequence", "sequences"), (key) => (this.by = key))}
        ${choice("Genetic code", "codons-table", this.table, GENETIC_CODES, (table) => (this.table = table))}
        <button
          class="primary"
          data-testid="codons-run"
          ?disabled=${jobs.codons.phase === "running"}
          @click=${() => void countCodons(
              Number(this.table),
              by === "" ? "sequence" : columnName(by, "sequences"),
              values(by, "sequences"),
            )}
        >
          Count codons
        </button>
      </div>
      ${jobLine("codons", "Counting codons")} ${jobs.codons.answer === null ? nothing : this.#answer(jobs.codons.answer)}
      <div class="options">
        ${choice(
          "Other codons",
          "codons-how",
          this.how,
          [
            ["permuted", "Permuted: counts kept"],
            ["uniform", "Uniform: any synonym"],
          ],
          (how) => (this.how = how as "permuted" | "uniform"),
        )}
        ${number("Seed", "codons-seed", this.seed, [0, 4294967295, 1], (seed) => (this.seed = seed))}
        <button
          class="save"
          data-testid="codons-sample"
          ?disabled=${exported.busy !== null}
          @click=${() => void saveSample({ how: this.how, seed: this.seed, table: Number(this.table) })}
        >
          Save sequences (.fasta)
        </button>
      </div>
      <cg-error .error=${exported.error}></cg-error>
    </section>`;
  }

  #answer(answer: CodonsResponse & { grouped: string }): unknown {
    if (this.#made?.of !== answer) this.#made = { of: answer, drawing: rscu(answer) };
    const { groups } = answer;
    const order = codonOrder(answer);
    return html`<div class="scroll" tabindex="0" role="region" aria-label="Codons">
        <table data-testid="codons-table-shown">
          <thead>
            <tr>
              <th scope="col">${cut(answer.grouped, 30)}</th>
              <th scope="col" class="number">Sequences</th>
              <th scope="col" class="number">Codons</th>
              <th scope="col" class="number">GC</th>
              <th scope="col" class="number">GC3</th>
            </tr>
          </thead>
          <tbody>
            ${groups.slice(0, 12).map(
              (group) =>
                html`<tr>
                  <td><bdi>${cut(group.name, 40)}</bdi></td>
                  <td class="number">${count(group.sequences)}</td>
                  <td class="number">${count(group.codons)}</td>
                  <td class="number">${group.gc === null ? "–" : percent(group.gc)}</td>
                  <td class="number">${group.gc3 === null ? "–" : percent(group.gc3)}</td>
                </tr>`,
            )}
          </tbody>
        </table>
      </div>
      ${groups.length > 12 ? html`<p class="small quiet">and ${count(groups.length - 12)} more, in the files.</p>` : nothing}
      <cg-diagnostics heading="warning" .notices=${answer.warnings} .omitted=${0}></cg-diagnostics>
      <cg-diagnostics heading="sequence that is not a coding sequence" .notices=${answer.refused} .omitted=${answer.refusedOmitted}></cg-diagnostics>
      <cg-chart
        .drawing=${this.#made.drawing}
        .height=${110 + 22 * Math.min(MOST_SHOWN, groups.length)}
        .tip=${(at: number) => tip(answer, order, at)}
        .files=${{ csv: () => table(answer, order), json: () => answer }}
        label="Relative synonymous codon usage"
        name="rscu"
      ></cg-chart>
      <p class="small quiet">
        Red: used more than its synonyms (2 and beyond look alike). Blue: less. Grey or crossed out: the amino acid does
        not occur.
      </p>`;
  }
}
customElements.define("cg-codons", CodonsPanel);

/** Codons grouped by amino acid, stops last. */
function codonOrder({ aminoAcids, codons }: CodonsResponse): number[] {
  const key = (at: number): string => (aminoAcids[at] === "*" ? "~" : (aminoAcids[at] ?? ""));
  return codons.map((_, at) => at).sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : a - b));
}

function rscu(answer: CodonsResponse): Drawing {
  const order = codonOrder(answer);
  const groups = answer.groups.slice(0, MOST_SHOWN);
  const values = groups.flatMap(({ rscu: found }) => order.map((at) => found[at] ?? Number.NaN));
  return {
    kind: "heatmap",
    // Colours run from 0 over 1 to 2; larger values look like 2.
    values: Float32Array.from(values),
    words: {
      rows: groups.map(({ name }) => name),
      columns: order.map((at) => `${answer.aminoAcids[at] ?? ""} ${answer.codons[at] ?? ""}`),
      xLabel: "codon, by amino acid; colour: RSCU",
      low: 0,
      high: 2,
      scale: "diverging",
    },
  };
}

function tip({ groups, codons, aminoAcids }: CodonsResponse, order: readonly number[], at: number): string {
  const group = groups[Math.floor(at / order.length)];
  const codon = order[at % order.length] ?? 0;
  const value = group?.rscu[codon];
  const said = value === null || value === undefined ? "the amino acid does not occur" : `RSCU ${value.toFixed(2)}`;
  return `${group?.name ?? ""}, ${codons[codon] ?? ""} (${aminoAcids[codon] ?? ""}): ${said}, ${count(group?.counts[codon] ?? 0)} times`;
}

function table({ groups, codons, aminoAcids }: CodonsResponse, order: readonly number[]): string {
  const header = ["group", "sequences", "codons", "gc", "gc3", "codon", "amino acid", "count", "rscu"];
  const rows = groups.flatMap((group) =>
    order.map((at) => [
      group.name,
      group.sequences,
      group.codons,
      group.gc,
      group.gc3,
      codons[at] ?? "",
      aminoAcids[at] ?? "",
      group.counts[at] ?? 0,
      group.rscu[at] ?? null,
    ]),
  );
  return csv(header, rows);
}
