import { expect, test } from "vitest";
import { csv } from "./csv";

test("cells are quoted where a reader would split them", () => {
  expect(csv(["id", "note"], [["a", 'says "no", twice'], ["b", "two\nlines"], ["c", "plain"]])).toBe(
    'id,note\na,"says ""no"", twice"\nb,"two\nlines"\nc,plain\n',
  );
});

test("nothing is an empty cell, and numbers keep all their digits", () => {
  expect(csv(["x", "y"], [[null, 0.1 + 0.2], [-1e-7, ""]])).toBe("x,y\n,0.30000000000000004\n-1e-7,\n");
});

test.each(["=1+1", "+A1", "-A1", "@sum", "\tx", "\rx", "\n=1", "＝1+1", "＋1", "－1", "＠sum", "\ufeff=1", " =1", "\u3000＝1"])("the text %j is not run as a formula", (text) => {
  const line = csv(["a"], [[text]]).slice(2);
  expect(line.replace(/^"/, "").startsWith("'")).toBe(true);
});

test("a header without rows is a header", () => expect(csv(["a", "b"], [])).toBe("a,b\n"));
