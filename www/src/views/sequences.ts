/** Step 2: the sequences — where they come from, what was read, and what was not. */
import { css, html, LitElement, nothing } from "lit";
import { takeFiles } from "../actions/files";
import { genesOfGenbank, mismatch, namesOf, noun, reads, translatable } from "../actions/run";
import { readExample, readPasted, readUntranslated, setKind, translate } from "../actions/sequences";
import { GENETIC_CODES } from "../genetic-codes";
import { CrossgrainError } from "../error";
import { count, plural } from "../format";
import { DEFAULTS, type KindChoice, type SequencesReport } from "../protocol";
import { store } from "../state";
import { demonstration, DEMONSTRATIONS, type Demonstration } from "../store/demonstrations";
import { Watch } from "../watch";
import { controls, panel } from "./controls";
import "./drop";
import "./diagnostics";
import "./error-view";
import "./opened-files";
import "./label-tables";
import "./progress";

/** `<cg-sequences>` */
export class SequencesPanel extends LitElement {
  readonly watch = new Watch(this, "sequences", "model", "run", "linked", "files");
  /** The genetic code that is offered first. */
  readonly code = DEFAULTS.codons.table;

  static override styles = [
    controls,
    panel,
    css`
      .paste {
        display: grid;
        grid-template-columns: 1fr auto;
        gap: 0.5rem;
        align-items: start;
      }
      textarea {
        min-height: 3.75rem;
      }
      .summary {
        justify-content: space-between;
        align-items: end;
      }
      strong {
        font-weight: 600;
      }
      .translate {
        align-items: end;
      }
      .translate .field {
        flex: 1 1 12rem;
        max-width: 22rem;
      }
    `,
  ];

  override render(): unknown {
    const { sequences, run } = store.state;
    const busy = run.phase === "running" || run.phase === "cancelling";
    return html`<section aria-labelledby="title">
      <h2 id="title">2. Sequences</h2>
      <cg-drop
        label="Drop anything here, several files at once: FASTA, GenBank, lists and tables of domains (plain or gzip), label tables, saved vectors, a model"
        button="Choose files"
        input-testid="sequence-file"
        multiple
        ?disabled=${busy}
        @files=${(event: CustomEvent<File[]>) => void takeFiles(event.detail)}
        ><button data-testid="example-load" ?disabled=${busy} @click=${() => void readExample(example())}>
          ${example().example.label}
        </button></cg-drop
      >
      <div class="paste">
        <textarea
          rows="2"
          aria-label="Paste sequences"
          placeholder="or paste FASTA or one bare sequence"
          spellcheck="false"
          data-testid="sequence-paste"
          ?disabled=${busy}
          @keydown=${this.#shortcut}
        ></textarea>
        <button data-testid="paste-load" ?disabled=${busy} @click=${this.#pasted}>Read text</button>
      </div>
      ${sequences.phase === "reading"
        ? html`<cg-progress .progress=${sequences.progress} label="Reading"></cg-progress>`
        : nothing}
      ${store.state.linked === null ? nothing : html`<p role="status" data-testid="linked"><bdi>${store.state.linked}</bdi></p>`}
      <cg-opened-files></cg-opened-files>
      <cg-error .error=${sequences.error}></cg-error>
      <cg-label-tables></cg-label-tables>
      ${sequences.report === null || sequences.phase === "reading" ? nothing : this.#report(sequences.report, sequences.name, sequences.kind, busy)}
    </section>`;
  }

