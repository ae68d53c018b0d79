/** What was asked, in words: an answer says what it answers, and the page says what was changed since. */
import type { Asked } from "./state";

/** What of a question differs, in words. A part that only one of them has is no difference: it was not asked about. */
export function changes(then: Asked, now: Asked): string[] {
  return Object.entries(now).flatMap(([name, value]) => {
    const before = then[name];
    return before === undefined || before === value ? [] : [`${name} (${before} then, ${value} now)`];
  });
}
