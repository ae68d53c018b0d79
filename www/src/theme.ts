/** Light or dark: the system's choice unless the user made one, which this browser remembers. */
import { store, type State } from "./state";

type Choice = State["theme"]["choice"];

const KEY = "crossgrain-theme";
const system = matchMedia("(prefers-color-scheme: dark)");

/** Applies the remembered choice and follows the system from then on. */
export function startTheme(): void {
  const remembered = recall();
  apply(remembered === "light" || remembered === "dark" ? remembered : "auto");
  system.addEventListener("change", () => apply(store.state.theme.choice));
}

/** Switches between light and dark; choosing the system's own colours follows the system again. */
export function toggleTheme(): void {
  const next = store.state.theme.shown === "dark" ? "light" : "dark";
  const choice = next === (system.matches ? "dark" : "light") ? "auto" : next;
  remember(choice);
  apply(choice);
}

function apply(choice: Choice): void {
  const shown = choice === "auto" ? (system.matches ? "dark" : "light") : choice;
  document.documentElement.dataset["theme"] = shown;
  store.set("theme", { choice, shown });
}

/** Storage may be switched off; the choice then lasts as long as the page. */
function recall(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function remember(choice: Choice): void {
  try {
    if (choice === "auto") localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, choice);
  } catch {
    // See `recall`.
  }
}
