/** The page's frame: name, purpose, the three steps, results, privacy. */
import { css, html, LitElement } from "lit";
import { store } from "../state";
import { toggleTheme } from "../theme";
import { Watch } from "../watch";
import { controls } from "./controls";
import "./codons";
import "./kept";
import "./measure";
import "./model";
import "./offline";
import "./requests";
import "./results";
import "./run";
import "./runs";
import "./sequences";
import "./status";

/** `<cg-app>` */
export class App extends LitElement {
  readonly watch = new Watch(this, "theme");
  static override styles = [
    controls,
    css`
      header,
      main,
      footer {
        padding: 0 1.5rem;
      }
      header,
      footer {
        max-width: 76rem;
        margin: 0 auto;
      }
      main > :not(cg-results) {
        width: 100%;
        max-width: 73rem;
        margin: 0 auto;
      }
      header {
        display: flex;
        align-items: center;
        justify-content: space-between;
        gap: 1rem;
        padding-top: 1.25rem;
        padding-bottom: 1rem;
      }
      h1 {
        margin: 0;
        font-size: 1.375rem;
        font-weight: 650;
        letter-spacing: -0.01em;
        line-height: 1.2;
      }
      main {
        display: grid;
        gap: var(--gap);
        padding-bottom: 2rem;
      }
      main > * {
        min-width: 0;
      }
      .steps {
        display: grid;
        grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
        gap: var(--gap);
      }
      footer {
        padding-bottom: 5.5rem;
      }
      @media (max-width: 820px) {
        .steps {
          grid-template-columns: minmax(0, 1fr);
        }
      }
      @media (max-width: 480px) {
        header,
        main,
        footer {
          padding-left: 0.75rem;
          padding-right: 0.75rem;
        }
        header {
          align-items: start;
        }
      }
    `,
  ];

  override render(): unknown {
    const dark = store.state.theme.shown === "dark";
    return html`<header>
        <div>
          <h1>Crossgrain</h1>
          <p class="quiet">Embeddings and maps of proteins, DNA and protein domains, computed in this browser. Nothing is uploaded.</p>
        </div>
        <button data-testid="theme-toggle" aria-label=${dark ? "Light colours" : "Dark colours"} @click=${toggleTheme}>
          ${dark ? "Light" : "Dark"}
        </button>
      </header>
      <main>
        <cg-resume></cg-resume>
        <div class="steps"><cg-model></cg-model><cg-sequences></cg-sequences></div>
        <cg-run></cg-run>
        <cg-codons></cg-codons>
        <cg-runs></cg-runs>
        <cg-results></cg-results>
        <cg-measure></cg-measure>
        <cg-requests></cg-requests>
      </main>
      <footer class="small quiet">
        Example sequences: UniProt, CC BY 4.0, by way of ProtSpace (<a
          href="./examples/ATTRIBUTION.md"
          target="_blank"
          rel="noopener"
          >attribution</a
        >).
        <cg-offline></cg-offline>
      </footer>
      <cg-status></cg-status>`;
  }
}
customElements.define("cg-app", App);
