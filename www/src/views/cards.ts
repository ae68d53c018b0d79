/** The look of forms and tables inside analysis cards. */
import { css } from "lit";

/** Fields side by side, all that fit. */
export const grid = css`
  .options {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(9.5rem, 1fr));
    gap: 0.75rem 1rem;
    align-items: end;
  }
  .options > .wide {
    grid-column: span 2;
  }
  .options > .widest {
    grid-column: span 3;
  }
  .options select {
    width: 100%;
    text-overflow: ellipsis;
  }
  @media (max-width: 820px) {
    .options > :is(.wide, .widest) {
      grid-column: 1 / -1;
    }
  }
  .options button {
    white-space: normal;
    line-height: 1.25;
  }
  .check {
    display: flex;
    align-items: center;
    gap: 0.5rem;
    min-height: 2.25rem;
    font-size: 0.875rem;
  }
  .two {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr));
    gap: 1.25rem 2rem;
    align-items: start;
  }
  .two > * {
    min-width: 0;
  }
  .caution {
    color: var(--caution);
  }
  ul.small {
    margin: 0;
    padding-left: 1.25rem;
  }
`;

/** Tables of numbers. */
export const numbers = css`
  .scroll {
    overflow-x: auto;
  }
  table {
    border-collapse: collapse;
    font-size: 0.875rem;
    width: 100%;
  }
  th,
  td {
    padding: 0.25rem 0.75rem 0.25rem 0;
    text-align: left;
    border-bottom: 1px solid var(--line);
    vertical-align: baseline;
  }
  th {
    font-weight: 600;
  }
  .number {
    text-align: right;
    white-space: nowrap;
  }
  .same {
    font-weight: 600;
  }
  tr.quiet td {
    color: var(--quiet);
  }
  @media (max-width: 480px) {
    .wide-only {
      display: none;
    }
    table {
      font-size: 0.8125rem;
    }
    th,
    td {
      padding-right: 0.5rem;
    }
  }
`;
