/** The answer of a probe: scores with intervals and baselines, each feature set, layers, confusion. */
import { css, html, LitElement, nothing } from "lit";
import type { Answers } from "../analysis/state";
import { count, cut, plural } from "../format";
import { grid, numbers } from "./cards";
import type { Drawing } from "./chart";
import "./chart";
import { controls } from "./controls";
import { controlSentence, few, conclusionOf } from "./probe-conclusion";
import { byChance, cell, confusionTable, drawings, inside, line, listed, METRICS, shown, table } from "./probe-figures";

const TASKS = { classes: "one class each", labels: "several labels each", numbers: "a number each" };

/** `<cg-probe-answer>` */
export class ProbeAnswer extends LitElement {
  static override properties = { answer: { attribute: false } };
  declare answer: Answers["probe"];
  #made: { of: unknown; scores: Drawing; confusion: Drawing | null; sweep: Drawing | null } | null = null;

  static override styles = [
    controls,
    grid,
    numbers,
    css`
      :host {
        display: grid;
        gap: 0.75rem;
        min-width: 0;
      }
    `,
  ];

  override render(): unknown {
    const { answer } = this;
    if (this.#made?.of !== answer) this.#made = { of: answer, ...drawings(answer) };
    const { scores, confusion, sweep } = this.#made;
    const [first] = answer.tables;
    if (first === undefined) return nothing;
    const seeds = answer.seeds.length;
    const shuffledScores = answer.control === null ? [] : (answer.tables[answer.control]?.scores ?? []);
    return html`<p data-testid="probe-conclusion">${few(answer)}<bdi>${conclusionOf(answer)}</bdi></p>
      ${answer.control === null ? nothing : html`<p data-testid="probe-control">${controlSentence(answer)}</p>`}
      <p class="small" data-testid="probe-summary">
        <bdi>${cut(answer.column, 40)}</bdi> (${TASKS[answer.task]}) of ${rows(answer)}${answer.unlabelled > 0
          ? `, ${count(answer.unlabelled)} without a label left out`
          : ""};
        ${answer.folds.kind === "leaveOneOut" ? "one left out at a time" : plural(answer.folds.count, "fold")}${seeds > 1
          ? `, ${seeds} repeats`
          : ""}${clusters(answer)}.
      </p>
      ${answer.warnings.length === 0
        ? nothing
        : html`<ul class="small caution" data-testid="probe-warnings">
            ${answer.warnings.slice(0, 6).map(({ code, message, hint }) => html`<li title=${code}>${message} (${hint})</li>`)}
            ${answer.warnings.length > 6 ? html`<li>and ${answer.warnings.length - 6} more like these</li>` : nothing}
          </ul>`}
      <p class="small quiet">
            ${first.name}, ${count(first.columns)} numbers per ${answer.residues === null ? "sequence" : "residue or token"}. 95 % intervals are of
            ${answer.intervalOf}.${first.scores.every(listed) ? "" : " Weighted and pooled means of classes are in the table file."}
            ${chosen(answer)}
      </p>
      ${answer.within === null
        ? nothing
        : html`<p class="small quiet" data-testid="probe-within-of">
            Within <bdi>${cut(answer.withinColumn ?? "groups", 40)}</bdi>: ${answer.within.of}.
          </p>`}
      <div class="scroll" tabindex="0" role="region" aria-label="Scores">
        <table data-testid="probe-table" aria-label="Scores of the probe">
          <thead>
            <tr>
              <th scope="col">Metric</th>
              <th scope="col" class="number">Score</th>
              <th scope="col" class="number">95 % interval</th>
              ${answer.within === null
                ? nothing
                : html`<th scope="col" class="number">Within <bdi>${cut(answer.withinColumn ?? "groups", 24)}</bdi></th>`}
              <th scope="col" class="number">Permuted labels</th>
              <th scope="col" class="number">${answer.task === "numbers" ? "Mean" : "Class shares"}</th>
              ${shuffledScores.length === 0 ? nothing : html`<th scope="col" class="number">Shuffled letters</th>`}
            </tr>
          </thead>
          <tbody>
            ${first.scores.filter(listed).map(
              (score) =>
                html`<tr>
                  <td>${METRICS[score.metric]}</td>
                  <td class="number"><strong>${shown(score.value)}</strong></td>
                  <td class="number">
                    ${score.interval === null
                      ? "undefined"
                      : `${shown(score.interval.low)} to ${shown(score.interval.high)}`}
                  </td>
                  ${answer.within === null ? nothing : html`<td class="number">${inside(score)}</td>`}
                  <td class="number">${byChance(score)}</td>
                  <td class="number">${shown(score.constant)}</td>
                  ${shuffledScores.length === 0
                    ? nothing
                    : html`<td class="number">${shown(shuffledScores.find(({ metric }) => metric === score.metric)?.value ?? null)}</td>`}
                </tr>`,
            )}
          </tbody>
        </table>
      </div>
      <div class="two">
        <div class="stack">
          <h4>${first.scores[0] === undefined ? "Score" : METRICS[first.scores[0].metric]} of each feature set, same folds</h4>
          <cg-chart
            .drawing=${scores}
            .height=${60 + 26 * answer.tables.length}
            .tip=${(at: number) => line(answer, at)}
            .files=${{ csv: () => table(answer), json: () => plain(answer) }}
            label="Scores with intervals"
            name="probe"
          ></cg-chart>
          <p class="small quiet">Filled: score with its interval. Open circle: mean of ${first.scores[0]?.permuted?.shuffles ?? 0} permutations of the
            labels. Cross: the same for every row (the class shares, or the mean).</p>
        </div>
        ${sweep === null
          ? nothing
          : html`<div class="stack">
              <h4>By layer</h4>
              <cg-chart .drawing=${sweep} .height=${240} label="Score of each layer" name="probe-layers"></cg-chart>
            </div>`}
        ${confusion === null
          ? nothing
          : html`<div class="stack">
              <h4>True and predicted classes</h4>
              <cg-chart
                .drawing=${confusion}
                .height=${Math.min(640, 220 + 30 * answer.classes.length)}
                .tip=${(at: number) => cell(answer, at)}
                .files=${{ csv: () => confusionTable(answer) }}
                label="Confusion of classes"
                name="confusion"
              ></cg-chart>
            </div>`}
      </div>`;
  }
}
customElements.define("cg-probe-answer", ProbeAnswer);

/** The answer with its arrays as lists of numbers, for a JSON file. */
function plain(answer: Answers["probe"]): object {
  const { predictions, seedPredictions, foldOfRows } = answer;
  return { ...answer, predictions: [...predictions], seedPredictions: [...seedPredictions], foldOfRows: [...foldOfRows] };
}

/** How often each penalty was chosen inside the training rows. */
function chosen({ tables: [first], task }: Answers["probe"]): string {
  const { penalties = null } = first ?? {};
  if (penalties === null) return "";
  const often = new Map<number, number>();
  for (const penalty of penalties) often.set(penalty, (often.get(penalty) ?? 0) + 1);
  const each = [...often].sort(([a], [b]) => a - b).map(([penalty, folds]) => `${penalty} in ${plural(folds, "fold")}`);
  return `Penalty chosen inside the training rows, ${task === "numbers" ? "alpha" : "C"}: ${each.join(", ")}.`;
}

/** `; 40 clusters of similar sequences, the largest of 5, none of them divided` */
function clusters({ folds }: Answers["probe"]): string {
  if (folds.clusters == null) return "";
  const { count: all, sizes, identity } = folds.clusters;
  const largest = plural(sizes[0]?.sequences ?? 1, "sequence");
  return `; ${plural(all, "cluster")} of similar sequences (estimated identity from ${identity}; the largest of ${largest}), none of them divided`;
}

/** `1 200 residues of 30 sequences` */
function rows({ rows, residues }: Answers["probe"]): string {
  if (residues === null) return plural(rows, "sequence");
  const missing = residues.withoutToken > 0 ? ` (${count(residues.withoutToken)} have no vector)` : "";
  return `${plural(rows, "residue")} of ${plural(residues.sequences, "sequence")}${missing}`;
}
