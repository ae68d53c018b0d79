import { expect, test } from "vitest";
import { CrossgrainError, toError, toNotice } from "./error";

const notice = { code: "fasta.empty_record", message: "record a is empty", where: { line: 3, record: "a" }, hint: "remove it" };

test("an error keeps what a notice says, and comes through structured cloning as that notice", () => {
  const error = toError(notice);
  expect(error).toBeInstanceOf(CrossgrainError);
  expect({ ...error }).toMatchObject({ code: notice.code, where: notice.where, hint: notice.hint });
  expect(error.message).toBe(notice.message);
  expect(toNotice(error)).toEqual(notice);
  expect(structuredClone(toNotice(error))).toEqual(notice);
  expect(toError(error), "an error of ours stays the same object").toBe(error);
});

test("a place is optional", () => {
  expect(new CrossgrainError({ code: "a.b", message: "c", hint: "d" }).where).toEqual({});
  expect(toNotice({ code: "a.b", message: "c", hint: "d" }).where).toEqual({});
});

test.each([
  ["a trap", new WebAssembly.RuntimeError("unreachable"), "engine.trap"],
  ["a stack that overflowed", new RangeError("Maximum call stack size exceeded"), "engine.trap"],
  ["a fault of the page", new TypeError("x is undefined"), "page.unexpected"],
  ["a text", "out of order", "page.unexpected"],
  ["nothing", undefined, "page.unexpected"],
  ["half a notice", { code: "a.b", message: "c" }, "page.unexpected"],
])("%s is %s", (_, thrown, code) => expect(toNotice(thrown).code).toBe(code));

test("a trap keeps its words", () => {
  expect(toNotice(new WebAssembly.RuntimeError("unreachable")).message).toContain("(unreachable)");
});
