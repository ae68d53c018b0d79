/** Which column colours the map, whether it holds numbers or classes, and the palette or scale. */
import { css, html, LitElement, nothing } from "lit";
import { setColours, setColumnType } from "../actions/colours";
import { colourBy } from "../actions/map";
import { currentLooks } from "../colour/current";
import { mapColumn, mapColumns } from "../colour/from-sequences";
import { PALETTES, type Palette } from "../colour/palettes";
import type { Transform } from "../colour/ramp";
import { SCALES, type Scale } from "../colour/scales";
import { numbersOf, type ColumnType } from "../colour/type";
import { cut } from "../format";
import type { Colouring } from "../grouping";
import { store } from "../state";
import { Watch } from "../watch";
import { grid } from "./cards";
import { controls } from "./controls";
import { choice } from "./fields";

const ORIGINS: readonly [Colouring["origin"], string][] = [
  ["selection", "Made here"],
  ["label table", "Label table"],
  ["header field", "Fields of the headers"],
  ["sequence", "From the sequences"],
];

/** `<cg-colour-options>` */
export class ColourOptions extends LitElement {
  readonly watch = new Watch(this, "map", "labels", "sequences", "run", "groups", "colours", "composition", "theme");
  static override styles = [
    controls,
    grid,
    css`
      .options {
        grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
        gap: 0.5rem;
      }
      .options > :is(.wide, .widest) {
        grid-column: 1 / -1;
      }
      select {
        width: 100%;
      }
    `,
  ];

  override render(): unknown {
    const columns = mapColumns(store.state);
    const { colourBy: key } = store.state.map;
    const column = mapColumn(store.state);
    return html`<div class="stack">
      <label class="field"
        >Colour by
        <select data-testid="colour-by" @change=${(event: Event) => colourBy((event.target as HTMLSelectElement).value)}>
          <option value="" .selected=${key === ""}>One colour</option>
          ${ORIGINS.map(([origin, title]) => {
            const own = columns.filter((one) => one.origin === origin);
            return own.length === 0
              ? nothing
              : html`<optgroup label=${title}>
                  ${own.map((one) => html`<option value=${one.key} .selected=${one.key === key} label=${cut(one.name, 48)}>${cut(one.name, 48)}</option>`)}
                </optgroup>`;
          })}
        </select></label
      >
      ${column === null ? nothing : this.#ofColumn(column)}
    </div>`;
  }

  #ofColumn(column: Colouring): unknown {
    const { colours } = store.state;
    const { kind } = currentLooks(store.state);
    const numeric = numbersOf(column.values) !== null;
    return html`<div class="options">
        ${numeric
          ? choice(
              "Taken for",
              "column-type",
              kind === "numbers" ? "number" : "class",
              [
                ["number", "Numbers"],
                ["class", "Classes"],
              ],
              (type) => setColumnType(type as ColumnType),
            )
          : nothing}
        ${kind === "numbers"
          ? html`${choice(
                "Spread",
                "colour-transform",
                colours.transform,
                [
                  ["linear", "Linear"],
                  ["quantile", "Quantiles"],
                  ["log", "Logarithm"],
                ],
                (transform) => setColours({ transform: transform as Transform }),
              )}
              ${choice(
                "Scale",
                "colour-scale",
                colours.scale,
                SCALES.map(({ id, name }) => [id, name]),
                (scale) => setColours({ scale: scale as Scale }),
              )}`
          : choice(
              "Palette",
              "colour-palette",
              colours.palette,
              PALETTES.map(({ id, name, safe }) => [id, safe ? name : `${name} (not for all eyes)`]),
              (palette) => setColours({ palette: palette as Palette }),
            )}
      </div>
      ${numeric && (kind === "numbers") !== (column.type === "number")
        ? html`<p class="small quiet" data-testid="type-detected">By its values this column holds ${column.type === "number" ? "numbers" : "classes"}.</p>`
        : nothing}
      <label class="check"
        >${kind === "numbers"
          ? html`<input
                type="checkbox"
                data-testid="colour-reversed"
                .checked=${colours.reversed}
                @change=${(event: Event) => setColours({ reversed: (event.target as HTMLInputElement).checked })}
              />Reversed`
          : html`<input
                type="checkbox"
                data-testid="colour-shapes"
                .checked=${colours.shapes}
                @change=${(event: Event) => setColours({ shapes: (event.target as HTMLInputElement).checked })}
              />A shape for each group`}</label
      >`;
  }
}
customElements.define("cg-colour-options", ColourOptions);
