import { expect, test, vi } from "vitest";
import { Gestures, type Tool } from "./gestures";

function made(): { gestures: Gestures; events: unknown[]; at: (kind: "begin" | "move" | "end", x: number, y: number, more?: object, tool?: Tool) => void } {
  const events: unknown[] = [];
  const gestures = new Gestures({
    pan: (dx, dy) => events.push(["pan", dx, dy]),
    zoom: (factor, at) => events.push(["zoom", factor, at]),
    outline: (places) => events.push(["outline", places.length]),
    select: (tool, places) => events.push(["select", tool, places]),
    click: (at) => events.push(["click", at]),
  });
  const at = (kind: "begin" | "move" | "end", x: number, y: number, more: object = {}, tool: Tool = "pan"): void => {
    const event = { offsetX: x, offsetY: y, pointerId: 1, button: 0, shiftKey: false, pointerType: "mouse", ...more } as PointerEvent;
    if (kind === "begin") gestures.begin(event, tool);
    else gestures[kind](event);
  };
  return { gestures, events, at };
}

test("a press that stays in place is a click", () => {
  const { events, at } = made();
  at("begin", 10, 10);
  at("move", 12, 11);
  at("end", 12, 11);
  expect(events).toEqual([["click", [10, 10]]]);
});

test("dragging pans by the whole way", () => {
  const { events, at } = made();
  at("begin", 10, 10);
  at("move", 15, 10);
  at("move", 20, 12);
  at("end", 20, 12);
  expect(events).toEqual([["pan", 5, 0], ["pan", 5, 2]]);
});

test("a box, also with the shift key, and a lasso", () => {
  for (const [tool, more] of [["box", {}], ["pan", { shiftKey: true }]] as const) {
    const { events, at } = made();
    at("begin", 0, 0, more, tool);
    at("move", 10, 20, more, tool);
    at("end", 10, 20, more, tool);
    expect(events).toContainEqual(["select", "box", [[0, 0], [10, 0], [10, 20], [0, 20]]]);
    expect(events.at(-2)).toEqual(["outline", 0]);
  }
  const { events, at } = made();
  at("begin", 0, 0, {}, "lasso");
  for (const [x, y] of [[10, 0], [10, 10], [0, 10]] as const) at("move", x, y);
  at("end", 0, 10);
  expect(events.at(-1)).toEqual(["select", "lasso", [[0, 0], [10, 0], [10, 10], [0, 10]]]);
});

test("two fingers zoom about their middle", () => {
  const { events, at } = made();
  at("begin", 0, 0, { pointerId: 1, pointerType: "touch" });
  at("begin", 10, 0, { pointerId: 2, pointerType: "touch" });
  at("move", 20, 0, { pointerId: 2, pointerType: "touch" });
  expect(events[0]).toEqual(["zoom", 2, [10, 0]]);
  at("end", 20, 0, { pointerId: 2, pointerType: "touch" });
  at("end", 0, 0, { pointerId: 1, pointerType: "touch" });
  expect(events.some(([kind]: any) => kind === "click")).toBe(false);
});

test("a finger that rests draws a lasso", () => {
  vi.useFakeTimers();
  const { events, at } = made();
  at("begin", 0, 0, { pointerType: "touch" });
  vi.advanceTimersByTime(500);
  for (const [x, y] of [[10, 0], [10, 10]] as const) at("move", x, y, { pointerType: "touch" });
  at("end", 10, 10, { pointerType: "touch" });
  expect(events.at(-1)).toEqual(["select", "lasso", [[0, 0], [10, 0], [10, 10]]]);
  vi.useRealTimers();
});

test("other buttons of the mouse do nothing", () => {
  const { events, at } = made();
  at("begin", 0, 0, { button: 2 });
  at("move", 50, 0);
  at("end", 50, 0);
  expect(events).toEqual([]);
});

test("what is being drawn can be given up", () => {
  const { gestures, events, at } = made();
  at("begin", 0, 0, {}, "lasso");
  for (const [x, y] of [[10, 0], [10, 10]] as const) at("move", x, y);
  gestures.cancel();
  at("end", 10, 10);
  expect(events.at(-1)).toEqual(["outline", 0]);
  expect(gestures.busy).toBe(false);
});