  #report(report: SequencesReport, name: string, kind: KindChoice, busy: boolean): unknown {
    return html`<div class="row summary">
        <div data-testid="sequence-summary" aria-live="polite">
          <p>
            <strong><bdi>${name}</bdi></strong
            >${report.gzip ? " (gzip)" : ""}: ${plural(report.count, "record")} read${this.#refused(report)}
          </p>
          <p class="small quiet">${spread(report)}</p>
        </div>
        <label class="field"
          >Kind
          <select
            data-testid="kind"
            ?disabled=${busy}
            @change=${(event: Event) => void setKind((event.target as HTMLSelectElement).value as KindChoice)}
          >
            <option value="auto" .selected=${kind === "auto"}>Detected: ${namesOf(report.detected).letters}</option>
            <option value="protein" .selected=${kind === "protein"}>Protein</option>
            <option value="dna" .selected=${kind === "dna"}>DNA or RNA</option>
            <option value="domains" .selected=${kind === "domains"}>Protein domains</option>
            <option value="domain-slices" .selected=${kind === "domain-slices"}>
              Residues of each domain (GenBank)
            </option>
          </select></label
        >
      </div>
      <cg-error .error=${mismatch(store.state) ? wrongKind(report) : null}></cg-error>
      ${translatable(store.state) || store.state.sequences.translated || genesOfGenbank(store.state) ? this.#translation(busy) : nothing}
      <cg-diagnostics
        heading="refused record"
        tone="refused"
        .notices=${report.refusals}
        .omitted=${report.refusalsOmitted}
      ></cg-diagnostics>
      <cg-diagnostics
        heading="warning"
        tone="caution"
        .notices=${report.warnings}
        .omitted=${report.warningsOmitted}
      ></cg-diagnostics>`;
  }

  /** The genetic code does not follow from the sequences, so the user chooses it. */
  #translation(busy: boolean): unknown {
    const { translated, code } = store.state.sequences;
    const genes = genesOfGenbank(store.state);
    const question = genes ? "Genetic code of genes for which the file names none" : "If they are coding sequences: translate by genetic code";
    const chosen = (): number => Number(this.renderRoot.querySelector<HTMLSelectElement>("#code")?.value ?? this.code);
    return html`<div class="row translate" data-testid="translation">
      <label class="field" for="code"
        >${translated && !genes ? "Translated by genetic code" : question}
        <select id="code" data-testid="genetic-code" ?disabled=${busy}>
          ${GENETIC_CODES.map(
            ([number, name]) =>
              html`<option value=${number} .selected=${Number(number) === (code ?? this.code)}>${name}</option>`,
          )}
        </select></label
      >
      <button
        class=${translated ? "" : "primary"}
        data-testid="translate"
        ?disabled=${busy}
        @click=${() => void translate(chosen())}
      >
        ${genes ? "Read again" : translated ? "Translate again" : "Translate"}
      </button>
      ${translated && !genes
        ? html`<button data-testid="untranslate" ?disabled=${busy} @click=${() => void readUntranslated()}>
            Read as DNA
          </button>`
        : nothing}
    </div>`;
  }

  #refused(report: SequencesReport): string {
    const refused = report.refusals.length + report.refusalsOmitted;
    return refused === 0 ? "" : `, ${count(refused)} refused`;
  }

  #pasted(): void {
    const text = this.renderRoot.querySelector("textarea")?.value ?? "";
    if (text.trim() !== "") void readPasted(text);
  }

  #shortcut(event: KeyboardEvent): void {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.#pasted();
  }
}
customElements.define("cg-sequences", SequencesPanel);

const spreads = new WeakMap<SequencesReport, string>();

/** `11 435 residues; lengths 13 to 447, median 62`; cached, because sorting a million lengths takes a while. */
function spread(report: SequencesReport): string {
  const known = spreads.get(report) ?? measure(report);
  spreads.set(report, known);
  return known;
}

function measure(report: SequencesReport): string {
  const noun = report.kind === "dna" ? "letter" : "residue";
  if (report.count === 0) return plural(0, noun);
  const sorted = report.lengths.slice().sort();
  const [least, middle, most] = [sorted[0], sorted[sorted.length >> 1], sorted[sorted.length - 1]];
  return `${plural(report.residues, noun)}; lengths ${count(least ?? 0)} to ${count(most ?? 0)}, median ${count(middle ?? 0)}`;
}

/** The example set for what the model reads. */
function example(): Demonstration {
  const { report, demonstration: chosen } = store.state.model;
  return DEMONSTRATIONS.find((one) => one.granularity === report?.granularity) ?? demonstration(chosen);
}

function wrongKind(report: SequencesReport): CrossgrainError {
  const detected = report.detected === report.kind && store.state.sequences.kind === "auto";
  const wanted = reads(store.state);
  return new CrossgrainError({
    code: wanted === "protein" ? "embed.dna_for_a_protein_model" : "embed.other_kind",
    message: `${detected ? "these look like" : "you marked these as"} ${noun(report.kind)}, and the model reads ${noun(wanted)}`,
    hint: HINTS[wanted],
  });
}

const HINTS = {
  protein: "translate them here; if they are proteins, set the kind to Protein",
  dna: "give coding sequences or other DNA; if these are DNA, set the kind to DNA or RNA",
  domains: "give a GenBank file of antiSMASH or GECCO, a table of clusters with their Pfam domains, or a table of hmmscan or hmmsearch",
};
