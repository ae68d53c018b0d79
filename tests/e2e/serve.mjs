/**
 * The server of the browser tests, on a free port of this machine: the built site, a second entry that lies beside it,
 * and a look-alike of the model hub with faults on demand.
 *
 *     /…                                                   www/dist
 *     /hub/<owner>/<name>/resolve/<revision>/<file>  302 → /hub-cdn/<hash>
 *     /hub-cdn/<hash>                                      the file, with Content-Length and ranges
 *     /extra/…                                             texts that a test adds
 *     /mount/…                                             a folder that a test adds
 *
 * The page learns its hub from a meta element; the page as served here names this server instead.
 */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { dirname, extname, join, normalize, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** The project's folder. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");

const TYPES = {
  ".css": "text/css; charset=utf-8",
  ".fasta": "text/plain; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".md": "text/markdown; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
};

/**
 * Starts the server. `hub` maps `owner/name` to the folder that holds its files; `extra` maps paths below `/extra/` to
 * text; `mount` is a folder, by its place in the project or anywhere; `hubAddress` is what the page is told where
 * another server is the hub. Answers its origin, what the hub was asked, the faults to set, and how to end it.
 *
 * A fault belongs to one hub file, `owner/name/file`: `404`; `html`: a page of HTML with status 200; `html-disguised`:
 * the same page called application/octet-stream; `cut`: half the announced bytes, then the connection is torn; `cut-once`:
 * the same for a request without a range, while ranges are answered; `busy-once`: status 503 with Retry-After, once;
 * `flipped`: one bit of the last byte is another.
 */
export async function serve({ hub = {}, extra = {}, mount = "", hubAddress = "" } = {}) {
  const faults = new Map();
  const asked = [];
  const server = createServer((request, response) => {
    answer(request, response).catch((error) => {
      if (!response.headersSent) send(response, 500, "text/plain", String(error?.stack ?? error));
      else response.destroy();
    });
  });

  async function answer(request, response) {
    const path = decodeURIComponent(new URL(request.url ?? "/", "http://local").pathname);
    if (path.startsWith("/hub/")) return resolveFile(path, response);
    if (path.startsWith("/hub-cdn/")) return hubFile(path, request, response);
    if (path.startsWith("/extra/")) {
      const text = extra[path.slice("/extra/".length)];
      return send(response, text === undefined ? 404 : 200, TYPES[extname(path)] ?? "text/plain", text ?? "not found");
    }
    if (mount && path.startsWith("/mount/")) return fileOf(resolve(root, mount), path.slice("/mount".length), response);
    return fileOf(join(root, "www", "dist"), path, response);
  }

  async function fileOf(folder, path, response) {
    const file = normalize(join(folder, path.endsWith("/") ? `${path}index.html` : path));
    const bytes = file.startsWith(folder + sep) ? await readFile(file).catch(() => null) : null;
    if (bytes === null) return send(response, 404, "text/plain", "not found");
    const type = TYPES[extname(file)] ?? "application/octet-stream";
    return send(response, 200, type, type.startsWith("text/html") ? withThisHub(bytes.toString("utf8")) : bytes);
  }

  function withThisHub(html) {
    return html.replace(/(<meta name="crossgrain-hub" content=")[^"]*"/, `$1${hubAddress || `${origin}/hub`}"`);
  }

  /** As on the real hub, the address of a file only points to where the file lies at the moment. */
  async function resolveFile(path, response) {
    const [, , owner, name, word, revision, file, ...more] = path.split("/");
    const model = `${owner}/${name}`;
    asked.push(path);
    const known = word === "resolve" && /^(main|[0-9a-f]{40})$/.test(revision ?? "") && more.length === 0 && model in hub;
    if (!known || faults.get(`${model}/${file}`) === "404") return send(response, 404, "text/plain", "Entry not found");
    const hash = createHash("sha256").update(`${model}/${file}`).digest("hex");
    places.set(hash, { model, file });
    response.writeHead(302, { Location: `/hub-cdn/${hash}`, ...OPEN }).end();
  }

  async function hubFile(path, request, response) {
    const place = places.get(path.slice("/hub-cdn/".length));
    const bytes = place ? await readFile(join(hub[place.model], place.file)).catch(() => null) : null;
    asked.push(request.headers.range === undefined ? path : `${path} ${request.headers.range}`);
    if (request.method === "OPTIONS") return void response.writeHead(204, { ...OPEN, "Access-Control-Allow-Headers": "if-range, range" }).end();
    if (bytes === null) return send(response, 404, "text/plain", "Entry not found");
    const fault = faults.get(`${place.model}/${place.file}`);
    if (fault === "html") return send(response, 200, TYPES[".html"], HTML);
    if (fault === "html-disguised") return send(response, 200, "application/octet-stream", HTML);
    if (fault === "flipped") bytes[bytes.length - 1] ^= 1;
    const etag = `"${createHash("sha256").update(bytes).digest("hex")}"`;
    const headers = { "Content-Type": "application/octet-stream", "Accept-Ranges": "bytes", ETag: etag, ...OPEN };
    if (fault === "busy-once") {
      faults.delete(`${place.model}/${place.file}`);
      return void response.writeHead(503, { "Retry-After": "1", ...OPEN }).end();
    }
    if (fault === "cut" || (fault === "cut-once" && request.headers.range === undefined)) {
      response.writeHead(200, { ...headers, "Content-Length": bytes.length });
      // The half must have left before the connection is torn, or the browser sees no answer at all.
      response.write(bytes.subarray(0, bytes.length >> 1), () => setTimeout(() => response.destroy(), 50));
      return;
    }
    const range = request.headers.range?.match(/^bytes=(\d+)-(\d*)$/);
    if (!range) return void response.writeHead(200, { ...headers, "Content-Length": bytes.length }).end(bytes);
    const [first, last] = [Number(range[1]), Math.min(Number(range[2] || bytes.length - 1), bytes.length - 1)];
    if (first > last) return void response.writeHead(416, { "Content-Range": `bytes */${bytes.length}`, ...OPEN }).end();
    const part = bytes.subarray(first, last + 1);
    response
      .writeHead(206, { ...headers, "Content-Length": part.length, "Content-Range": `bytes ${first}-${last}/${bytes.length}` })
      .end(part);
  }

  const places = new Map();
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const origin = `http://127.0.0.1:${server.address().port}`;
  const close = () => {
    server.closeAllConnections();
    return new Promise((done) => server.close(done));
  };
  return { origin, faults, asked, close };
}

/** As static hosts do for modules and weights: any page may read them. */
const OPEN = { "Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "ETag, Content-Range, Retry-After" };

const HTML = "<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body>Please sign in to this network.</body></html>\n";

function send(response, status, type, body) {
  const bytes = Buffer.from(body);
  response.writeHead(status, { "Content-Type": type, "Content-Length": bytes.length, ...OPEN }).end(bytes);
}
