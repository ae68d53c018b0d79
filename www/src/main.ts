/**
 * The page: starts the engine, loads the demonstration model and mounts the components. Everything that embedding
 * needs is fetched now, so that it also works without a network afterwards.
 */
import { watchControlMap } from "./actions/control-map";
import { takeFiles } from "./actions/files";
import { watchKept } from "./actions/kept";
import { openLink, watchAddress } from "./actions/link";
import { loadBuiltin } from "./actions/model";
import { prepareExample } from "./actions/sequences";
import { listKept } from "./actions/resume";
import { listStored } from "./actions/stored";
import { engine, noteRequest } from "./engine";
import { watchLabels } from "./actions/labels";
import { parseLink } from "./link";
import { keepSite } from "./offline/register";
import { loadPlot } from "./plot";
import { watchRequests } from "./requests";
import { store } from "./state";
import { droppedFiles } from "./store/files";
import { startTheme } from "./theme";
import "./views/app";

// The page never needs a peer connection, and no content security policy can forbid one.
Reflect.deleteProperty(globalThis, "RTCPeerConnection");
Reflect.deleteProperty(globalThis, "webkitRTCPeerConnection");

// Files can be dropped anywhere; a drop zone that has taken them says so by preventing the default.
addEventListener("dragover", (event) => event.preventDefault());
addEventListener("drop", (event) => {
  if (event.defaultPrevented || event.dataTransfer === null) return;
  event.preventDefault();
  void droppedFiles(event.dataTransfer).then((files) => (files.length > 0 ? takeFiles(files) : undefined));
});

// What would be lost is asked about; what is kept is offered on the next visit.
addEventListener("beforeunload", (event) => {
  const { run, kept, runs } = store.state;
  if (run.phase === "running" || (kept.error !== null && runs.length > 0)) event.preventDefault();
});

startTheme();
watchLabels();
watchControlMap();
watchKept();
watchRequests("page", noteRequest);
// A failed start is shown by the device line; the calls below would only repeat it.
void engine.start().catch(() => undefined);
// The start page begins at its top, where earlier work is offered.
history.scrollRestoration = "manual";
watchAddress();
// A page that is loaded again has left its own view in the history: that work is offered, not computed again.
void (parseLink(location.hash) === null || history.state !== null ? loadBuiltin() : openLink());
void listStored();
void listKept();
// A browser that keeps no service worker, as in a private window, is no less a browser.
void keepSite((offline) => store.set("offline", offline)).catch(() => undefined);
void Promise.allSettled([loadPlot(), prepareExample()]);
