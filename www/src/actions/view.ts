/** Where the map is looked at. A gesture is one step of undo. */
import { WHOLE, type Camera } from "../map/camera";
import { store } from "../state";
import { beforeStep } from "./history";

/** Looks elsewhere; `kind` names the gesture. */
export function look(camera: Camera, kind: string): void {
  beforeStep(`view ${kind}`);
  store.set("view", camera);
}

/** Looks at everything. */
export function lookAtAll(): void {
  look(WHOLE, "reset");
}
