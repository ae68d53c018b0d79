import { expect, test } from "vitest";
import { withoutShape } from "./shapes.mjs";

/** What is found in a text, without lines. */
const found = (text) => withoutShape(text).map(({ name }) => name);

test.each([
  ["pub fn a(x: View) {}\n", ["a"]],
  ["/// A.\n///\n/// # Shape\n///\n/// `[n, d]`\n#[must_use]\npub fn a(x: View) {}\n", []],
  ["/// # Shape\n///\n/// `[n]`\npub fn a(x: View) {}\n\n/// B.\npub fn b() -> Matrix {}\n", ["b"]],
  ["/// # Shape\n/// `[n]`\n///\n/// # Shape\n/// `[n]`\npub fn a(x: View) {}\n", ["a"]],
  ["pub fn a(\n    x: &[f32],\n    y: Option<View<'_>>,\n) -> usize {\n    0\n}\n", ["a"]],
  ["pub async fn a() -> Result<Tensor<2>, E> {}\n", ["a"]],
  ["pub fn a<F>(f: F) where F: Fn(View) {}\n", ["a"]],
  ["fn a(x: View) {}\npub(crate) fn b(x: View) {}\n", []],
  ["pub fn a(x: Viewer) -> usize { let y: Matrix = x; 0 }\n", []],
  ["// pub fn a(x: View) {}\nconst A: &str = \"\npub fn a(x: View) {}\n\";\n", []],
])("in %j", (text, expected) => expect(found(text)).toEqual(expected));

test("methods: those of public traits, and what gives Self where Self is a matrix", () => {
  expect(found("pub trait A {\n    fn a(&self) -> Tensor<2>;\n}\ntrait B {\n    fn b(&self) -> Tensor<2>;\n}\n")).toEqual(["a"]);
  expect(found("impl A for B {\n    fn a(&self) -> Tensor<2> {}\n}\n")).toEqual([]);
  expect(found("impl<'a> View<'a> {\n    pub fn new() -> Result<Self, E> {}\n    pub fn rows(&self) -> usize {}\n}\n")).toEqual(["new"]);
  expect(found("impl From<Matrix> for A {\n    pub fn new() -> Self {}\n}\n")).toEqual([]);
});

test("functions of tests are nobody else's; lines count from 1", () => {
  const text = "//! Rows.\n\npub fn a(x: View) {}\n\n#[cfg(test)]\nmod tests {\n    pub fn b(x: View) {}\n}\n";
  expect(withoutShape(text)).toEqual([{ line: 3, name: "a" }]);
});
