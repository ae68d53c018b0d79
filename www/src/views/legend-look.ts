/** The look of the legend. */
import { css } from "lit";

/** Rows of groups with their buttons. */
export const legendLook = css`
  ul {
    margin: 0;
    padding: 0;
    list-style: none;
    max-height: 24rem;
    overflow: auto;
  }
  .line {
    display: flex;
    align-items: center;
    gap: 0.125rem;
  }
  .line bdi {
    flex: 1;
    overflow-wrap: anywhere;
  }
  .name {
    flex: 1;
    min-width: 0;
    min-height: 1.75rem;
    padding: 0.125rem 0.25rem;
    border-color: transparent;
    justify-content: start;
    gap: 0.5rem;
    text-align: left;
    white-space: normal;
    font-size: 0.8125rem;
    line-height: 1.25;
  }
  .small-button,
  .order button,
  .editor button {
    min-height: 1.75rem;
    min-width: 1.75rem;
    padding: 0 0.375rem;
    font-size: 0.75rem;
  }
  .small-button {
    border-color: transparent;
    color: var(--quiet);
  }
  .order {
    gap: 0.375rem;
  }
  .order [aria-pressed="true"] {
    background: color-mix(in srgb, var(--accent) 18%, var(--panel));
    border-color: var(--accent);
  }
  @media (forced-colors: active) {
    .order [aria-pressed="true"] {
      forced-color-adjust: none;
      background: Highlight;
      color: HighlightText;
    }
  }
  .off .name {
    color: var(--quiet);
    text-decoration: line-through;
  }
  .off svg {
    opacity: 0.3;
  }
  .editor {
    display: grid;
    grid-template-columns: minmax(0, 1fr) 3.5rem;
    gap: 0.375rem 0.5rem;
    padding: 0.375rem 0.25rem 0.75rem 1.5rem;
  }
  .editor .row {
    grid-column: 1 / -1;
    gap: 0.375rem;
  }
  .editor input[type="color"] {
    padding: 0.125rem;
    width: 100%;
  }
  summary {
    cursor: pointer;
  }
  svg {
    flex: none;
    width: 14px;
    height: 14px;
  }
  input[type="file"] {
    position: absolute;
    width: 1px;
    height: 1px;
    opacity: 0;
  }
`;
