/** The page as axe sees it: what breaks a success criterion of WCAG 2.0 to 2.2, levels A and AA. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { root } from "./serve.mjs";

const source = readFile(join(root, "node_modules", "axe-core", "axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** What is wrong on the page as it is shown: a line per rule, with its severity and the first elements that break it. */
export async function violations(page) {
  // Evaluated by the browser's own tools, so that the page's policy against foreign scripts stays as strict as it ships.
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(await source);
  const { violations } = await page.evaluate((values) => globalThis.axe.run(document, { runOnly: { type: "tag", values } }), TAGS);
  return violations.map(({ id, impact, help, nodes }) => {
    const places = nodes.slice(0, 3).map(({ target, failureSummary }) => `${target.flat().join(" ")} (${failureSummary?.split("\n")[1]?.trim() ?? ""})`);
    return `${id} (${impact}): ${help}: ${places.join("; ")}${nodes.length > 3 ? ` and ${nodes.length - 3} more` : ""}`;
  });
}
