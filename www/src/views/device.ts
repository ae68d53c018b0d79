/** The device: the user's choice, and a sentence about the device in use. */
import { css, html, LitElement, nothing } from "lit";
import { setDevice, setWorkers } from "../actions/model";
import { WORKERS_MAX } from "../pool";
import { sentence } from "../format";
import type { DeviceChoice, DeviceReport } from "../protocol";
import { store } from "../state";
import { Watch } from "../watch";
import { controls } from "./controls";
import "./error-view";

const CHOICES: readonly [DeviceChoice, string][] = [
  ["auto", "Automatic"],
  ["webgpu", "GPU (WebGPU)"],
  ["cpu", "CPU"],
];

/** `<cg-device-choice>` */
export class DeviceChooser extends LitElement {
  static override properties = { disabled: { type: Boolean } };
  declare disabled: boolean;
  readonly watch = new Watch(this, "engine");
  static override styles = [controls];

  override render(): unknown {
    const { choice } = store.state.engine;
    return html`<label class="field"
      >Compute on
      <select
        data-testid="device"
        ?disabled=${this.disabled}
        @change=${(event: Event) => void setDevice((event.target as HTMLSelectElement).value as DeviceChoice)}
      >
        ${CHOICES.map(([value, label]) => html`<option value=${value} .selected=${choice === value}>${label}</option>`)}
      </select></label
    >`;
  }
}
customElements.define("cg-device-choice", DeviceChooser);

/** `<cg-workers-choice>` */
export class WorkersChooser extends LitElement {
  static override properties = { disabled: { type: Boolean } };
  declare disabled: boolean;
  readonly watch = new Watch(this, "engine");
  static override styles = [controls];

  override render(): unknown {
    const { workers, device } = store.state.engine;
    const most = Math.min(WORKERS_MAX, Math.max(1, navigator.hardwareConcurrency));
    const choices = Array.from({ length: most }, (_, i) => i + 1);
    return html`<label class="field" title="Each worker computes on one core and holds the model. A GPU needs only one."
      >CPU workers
      <select
        data-testid="workers"
        ?disabled=${this.disabled || device?.kind === "webgpu"}
        @change=${(event: Event) => void setWorkers(Number((event.target as HTMLSelectElement).value))}
      >
        ${choices.map((n) => html`<option value=${n} .selected=${n === workers}>${n}</option>`)}
      </select></label
    >`;
  }
}
customElements.define("cg-workers-choice", WorkersChooser);

/** `<cg-device-line>` */
export class DeviceLine extends LitElement {
  readonly watch = new Watch(this, "engine");
  static override styles = [
    controls,
    css`
      p {
        display: flex;
        gap: 0.5rem;
        align-items: baseline;
      }
      p::before {
        content: "";
        flex: none;
        width: 0.5rem;
        height: 0.5rem;
        border-radius: 50%;
        background: var(--quiet);
      }
      p.ready::before {
        background: var(--accent);
      }
    `,
  ];

  override render(): unknown {
    const { phase, device, error } = store.state.engine;
    return html`<p class="small ${phase}" data-testid="device-line" role="status" aria-live="polite">
        <span>${words(phase, device)}</span>
      </p>
      ${error === null ? nothing : html`<cg-error .error=${error}></cg-error>`}`;
  }
}
customElements.define("cg-device-line", DeviceLine);

function words(phase: string, device: DeviceReport | null): string {
  if (phase === "starting") return "Starting the engine.";
  if (phase === "restarting") return "Restarting the engine with the same model and sequences.";
  if (phase === "failed" || device === null) return "The engine is not running.";
  // An adapter without a name of its own is already called emulated in the engine's sentence.
  const emulated = device.kind === "webgpu" && device.software && !device.reason.includes("emulated");
  return `Computing with: ${sentence(device.reason)}${emulated ? " It is a GPU emulated in software, and slow." : ""}`;
}
