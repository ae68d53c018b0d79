/** The looks of the records on show, made again only when column, settings or theme changed. */
import type { State } from "../state";
import { mapColumn } from "./from-sequences";
import { looks, type Looks } from "./looks";

const made = new WeakMap<object, { key: readonly unknown[]; looks: Looks }>();

/** The looks of the run on show; in another theme for a figure. */
export function currentLooks(state: State, theme: "light" | "dark" = state.theme.shown): Looks {
  const column = mapColumn(state);
  const count = state.run.report?.ids.length ?? 0;
  const settings = state.colours;
  const key = [column, count, theme];
  const known = made.get(settings);
  if (known !== undefined && known.key.every((value, at) => value === key[at])) return known.looks;
  const found = looks(column, count, settings, theme);
  made.set(settings, { key, looks: found });
  return found;
}
