/**
 * Starts module workers. The compute worker is started from a `blob:` address, for two reasons: it then inherits the
 * content security policy of the page (`connect-src 'self'`), and a page of another origin may start it at all (a
 * browser runs workers only from the page's own origin). The download worker is started from its own address and so
 * does not inherit that policy: it is the one part that may reach another origin.
 */

import { lifeName, reportEnd, watchLife } from "./life";

/** A worker under the policy of this page, running the module `script`. If it ends by itself, `onFailure` reports it. */
export function startConfinedWorker(script: string): Worker {
  const url = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  // A script that imports others waits for the network, however long that takes.
  const worker = start(url, !script.startsWith("import "));
  // The address is needed until the worker has fetched it; a worker that never loads keeps a few bytes alive.
  worker.addEventListener("message", () => URL.revokeObjectURL(url), { once: true });
  return worker;
}

/** A worker that may reach other origins; on a page of another origin it is under that page's policy. */
export function startDownloadWorker(address: string): Worker {
  const absolute = new URL(address, import.meta.url);
  if (absolute.origin !== location.origin) return startConfinedWorker(`import ${JSON.stringify(absolute.href)};`);
  return start(absolute.href, false);
}

function start(url: string, atOnce: boolean): Worker {
  const name = lifeName();
  const worker = new Worker(trusted(url), { type: "module", name });
  watchLife(worker, name, atOnce, (message) => reportEnd(worker, message));
  return worker;
}

interface Policy {
  createScriptURL(url: string): string;
}
interface PolicyFactory {
  createPolicy(name: string, rules: Policy): Policy;
}

let policy: Policy | undefined;

/** The address in the form that `require-trusted-types-for 'script'` accepts: only this program's own workers pass. */
export function trusted(url: string): string {
  const factory = (globalThis as { trustedTypes?: PolicyFactory }).trustedTypes;
  if (factory === undefined) return url;
  policy ??= factory.createPolicy("crossgrain-worker", {
    createScriptURL: (candidate) => {
      const parsed = new URL(candidate);
      if (parsed.protocol === "blob:" || parsed.origin === location.origin) return candidate;
      throw new TypeError("only this site's own workers may be started");
    },
  });
  return policy.createScriptURL(url);
}
