/** The map's tool bar: what dragging does, zoom, reset, undo and redo. */
import { css, html, LitElement } from "lit";
import { redo, undo } from "../actions/history";
import type { Tool } from "../map/gestures";
import { store } from "../state";
import { Watch } from "../watch";
import { controls } from "./controls";

const TOOLS: readonly [Tool, string, string][] = [
  ["pan", "Move", "Drag to move the map; with Shift, drag a box to select"],
  ["box", "Box", "Drag a box to select; Shift adds, Alt removes"],
  ["lasso", "Lasso", "Draw around points to select; Shift adds, Alt removes"],
];

/** `<cg-map-tools .tool=…>`; fires `tool`, `zoom` (a factor, or 0 for the whole map). */
export class MapTools extends LitElement {
  static override properties = { tool: { attribute: false } };
  declare tool: Tool;
  readonly watch = new Watch(this, "history");

  constructor() {
    super();
    this.tool = "pan";
  }

  static override styles = [
    controls,
    css`
      .group {
        display: flex;
      }
      .group button {
        min-height: 2rem;
        padding: 0.125rem 0.625rem;
        font-size: 0.8125rem;
        border-radius: 0;
        margin-left: -1px;
      }
      .group button:first-child {
        margin-left: 0;
        border-radius: var(--radius) 0 0 var(--radius);
      }
      .group button:last-child {
        border-radius: 0 var(--radius) var(--radius) 0;
      }
      .group button:focus-visible {
        z-index: 1;
      }
      [aria-pressed="true"] {
        background: color-mix(in srgb, var(--accent) 18%, var(--panel));
        border-color: var(--accent);
      }
      @media (forced-colors: active) {
        [aria-pressed="true"] {
          forced-color-adjust: none;
          background: Highlight;
          color: HighlightText;
        }
      }
    `,
  ];

  override render(): unknown {
    const { past, future } = store.state.history;
    return html`<div class="row" role="toolbar" aria-label="Map tools">
      <div class="group">
        ${TOOLS.map(
          ([tool, name, title]) =>
            html`<button data-testid="tool-${tool}" title=${title} aria-pressed=${this.tool === tool ? "true" : "false"} @click=${() => this.#report("tool", tool)}>
              ${name}
            </button>`,
        )}
      </div>
      <div class="group">
        <button data-testid="zoom-in" aria-label="Zoom in" title="Zoom in (+, or the wheel)" @click=${() => this.#report("zoom", 1.5)}>+</button>
        <button data-testid="zoom-out" aria-label="Zoom out" title="Zoom out (−, or the wheel)" @click=${() => this.#report("zoom", 1 / 1.5)}>−</button>
        <button data-testid="zoom-reset" title="Show the whole map (0)" @click=${() => this.#report("zoom", 0)}>Whole map</button>
      </div>
      <div class="group">
        <button data-testid="undo" title="Undo selection, view or colours (Ctrl+Z)" ?disabled=${past === 0} @click=${undo}>Undo</button>
        <button data-testid="redo" title="Redo (Ctrl+Shift+Z)" ?disabled=${future === 0} @click=${redo}>Redo</button>
      </div>
    </div>`;
  }

  #report(name: string, detail: Tool | number): void {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
customElements.define("cg-map-tools", MapTools);
