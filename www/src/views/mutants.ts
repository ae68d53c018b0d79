/** The published neighbourhood protocol: are a mutant's neighbours mutated nearby, or to the same amino acid? */
import { tiesNote } from "../analysis/ties";
import { html, LitElement, nothing } from "lit";
import { loadMutants, runMutants } from "../actions/analyses";
import { changes } from "../analysis/asked";
import { csv } from "../analysis/csv";
import { mutationOf } from "../analysis/mutation";
import type { Answers, Asked, Distance } from "../analysis/state";
import { tooFew } from "../analysis/conclusion";
import { count, cut, percent, plural } from "../format";
import { DEFAULTS, type Neighbourhood } from "../protocol";
import { shownRun, spaceName } from "../metadata";
import { store } from "../state";
import { Watch } from "../watch";
import { grid, numbers } from "./cards";
import type { Drawing } from "./chart";
import "./chart";
import { controls } from "./controls";
import { answered, answerLook } from "./answer";
import { choice, columnName, columns, values } from "./fields";
import { jobLine } from "./job";

/** The number of the marked record among the open sequences; null where they are others. A single record needs no mark. */
function openRecord(): number | null {
  const { run, sequences, selected } = store.state;
  const settings = shownRun(store.state)?.settings ?? null;
  // Another file may use the same ids for other letters.
  if (settings !== null && settings.input !== sequences.input) return null;
  const marked = run.report?.ids[selected ?? 0];
  const at = marked === undefined ? -1 : (sequences.report?.ids.indexOf(marked) ?? -1);
  return at < 0 ? null : at;
}

function makeMutants(): void {
  const record = openRecord();
  if (record !== null) void loadMutants(record);
}

/** `<cg-mutants>` */
export class MutantsCard extends LitElement {
  static override properties = { from: { state: true }, metric: { state: true }, k: { state: true } };
  /** Column that holds the mutations; empty for the ids. */
  declare from: string;
  declare metric: Distance;
  declare k: number;
  readonly watch = new Watch(this, "jobs", "run", "map", "labels", "selected");
  #made: { of: unknown; heat: Drawing; sweep: Drawing } | null = null;

  constructor() {
    super();
    this.from = "";
    this.metric = DEFAULTS.neighbourhood.metric;
    this.k = DEFAULTS.neighbourhood.ks[0];
  }

  static override styles = [controls, grid, numbers, answerLook];

  override render(): unknown {
    const { run, jobs, map, sequences } = store.state;
    if (run.report === null) return nothing;
    const one = run.report.ids.length === 1;
    const selected = one ? 0 : store.state.selected;
    const source = this.from === "" ? run.report.ids : (values(this.from) ?? []);
    const found = source.filter((text) => text !== null && mutationOf(text) !== null).length;
    // The letters of records of another file are not loaded.
    const kept = openRecord() === null;
    const length = selected === null ? 0 : (run.report.lengths[selected] ?? 0);
    const unit = sequences.report?.kind === "dna" ? "codon" : "residue";
    return html`<div class="stack">
      <p class="small quiet">
        For single mutants of one sequence (Boshar et al. 2024, A.4.1): a model that sees the protein puts mutants
        with the same new amino acid close together, but so does composition alone, which stands beside it; one that sees only the position puts mutants of the same position
        close together. Mutations are read as A123V.
      </p>
      <div class="options">
        ${one ? nothing : choice("Mutation in", "mutants-from", this.from, columns("The id"), (from) => (this.from = from))}
        ${choice(
          "Distance",
          "mutants-metric",
          this.metric,
          [
            ["euclidean", "Euclidean (published)"],
            ["cosine", "Cosine"],
          ],
          (metric) => (this.metric = metric as Distance),
        )}
        <button
          data-testid="mutants-run"
          class="primary"
          ?disabled=${found < 2 || jobs.mutants.phase === "running"}
          @click=${() => void runMutants(map.layer, this.metric, source, this.#question())}
        >
          Run on ${plural(found, "mutant")}
        </button>
      </div>
      <div class="row small">
        <button
          data-testid="mutants-make"
          ?disabled=${kept || selected === null || jobs.mutants.phase === "running"}
          @click=${() => void makeMutants()}
        >
          Make all single mutants of ${one ? "this" : "the marked"} sequence
        </button>
        <span class="quiet"
          >${kept
            ? "Only for the open sequences."
            : selected === null
            ? "Mark a sequence first."
            : html`<bdi>${cut(run.report.ids[selected] ?? "", 40)}</bdi>: one ${unit} changed at a time, about
                ${count(unit === "residue" ? 19 * length : 3 * length)} mutants. They become the open sequences, to be
                embedded next; these results stay.`}</span
        >
      </div>
      ${jobLine("mutants", "Finding neighbours")}
      ${jobs.mutants.answer === null
        ? nothing
        : answered("mutants", "neighbours of mutants", changes(jobs.mutants.answer.asked, this.#question()), this.#answer(jobs.mutants.answer))}
    </div>`;
  }

