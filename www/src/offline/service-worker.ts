/**
 * The service worker: the site without a network. A version of the site is taken whole or not at all: every file of the
 * list that the build puts in front of this script (`www/build/precache.mjs`) is fetched and compared with its SHA-256,
 * and if one is missing or differs, the version before stays in use. A new version waits until a page that has no other
 * tab beside it asks for it, so that no page ever gets files of two versions. Nothing but the site's own files, asked for
 * by GET, passes through here; everything else goes to the network as if this worker were not there.
 */

/** A file of the site. */
export interface SiteFile {
  /** Relative to the site's folder. */
  path: string;
  /** SHA-256, base64. */
  sha256: string;
  /** Names that a page must contain; a host may have changed its text, so that its hash is not compared. */
  names?: string[];
}

/** A version of the site. */
export interface SiteVersion {
  version: string;
  files: SiteFile[];
}

/** What is used of the worker's global scope. */
interface Scope {
  CROSSGRAIN_SITE?: SiteVersion;
  registration: { scope: string };
  clients: { claim(): Promise<void>; matchAll(options: object): Promise<{ url: string }[]> };
  skipWaiting(): Promise<void>;
  addEventListener(type: string, listener: (event: ScopeEvent) => void): void;
}
interface ScopeEvent {
  request: Request;
  waitUntil(work: Promise<unknown>): void;
  respondWith(answer: Promise<Response>): void;
}

const scope = globalThis as unknown as Scope;
const site = scope.CROSSGRAIN_SITE;
/** Files that are fetched at the same time. */
const AT_ONCE = 6;

if (site !== undefined) serve(site);

function serve({ version, files }: SiteVersion): void {
  const folder = scope.registration.scope;
  const prefix = `crossgrain ${folder} `;
  const name = prefix + version;
  const addresses = new Set(files.map(({ path }) => new URL(path, folder).href));
  const page = new URL("index.html", folder).href;

  scope.addEventListener("install", (event) => event.waitUntil(install()));
  scope.addEventListener("activate", (event) => event.waitUntil(activate()));
  // A page has only one thing to say: nothing was done on it yet, and it would begin with this version.
  scope.addEventListener("message", (event) => event.waitUntil(take()));
  scope.addEventListener("fetch", (event) => {
    const { method, url } = event.request;
    const address = new URL(url);
    const asked = address.origin + address.pathname;
    const file = asked === folder ? page : asked;
    if (method === "GET" && addresses.has(file)) event.respondWith(answer(file, event.request));
  });

  async function install(): Promise<void> {
    const cache = await caches.open(name);
    const left = [...files];
    const next = async (): Promise<void> => {
      for (let file = left.shift(); file !== undefined; file = left.shift()) await put(cache, file);
    };
    try {
      await Promise.all(Array.from({ length: AT_ONCE }, next));
    } catch (thrown) {
      await caches.delete(name);
      throw thrown;
    }
  }

  /** Files that the version before has too are not fetched again. */
  async function put(cache: Cache, file: SiteFile): Promise<void> {
    const address = new URL(file.path, folder).href;
    const tries = [() => caches.match(address), () => fetch(address), () => fetch(address, { cache: "reload" })];
    for (const find of tries) {
      const found = await find();
      if (found?.ok !== true) continue;
      const bytes = await found.arrayBuffer();
      // A redirected answer is refused for a page; a copy is not redirected.
      if (await right(bytes, file)) return cache.put(address, new Response(bytes, { headers: found.headers }));
    }
    throw new Error(`${file.path} is missing or is not of version ${version}`);
  }

  /** Other versions of this site are deleted, those of sites in other folders are not. */
  async function activate(): Promise<void> {
    const others = (await caches.keys()).filter((one) => one.startsWith(prefix) && one !== name);
    await Promise.all(others.map((one) => caches.delete(one)));
    await scope.clients.claim();
  }

  /** The page that asks is the only one that is open, or the version waits on. */
  async function take(): Promise<void> {
    const pages = await scope.clients.matchAll({ type: "window", includeUncontrolled: true });
    if (pages.filter(({ url }) => url.startsWith(folder)).length <= 1) await scope.skipWaiting();
  }

  async function answer(file: string, request: Request): Promise<Response> {
    const kept = await (await caches.open(name)).match(file);
    return kept ?? fetch(request);
  }
}

async function right(bytes: ArrayBuffer, { sha256, names }: SiteFile): Promise<boolean> {
  if (names !== undefined) {
    const text = new TextDecoder().decode(bytes);
    return names.every((one) => text.includes(one));
  }
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return btoa(String.fromCharCode(...hash)) === sha256;
}
