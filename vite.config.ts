import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { defineConfig } from "vite";

const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };

/** The page: `src/web` into `dist/web`, which the server serves. */
export default defineConfig({
  root: "src/web",
  resolve: { alias: { "@samples": resolve("samples") } },
  define: { SEEDPROOF_VERSION: JSON.stringify(version) },
  build: {
    outDir: "../../dist/web",
    emptyOutDir: true,
    target: "es2022",
    modulePreload: { polyfill: false },
    // Fonts stay files of their own: the content-security policy takes none from data addresses.
    assetsInlineLimit: 0,
  },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  worker: { format: "es" },
});
