/**
 * Keeps the top of an element at the top of the window while the page below and above it is still growing, until the
 * user moves the page. Smooth scrolling towards a place that moves stops short of it.
 */

/** Longest time for which the place is kept, milliseconds. */
const LONGEST_MS = 4000;
const MOVES = ["wheel", "touchstart", "keydown", "pointerdown"] as const;

/** Brings an element to the top of the window and keeps it there while the page settles. */
export function bringIntoView(element: HTMLElement): void {
  const go = (): void => element.scrollIntoView({ block: "start", behavior: "auto" });
  const grown = new ResizeObserver(go);
  const end = (): void => {
    grown.disconnect();
    clearTimeout(timer);
    for (const move of MOVES) removeEventListener(move, end, true);
  };
  const timer = setTimeout(end, LONGEST_MS);
  for (const move of MOVES) addEventListener(move, end, { capture: true, passive: true });
  grown.observe(document.body);
  go();
}
