import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { defineConfig, type Plugin, type UserConfig } from "vite";

const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };

/** Only what is in the page itself may run, and nothing may be asked: it works without a network, and shows so. */
const POLICY =
  "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src blob: data:; font-src data:; base-uri 'none'; form-action 'none'";

/** Puts script and styles into the page, so that it is one file. */
const oneFile = (fileName: string, policy: string): Plugin => ({
  name: "one-file",
  enforce: "post",
  generateBundle(_, bundle) {
    const page = Object.values(bundle).find((one) => one.fileName.endsWith(".html"));
    if (page?.type !== "asset") throw new Error("the build gave no page");
    let styles = "";
    let script = "";
    for (const [name, one] of Object.entries(bundle)) {
      if (one === page) continue;
      if (one.type === "chunk") script += one.code;
      else if (name.endsWith(".css")) styles += String(one.source);
      else throw new Error(`${name} would stand beside the page`);
      delete bundle[name];
    }
    const bare = String(page.source).replaceAll(
      /\s*<(?:script|link)[^>]*(?:src|href)="[^"]*"[^>]*>(?:<\/script>)?/g,
      "",
    );
    page.fileName = fileName;
    page.source = bare
      .replace(
        "</title>",
        () =>
          `</title>\n    <meta http-equiv="Content-Security-Policy" content="${policy}" />\n    <style>${styles}</style>`,
      )
      .replace(
        "</body>",
        () => `<script type="module">${script.replaceAll("</script", "<\\/script")}</script>\n  </body>`,
      );
  },
});

/**
 * A page of `src/web` as one file in `dist`, which works from disk.
 *
 * @param more - what its policy allows besides its own script, styles, fonts and pictures; never a connection
 */
export function pageOfOneFile(root: string, fileName: string, more = ""): UserConfig {
  return defineConfig({
    root,
    plugins: [oneFile(fileName, POLICY + more)],
    resolve: { alias: { "@samples": resolve("samples") } },
    define: { SEEDPROOF_VERSION: JSON.stringify(version) },
    build: {
      outDir: resolve("dist"),
      emptyOutDir: false,
      target: "es2022",
      modulePreload: false,
      assetsInlineLimit: 1 << 20,
      cssCodeSplit: false,
    },
    worker: { format: "iife" },
    oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  }) as UserConfig;
}
