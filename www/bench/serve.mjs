/**
 * The server of the bench, on a free port of this machine:
 *
 *     /…            www/dist
 *     /bench/…      the page of the race, www/bench/page
 *     /ort/…        onnxruntime-web as npm installed it
 *     /weights/…    the folder named by --weights
 *     /sequences/…  the sequence files of the browser tests
 *     /more/…       a folder that a group adds
 *
 * Text, scripts and wasm go out compressed where the browser asks for it, as static hosts do; `sent` counts the bytes.
 */
import { createReadStream, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize, sep } from "node:path";
import { gzipSync } from "node:zlib";
import { root } from "../build/step.mjs";

const TYPES = {
  ".css": "text/css; charset=utf-8",
  ".fasta": "text/plain; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".mjs": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
};

/** Starts the server; answers its origin, its counters, how to add a folder, and how to end it. */
export async function serve({ weights }) {
  const bench = join(root, "www", "bench");
  const folders = new Map([
    ["/bench/", join(bench, "page")],
    ["/ort/", join(bench, "node_modules", "onnxruntime-web", "dist")],
    ["/weights/", weights],
    ["/sequences/", join(root, "tests", "e2e", "data")],
  ]);
  const packed = new Map();
  const sent = new Map();

  async function answer(request, response) {
    const path = decodeURIComponent(new URL(request.url ?? "/", "http://local").pathname);
    const [prefix, folder] = [...folders].find(([prefix]) => path.startsWith(prefix)) ?? ["/", join(root, "www", "dist")];
    const rest = path.slice(prefix.length) || "index.html";
    const file = normalize(join(folder, rest));
    const size = file.startsWith(folder + sep) ? (statSync(file, { throwIfNoEntry: false })?.size ?? null) : null;
    if (size === null) return void response.writeHead(404).end("not found");
    const type = TYPES[extname(file)];
    const headers = { "Content-Type": type ?? "application/octet-stream", "Cache-Control": "no-store" };
    const gzip = type !== undefined && (request.headers["accept-encoding"] ?? "").includes("gzip");
    if (!gzip) {
      sent.set(path, size);
      response.writeHead(200, { ...headers, "Content-Length": size });
      return void createReadStream(file).pipe(response);
    }
    if (!packed.has(file)) packed.set(file, gzipSync(await readFile(file), { level: 9 }));
    const bytes = packed.get(file);
    sent.set(path, bytes.length);
    response.writeHead(200, { ...headers, "Content-Encoding": "gzip", "Content-Length": bytes.length }).end(bytes);
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error) => response.destroy(error));
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    /** Bytes of the last answer, by path. */
    sent,
    addFolder: (prefix, folder) => void folders.set(prefix, folder),
    close: () => {
      server.closeAllConnections();
      return new Promise((done) => server.close(done));
    },
  };
}
