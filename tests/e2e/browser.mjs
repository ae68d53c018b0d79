/**
 * A Chromium for the tests, with or without WebGPU, and a page that keeps a record of everything that went wrong in
 * it: console errors, page errors, failed requests, answers of 400 and more, requests to another origin.
 */
import { chromium } from "playwright-core";

/** Flags for a WebGPU adapter in software, which needs no graphics card. */
const WEBGPU = ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"];
const QUIET = [
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Starts the browser. */
export function launch({ webgpu }) {
  const asRoot = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  // A machine with a graphics card may offer WebGPU without flags; without is meant without.
  const gpu = webgpu ? WEBGPU : ["--disable-features=WebGPU", "--disable-gpu"];
  return chromium.launch({ executablePath: process.env.CHROME_PATH ?? "/usr/bin/chromium", args: [...QUIET, ...asRoot, ...gpu] });
}

/**
 * A page of a context of its own, and its record. `origin` is the only one it may talk to. There is no service worker,
 * which would fetch the whole site for each of these contexts, unless `options` allow it.
 */
export async function open(browser, origin, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, acceptDownloads: true, serviceWorkers: "block", ...options });
  const page = await context.newPage();
  const record = { consoleErrors: [], pageErrors: [], failedRequests: [], badAnswers: [], otherOrigins: [] };
  page.on("console", (message) => {
    if (message.type() === "error") record.consoleErrors.push(`${message.text()} (${message.location().url})`);
  });
  page.on("pageerror", (error) => record.pageErrors.push(String(error)));
  context.on("requestfailed", (request) => record.failedRequests.push(`${request.url()}: ${request.failure()?.errorText}`));
  context.on("response", (response) => {
    if (response.status() >= 400) record.badAnswers.push(`${response.status()} ${response.url()}`);
  });
  context.on("request", (request) => {
    const url = request.url();
    if (!/^(data|blob|about):/.test(url) && new URL(url).origin !== origin) record.otherOrigins.push(url);
  });
  return { context, page, record };
}
