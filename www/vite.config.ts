/**
 * One build, four entries:
 *
 * - `index.html`: the page;
 * - `src/api.ts` as `dist/crossgrain.js`: the public module, under a fixed name because other pages import it;
 * - `src/offline/service-worker.ts` as `dist/sw.js`, with the list of all files of the site (`build/precache.mjs`);
 * - workers and the two wasm files, which Vite finds through their `new URL(…)` and `?worker&url` imports.
 *
 * Everything is addressed relative to the file that asks (`base: "./"`), so the site works in any folder of any
 * static host, and nothing is inlined as a `data:` address, which the page's content security policy refuses.
 */
import { cpSync, createReadStream, existsSync, readdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";
import { writePrecache } from "./build/precache.mjs";
import { readRegistry } from "./build/registry.mjs";
import { DEMONSTRATIONS } from "./src/store/demonstrations.ts";

const here = dirname(fileURLToPath(import.meta.url));
const models = resolve(here, "../models");
/** What the page may ask for under `./models/`: the demonstration models, and every card. */
const modelFiles = [
  ...DEMONSTRATIONS.flatMap(({ id, files }) => files.map((file) => `${id}/${file}`)),
  ...readdirSync(models, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [`${entry.name}/CARD.md`] : [])),
];
const REGISTRY = "virtual:registry";

/** The published checkpoints, read from their `model.toml` when the page is built. */
function siteRegistry(): Plugin {
  return {
    name: "crossgrain-registry",
    resolveId: (id) => (id === REGISTRY ? `\0${REGISTRY}` : null),
    load: (id) => (id === `\0${REGISTRY}` ? `export default ${JSON.stringify(readRegistry(models))}` : null),
  };
}

/** Serves the demonstration models and the cards during development and copies them, with the module's examples, into the build. */
function siteFiles(): Plugin {
  let out = join(here, "dist");
  return {
    name: "crossgrain-site-files",
    configResolved(config) {
      out = resolve(config.root, config.build.outDir);
    },
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        const path = (request.url ?? "").split("?")[0] ?? "";
        // The public module has its built address during development too.
        if (path === "/crossgrain.js") request.url = "/src/api.ts";
        const file = modelFiles.find((name) => path === `/models/${name}`);
        if (file === undefined || !existsSync(join(models, file))) return next();
        response.setHeader("Content-Type", "application/octet-stream");
        createReadStream(join(models, file)).pipe(response);
      });
    },
    writeBundle() {
      for (const file of modelFiles) cpSync(join(models, file), join(out, "models", file));
      cpSync(join(here, "examples"), join(out, "examples"), { recursive: true });
    },
    closeBundle() {
      if (existsSync(join(out, "sw.js"))) writePrecache(out);
    },
  };
}

export default defineConfig({
  root: here,
  base: "./",
  plugins: [siteFiles(), siteRegistry()],
  worker: { format: "es" },
  build: {
    outDir: "dist",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: { index: join(here, "index.html"), crossgrain: join(here, "src/api.ts"), sw: join(here, "src/offline/service-worker.ts") },
      preserveEntrySignatures: "strict",
      output: {
        // What page and module share; package.json names it for the npm package.
        chunkFileNames: "assets/shared-[hash].js",
        entryFileNames: (chunk) => (["crossgrain", "sw"].includes(chunk.name) ? "[name].js" : "assets/[name]-[hash].js"),
      },
    },
  },
});
