/** The first vector of a page nobody has opened before, with the demonstration model, on the CPU. */
import { open } from "../../tests/e2e/browser.mjs";
import { spread } from "./table.mjs";

/** The group: one warm-up, for this server's compressed copies, then a fresh browser context per round. */
export async function load(race) {
  await race.reset();
  const { server, browser, settings } = race;
  const rounds = [];
  for (let i = 0; i <= settings.rounds; i += 1) {
    server.sent.clear();
    const { context, page } = await open(browser, server.origin);
    await page.goto(`${server.origin}/bench/first.html`);
    const { times } = await page.evaluate(() => window.first);
    await context.close();
    if (i > 0) rounds.push(times);
  }
  const bytes = [...server.sent].filter(([path]) => !path.startsWith("/bench/")).reduce((sum, [, count]) => sum + count, 0);
  const stages = Object.keys(rounds[0]).map((stage) => [stage, spread(rounds.map((times) => times[stage]))]);
  const words = stages.map(([stage, { median }]) => `${stage} ${Math.round(median)}`).join(", ");
  const { min, max } = spread(rounds.map(({ vector }) => vector));
  race.note("load", "first vector", { rounds, bytes }, [
    `milliseconds since the start of the navigation (medians of ${rounds.length}): ${words}; vector ${Math.round(min)} to ${Math.round(max)}`,
    `bytes sent (gzip where a static host would): ${bytes}`,
  ]);
}
