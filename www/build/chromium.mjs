/** Finds a Chromium for the browser tests, or installs Debian's where it may. */
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { Failure, answer, main, run, step } from "./step.mjs";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
const PLACES = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
  "C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe",
];

/** Path of the browser: `CHROME_PATH`, the search path, then the usual places; null when there is none. */
export function findChromium() {
  const { CHROME_PATH, PATH = "" } = process.env;
  if (CHROME_PATH) {
    if (existsSync(CHROME_PATH)) return CHROME_PATH;
    throw new Failure(`CHROME_PATH points to ${CHROME_PATH}, where nothing is.`);
  }
  const onPath = PATH.split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name)));
  return [...onPath, ...PLACES].find((file) => existsSync(file)) ?? null;
}

/** The browser, after installing one as root on Debian or its relatives. */
export async function chromium() {
  const found = findChromium();
  if (found !== null) return found;
  const mayInstall = process.getuid?.() === 0 && answer("apt-get", ["--version"]) !== null;
  if (mayInstall) {
    const env = { DEBIAN_FRONTEND: "noninteractive" };
    await step("Chromium for the browser tests", async () => {
      await run("apt-get", ["update"], { env });
      await run("apt-get", ["install", "-y", "--no-install-recommends", "chromium"], { env });
    }).catch(() => undefined);
  }
  const installed = findChromium();
  if (installed === null) {
    throw new Failure("The browser tests need Chromium or Chrome: install one (Debian: apt-get install chromium) or set CHROME_PATH.");
  }
  return installed;
}

main(import.meta.url, async () => console.log(await chromium()));
