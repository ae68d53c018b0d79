/** The privacy panel: every request made since the page was opened, so that "nothing is uploaded" can be checked. */
import { css, html, LitElement, nothing } from "lit";
import { bytes, plural } from "../format";
import type { RequestEntry } from "../requests";
import { store } from "../state";
import { Watch } from "../watch";
import { controls, panel } from "./controls";

const SCOPES: Record<RequestEntry["scope"], string> = {
  page: "page",
  engine: "compute worker",
  downloads: "download worker",
};

/** `<cg-requests>` */
export class RequestsPanel extends LitElement {
  readonly watch = new Watch(this, "requests");
  static override styles = [
    controls,
    panel,
    css`
      summary {
        cursor: pointer;
      }
      .scroll {
        margin-top: 0.75rem;
        max-height: 20rem;
        overflow: auto;
      }
      table {
        width: 100%;
        border-collapse: collapse;
      }
      th,
      td {
        padding: 0.25rem 0.75rem 0.25rem 0;
        text-align: left;
        vertical-align: baseline;
        border-bottom: 1px solid var(--line);
      }
      th {
        font-weight: 600;
      }
      td.address {
        overflow-wrap: anywhere;
      }
      .number {
        text-align: right;
        white-space: nowrap;
      }
    `,
  ];

  override render(): unknown {
    const { requests } = store.state;
    const elsewhere = requests.filter(
      (entry) => !isHere(entry.url) || (entry.finalUrl !== undefined && !isHere(entry.finalUrl)),
    );
    return html`<section aria-labelledby="title">
      <h3 id="title">Privacy</h3>
      <p>
        Sequences, labels and results stay in this browser: they are computed here and sent nowhere. The parts of this
        page that see them cannot reach any other site. Only the download worker can, and it knows nothing but the id of
        the model that you ask for.
      </p>
      <details data-testid="requests">
        <summary>
          ${plural(requests.length, "request")} since this page was opened,
          ${elsewhere.length === 0 ? "none to another site" : `${elsewhere.length} to another site`}
        </summary>
        <div class="scroll small" tabindex="0" role="region" aria-label="Requests">
          <table>
            <thead>
              <tr>
                <th scope="col">Time</th>
                <th scope="col">By</th>
                <th scope="col">Address</th>
                <th scope="col" class="number">Received</th>
              </tr>
            </thead>
            <tbody>
              ${requests.map(
                (entry) =>
                  html`<tr>
                    <td>${new Date(entry.at).toLocaleTimeString("en-GB")}</td>
                    <td>${SCOPES[entry.scope]}</td>
                    <td class="address mono">
                      ${shorten(entry.url)}${entry.finalUrl === undefined ? nothing : ` → ${shorten(entry.finalUrl)}`}
                    </td>
                    <td class="number">${entry.bytes === null ? "–" : bytes(entry.bytes)}</td>
                  </tr>`,
              )}
            </tbody>
          </table>
        </div>
      </details>
    </section>`;
  }
}
customElements.define("cg-requests", RequestsPanel);

/** Whether an address needs no other site: this site, and data inside the page. */
function isHere(url: string): boolean {
  const parsed = new URL(url, document.baseURI);
  return parsed.protocol === "blob:" || parsed.protocol === "data:" || parsed.origin === location.origin;
}

/** This site's addresses by their path; other addresses without their query. */
function shorten(url: string): string {
  const parsed = new URL(url, document.baseURI);
  if (parsed.protocol === "blob:" || parsed.protocol === "data:") return `${parsed.protocol} (inside this page)`;
  return parsed.origin === location.origin ? parsed.pathname : `${parsed.origin}${parsed.pathname}`;
}
