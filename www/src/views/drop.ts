/** An area to drop files on, with a button to choose them instead. Sends `files` with the chosen files. */
import { css, html, LitElement, nothing } from "lit";
import { droppedFiles } from "../store/files";
import { controls } from "./controls";

/** `<cg-drop label="…" button="…" input-testid="…" multiple folder>`; the slot holds further buttons. */
export class DropZone extends LitElement {
  static override properties = {
    label: {},
    button: {},
    inputTestid: { attribute: "input-testid" },
    multiple: { type: Boolean },
    folder: { type: Boolean },
    disabled: { type: Boolean },
    over: { state: true },
  };
  declare label: string;
  declare button: string;
  declare inputTestid: string;
  declare multiple: boolean;
  declare folder: boolean;
  declare disabled: boolean;
  declare over: boolean;

  static override styles = [
    controls,
    css`
      .zone {
        display: grid;
        gap: 0.625rem;
        padding: 0.875rem 1rem;
        border: 1px dashed color-mix(in srgb, var(--quiet) 60%, var(--line));
        border-radius: var(--radius);
      }
      .zone.over {
        border-color: var(--accent);
        background: color-mix(in srgb, var(--accent) 8%, var(--panel));
      }
      input[type="file"] {
        position: absolute;
        width: 1px;
        height: 1px;
        opacity: 0;
      }
    `,
  ];

  override render(): unknown {
    return html`<fieldset ?disabled=${this.disabled}>
      <div
        class="zone ${this.over ? "over" : ""}"
        @dragover=${this.#enter}
        @dragleave=${this.#leave}
        @drop=${this.#drop}
      >
        <span>${this.label}</span>
        <div class="row">
          ${this.#chooser(this.button, this.multiple, false, this.inputTestid)}
          ${this.folder ? this.#chooser("Choose folder", true, true, `${this.inputTestid}-folder`) : nothing}
          <slot></slot>
        </div>
      </div>
    </fieldset>`;
  }

  #chooser(text: string, multiple: boolean, folder: boolean, testid: string): unknown {
    return html`<label class="button"
      >${text}<input
        type="file"
        ?multiple=${multiple}
        ?webkitdirectory=${folder}
        data-testid=${testid}
        @change=${this.#chosen}
    /></label>`;
  }

  #chosen(event: Event): void {
    const input = event.target as HTMLInputElement;
    this.#send(Array.from(input.files ?? []));
    // The same file can be chosen again after it was changed on disk.
    input.value = "";
  }

  #enter(event: DragEvent): void {
    event.preventDefault();
    this.over = !this.disabled;
  }

  #leave(): void {
    this.over = false;
  }

  async #drop(event: DragEvent): Promise<void> {
    event.preventDefault();
    this.over = false;
    if (event.dataTransfer !== null && !this.disabled) this.#send(await droppedFiles(event.dataTransfer));
  }

  #send(files: File[]): void {
    if (files.length > 0) this.dispatchEvent(new CustomEvent<File[]>("files", { detail: files }));
  }
}
customElements.define("cg-drop", DropZone);