  /** What is asked, in words. */
  #question(): Asked {
    const { run, map } = store.state;
    const from = this.from === "" ? "the id" : columnName(this.from);
    return { mutations: from, distance: this.metric, vectors: run.report === null ? "" : spaceName(run.report, map.layer) };
  }

  #answer(answer: Answers["mutants"]): unknown {
    const { answers, composition } = answer;
    const chosen = answers.find(({ k }) => k === this.k) ?? answers.at(-1);
    if (chosen === undefined) return nothing;
    const letters = [...answer.aminoAcids];
    const size = letters.length ** 2;
    const shares = answer.heat.subarray(answers.indexOf(chosen) * size, (answers.indexOf(chosen) + 1) * size);
    if (this.#made?.of !== chosen) this.#made = { of: chosen, heat: heat(shares, letters), sweep: sweep(answers, composition) };
    const alone = composition?.shares[answers.indexOf(chosen)];
    return html`<p data-testid="mutants-conclusion">${tooFew(answer.count, "mutant")}${mutantsConclusion(chosen, composition?.name ?? null, alone)}</p>
      <p class="small" data-testid="mutants-summary">
        ${plural(answer.count, "mutant")}, k = ${chosen.k}: ${percent(chosen.accuracy)} of the neighbours carry the same new
        amino acid (${percent(chosen.chance)} by chance${alone === undefined || composition === null ? "" : `, ${percent(alone)} with ${composition.name} alone`}); the median distance of their positions is
        ${chosen.medianDistance} residues (${chosen.chanceDistance} between mutants picked at random).${tiesNote(chosen.ties, chosen.k, "mutant")}
      </p>
      <div class="options">
        ${choice(
          "Neighbours, k",
          "mutants-k",
          String(chosen.k),
          answers.map(({ k }) => [String(k), String(k)]),
          (k) => (this.k = Number(k)),
        )}
      </div>
      <div class="two">
        <div class="stack">
          <h4>Amino acids of neighbours</h4>
          <cg-chart
            .drawing=${this.#made.heat}
            .height=${440}
            .tip=${(at: number) =>
              `of the neighbours of mutants to ${letters[Math.floor(at / 20)] ?? ""}, ${percent(shares[at] ?? 0)} are mutants to ${letters[at % 20] ?? ""}`}
            .files=${{
              csv: () => csv(["", ...letters], letters.map((own, row) => [own, ...shares.slice(20 * row, 20 * row + 20)])),
              json: () => ({ ...answer, heat: [...answer.heat] }),
            }}
            label="Amino acids of mutants and of their neighbours"
            name="mutants"
          ></cg-chart>
        </div>
        <div class="stack">
          <h4>Same amino acid, by k</h4>
          <cg-chart
            .drawing=${this.#made.sweep}
            .height=${240}
            label="Share of neighbours with the same amino acid, by number of neighbours"
            name="mutants-by-k"
          ></cg-chart>
        </div>
      </div>`;
  }
}
customElements.define("cg-mutants", MutantsCard);

function heat(shares: Float64Array, letters: string[]): Drawing {
  const most = Math.max(0.1, ...shares);
  const words = { rows: letters, columns: letters, xLabel: "neighbours' amino acid", yLabel: "mutant's amino acid", low: 0, high: most };
  return { kind: "heatmap", values: Float32Array.from(shares), words };
}

/** What the shares of neighbours with the same new amino acid say. */
export function mutantsConclusion({ accuracy, chance }: Pick<Neighbourhood, "accuracy" | "chance">, name: string | null, alone: number | undefined): string {
  const share = `Neighbours carry the same new amino acid in ${percent(accuracy)} of the cases`;
  if (accuracy <= chance) return `${share}, no more than by chance (${percent(chance)}).`;
  if (name === null || alone === undefined) return `${share}, more than by chance (${percent(chance)}).`;
  return accuracy > alone
    ? `${share}, more than by chance (${percent(chance)}) and than with ${name} alone (${percent(alone)}).`
    : `${share}, more than by chance (${percent(chance)}), but no more than with ${name} alone (${percent(alone)}): it shows nothing that counting letters does not.`;
}

function sweep(answers: readonly Neighbourhood[], composition: Answers["mutants"]["composition"]): Drawing {
  const x = answers.map(({ k }) => k);
  const series = [
    { name: "measured", x, y: answers.map(({ accuracy }) => accuracy) },
    ...(composition === null ? [] : [{ name: composition.name, x, y: [...composition.shares] }]),
    { name: "chance", x, y: answers.map(({ chance }) => chance) },
  ];
  const high = Math.max(0.1, ...series.flatMap(({ y }) => y)) * 1.1;
  return { kind: "lines", chart: { series, xLabel: "neighbours, k", yLabel: "share", low: 0, high } };
}
