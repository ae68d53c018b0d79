import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { assetsIn, siteVersion } from "./precache.mjs";

let dist;
beforeEach(() => {
  dist = mkdtempSync(join(tmpdir(), "crossgrain-site-"));
  mkdirSync(join(dist, "assets"));
  mkdirSync(join(dist, "types"));
  writeFileSync(join(dist, "index.html"), '<script src="./assets/index-Ab_1.js"></script><link href="./assets/index-Cd-2.css">');
  writeFileSync(join(dist, "assets", "index-Ab_1.js"), "1");
  writeFileSync(join(dist, "types", "api.d.ts"), "2");
  writeFileSync(join(dist, "sw.js"), "3");
});
afterEach(() => rmSync(dist, { recursive: true }));

test("every file that is served has its hash; a page has the names of its assets", () => {
  const { files } = siteVersion(dist);
  expect(files.map(({ path }) => path)).toEqual(["assets/index-Ab_1.js", "index.html"]);
  expect(files[0]).toEqual({ path: "assets/index-Ab_1.js", sha256: "a4ayc/80/OGda4BO/1o/V0etpOqiLx1JwB5S3beHW0s=" });
  expect(files[1].names).toEqual(["assets/index-Ab_1.js", "assets/index-Cd-2.css"]);
  expect(assetsIn("nothing")).toEqual([]);
});

test("a version is another when a file is, and only then", () => {
  const { version } = siteVersion(dist);
  writeFileSync(join(dist, "sw.js"), "another worker, the same site");
  expect(siteVersion(dist).version).toBe(version);
  writeFileSync(join(dist, "assets", "index-Ab_1.js"), "4");
  expect(siteVersion(dist).version).not.toBe(version);
});
