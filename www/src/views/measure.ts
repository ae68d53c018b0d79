/** "Measure my device": residues per second with the loaded model on CPU and WebGPU, and the numbers as a file. */
import { css, html, LitElement, nothing } from "lit";
import { cancelMeasure, saveMeasure, startMeasure } from "../actions/measure";
import { bytes, count, duration, sentence } from "../format";
import type { MeasuredDevice, MeasureReport } from "../measure";
import { store } from "../state";
import { Watch } from "../watch";
import { controls, panel } from "./controls";
import "./error-view";
import "./progress";

/** `<cg-measure>` */
export class MeasurePanel extends LitElement {
  readonly watch = new Watch(this, "measure", "model", "run", "engine");
  static override styles = [
    controls,
    panel,
    css`
      .scroll {
        overflow-x: auto;
      }
      table {
        width: 100%;
        border-collapse: collapse;
      }
      th,
      td {
        padding: 0.25rem 0.75rem 0.25rem 0;
        text-align: right;
        white-space: nowrap;
        border-bottom: 1px solid var(--line);
        font-variant-numeric: tabular-nums;
      }
      th {
        font-weight: 600;
      }
      :is(th, td):first-child {
        text-align: left;
        white-space: normal;
      }
      caption {
        text-align: left;
        padding-bottom: 0.25rem;
      }
    `,
  ];

  override render(): unknown {
    const { measure, model, run } = store.state;
    const busy = measure.phase === "running" || measure.phase === "cancelling";
    const embedding = run.phase === "running" || run.phase === "cancelling";
    return html`<section aria-labelledby="title">
      <h3 id="title">Measure my device</h3>
      <p class="small quiet">
        Embeds made-up sequences with the loaded model and measures how many residues per second this machine computes.
        It takes a few seconds to a minute; your sequences and results are kept.
      </p>
      ${busy
        ? html`<cg-progress
            .progress=${null}
            label=${measure.step || "Measuring"}
            ?cancellable=${measure.phase === "running"}
            @cancel=${() => void cancelMeasure()}
          ></cg-progress>`
        : html`<div class="row">
            <button
              data-testid="measure"
              ?disabled=${model.report === null || embedding}
              @click=${() => void startMeasure()}
            >
              ${measure.report === null ? "Measure" : "Measure again"}
            </button>
            ${measure.report === null
              ? nothing
              : html`<button data-testid="measure-save" @click=${saveMeasure}>Numbers (.json)</button>`}
          </div>`}
      ${measure.report === null ? nothing : result(measure.report)}
      <cg-error .error=${measure.error}></cg-error>
    </section>`;
  }
}
customElements.define("cg-measure", MeasurePanel);

function result(report: MeasureReport): unknown {
  const cases = report.devices.find(({ cases }) => cases.length > 0)?.cases ?? [];
  return html`<div class="scroll small" tabindex="0" role="region" aria-label="Measured speeds">
      <table data-testid="measure-table">
        <caption class="quiet">
          Residues per second with ${report.model.name} (${report.model.precision}); above: sequences × letters
        </caption>
        <thead>
          <tr>
            <th scope="col">Computed on</th>
            ${cases.map(({ batch, length }) => html`<th scope="col">${batch} × ${length}</th>`)}
            <th scope="col">Start</th>
            <th scope="col">Memory</th>
          </tr>
        </thead>
        <tbody>
          ${report.devices.filter(({ device }) => device !== null).map((found) => line(found, cases.length))}
        </tbody>
      </table>
    </div>
    ${report.devices
      .filter(({ error }) => error !== null)
      .map(({ choice, error }) => html`<p class="small">${name(choice)}: ${sentence(error?.message ?? "")}</p>`)}`;
}

function line(found: MeasuredDevice, columns: number): unknown {
  const speeds = Array.from({ length: columns }, (_, i) => found.cases[i]?.residuesPerSecond ?? null);
  const memory = found.wasmBytes === null ? "–" : bytes(found.wasmBytes);
  const start = found.loadMilliseconds === null ? "–" : duration(found.loadMilliseconds / 1000);
  return html`<tr>
    <td>
      ${name(found.choice)}${found.workers > 1 ? `, ${found.workers} workers` : ""}${found.device?.software === true
        ? " (emulated in software)"
        : ""}
    </td>
    ${speeds.map((speed) => html`<td>${speed === null ? "–" : count(speed)}</td>`)}
    <td>${start}</td>
    <td>${memory}</td>
  </tr>`;
}

function name(choice: string): string {
  return choice === "webgpu" ? "WebGPU" : "CPU";
}
