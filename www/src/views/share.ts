/** The link to the view, to be copied. */
import { html, LitElement, nothing } from "lit";
import { linkOf } from "../link";
import { store } from "../state";
import { Watch } from "../watch";
import { controls } from "./controls";

/** `<cg-share>` */
export class ShareLink extends LitElement {
  static override properties = { copied: { state: true } };
  /** The link that was copied last, or why it could not be. */
  declare copied: { link: string; said: string } | null;
  readonly watch = new Watch(this, "run", "map", "selected");

  constructor() {
    super();
    this.copied = null;
  }

  static override styles = [controls];

  override render(): unknown {
    const link = linkOf(store.state);
    if (link === "") return nothing;
    const { copied } = this;
    return html`<p class="row small">
      <button data-testid="copy-link" @click=${() => void this.#copy(link)}>Copy a link to this view</button>
      <span class="quiet" role="status"
        >${copied?.link === link ? copied.said : "It holds the settings of the view, never sequences, labels or vectors."}</span
      >
    </p>`;
  }

  async #copy(link: string): Promise<void> {
    const address = new URL(link, location.href).href;
    const said = await navigator.clipboard.writeText(address).then(
      () => "Copied.",
      () => "The browser did not allow it: copy the address of this page instead.",
    );
    this.copied = { link, said };
  }
}
customElements.define("cg-share", ShareLink);
