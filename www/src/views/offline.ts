/** One line at the end of the page: whether it works without a network, and whether a new version waits. */
import { html, LitElement, nothing } from "lit";
import { store } from "../state";
import { Watch } from "../watch";
import { controls } from "./controls";

/** `<cg-offline>` */
export class OfflineLine extends LitElement {
  readonly watch = new Watch(this, "offline", "run");
  static override styles = [controls];

  override render(): unknown {
    const { offline, run } = store.state;
    if (offline === "ready") return html`<p class="small quiet" data-testid="offline-ready">This page works without a network: all of it is kept in this browser.</p>`;
    if (offline !== "update") return nothing;
    const busy = run.phase === "running" || run.phase === "cancelling";
    return html`<p class="row small" role="status" data-testid="offline-update">
      <span>A new version of this page is ready; it is used when you load the page again and no other tab has it open.</span>
      <button data-testid="offline-reload" ?disabled=${busy} @click=${() => location.reload()}>Load it now</button>
    </p>`;
  }
}
customElements.define("cg-offline", OfflineLine);
