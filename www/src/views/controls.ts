/** The look of controls, shared by the components' shadow roots. */
import { css } from "lit";

/** Buttons, fields, links, small text, and text for screen readers only. */
export const controls = css`
  :host {
    display: block;
  }
  :host([hidden]) {
    display: none;
  }
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  [hidden] {
    display: none !important;
  }
  h2 {
    margin: 0;
    font-size: 1.0625rem;
    font-weight: 600;
    line-height: 1.3;
  }
  h3 {
    margin: 0;
    font-size: 0.9375rem;
    font-weight: 600;
  }
  p {
    margin: 0;
  }
  .quiet {
    color: var(--quiet);
  }
  .small {
    font-size: 0.8125rem;
    line-height: 1.45;
  }
  code,
  .mono {
    font-family: var(--mono);
    font-size: 0.875em;
    overflow-wrap: anywhere;
  }
  a {
    color: var(--accent);
    text-underline-offset: 0.15em;
  }
  button,
  .button,
  select,
  input,
  textarea {
    font: inherit;
    color: var(--ink);
    background: var(--panel);
    border: 1px solid var(--line);
    border-radius: var(--radius);
  }
  button,
  .button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    min-height: 2.25rem;
    padding: 0.25rem 0.875rem;
    cursor: pointer;
    white-space: nowrap;
  }
  select,
  input:not([type="radio"]):not([type="checkbox"]):not([type="file"]) {
    min-height: 2.25rem;
    padding: 0.25rem 0.5rem;
    min-width: 0;
  }
  textarea {
    display: block;
    width: 100%;
    padding: 0.5rem;
    font-family: var(--mono);
    font-size: 0.8125rem;
    resize: vertical;
  }
  ::placeholder {
    color: var(--quiet);
    opacity: 0.8;
  }
  button:hover:not(:disabled),
  .button:hover {
    border-color: var(--quiet);
    background: var(--soft);
  }
  button.primary {
    background: var(--accent);
    border-color: var(--accent);
    color: var(--accent-ink);
    font-weight: 600;
  }
  button.primary:hover:not(:disabled) {
    background: color-mix(in srgb, var(--accent) 88%, var(--ink));
  }
  button.link {
    min-height: 0;
    padding: 0;
    border: 0;
    background: none;
    color: var(--accent);
    text-decoration: underline;
    text-underline-offset: 0.15em;
  }
  :is(button, select, input, textarea):disabled,
  fieldset:disabled .button {
    opacity: 0.55;
    cursor: default;
  }
  :focus-visible,
  .button:focus-within {
    outline: 2px solid var(--accent);
    outline-offset: 2px;
  }
  fieldset {
    margin: 0;
    padding: 0;
    border: 0;
    min-width: 0;
  }
  legend {
    padding: 0;
  }
  .row {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.5rem 0.75rem;
  }
  .stack {
    display: grid;
    gap: 0.75rem;
    min-width: 0;
  }
  .field {
    display: grid;
    gap: 0.125rem;
    font-size: 0.8125rem;
    color: var(--quiet);
    min-width: 0;
  }
  .field > select,
  .field > input {
    font-size: 0.9375rem;
  }
  .hidden-visually {
    position: absolute;
    width: 1px;
    height: 1px;
    margin: -1px;
    padding: 0;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
    border: 0;
  }
`;

/** A panel: one step, in a box of its own. */
export const panel = css`
  section {
    height: 100%;
    padding: 1.25rem;
    background: var(--panel);
    border: 1px solid var(--line);
    border-radius: var(--radius);
    display: grid;
    gap: 1rem;
    align-content: start;
    min-width: 0;
  }
  @media (max-width: 480px) {
    section {
      padding: 1rem;
    }
  }
`;

/** Terms and their descriptions, in two columns. */
export const facts = css`
  dl {
    display: grid;
    grid-template-columns: max-content 1fr;
    gap: 0.125rem 1rem;
    margin: 0;
  }
  dt {
    color: var(--quiet);
  }
  dd {
    margin: 0;
    overflow-wrap: anywhere;
  }
`;
