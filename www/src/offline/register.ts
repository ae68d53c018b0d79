/** The page's side of the service worker: it registers it, takes a version that waits, and says what is there. */
import { trusted } from "../worker/start";

/** Whether the site works without a network, and whether a new version waits. */
export type OfflineState = "unknown" | "ready" | "update";

/** Registers the service worker of this site; `report` is called whenever something changes. */
export async function keepSite(report: (state: OfflineState) => void): Promise<void> {
  const { serviceWorker } = navigator as { serviceWorker?: ServiceWorkerContainer };
  if (serviceWorker === undefined || import.meta.env.DEV) return;
  const known = serviceWorker.controller !== null;
  const address = trusted(new URL("sw.js", document.baseURI).href);
  const registration = (await serviceWorker.register(address)) as ServiceWorkerRegistration | undefined;
  if (registration === undefined) return;
  if (registration.waiting !== null) {
    // Nothing was done on this page yet: it begins again with the new version.
    serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
    registration.waiting.postMessage("take");
  }
  const look = (): void => report(registration.waiting !== null ? "update" : registration.active !== null ? "ready" : "unknown");
  const watch = (worker: ServiceWorker | null): void => worker?.addEventListener("statechange", look);
  registration.addEventListener("updatefound", () => watch(registration.installing));
  watch(registration.installing);
  watch(registration.waiting);
  if (known || registration.active !== null) look();
}
