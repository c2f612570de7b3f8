import { defineConfig, type Plugin } from "vite";

/** Only what is in the page itself may run, and nothing may be asked: a bundle's page works without a network, and shows so. */
const POLICY =
  "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src blob: data:; font-src data:; base-uri 'none'; form-action 'none'";

/** Puts script and styles into the page, so that it is one file. */
const oneFile: Plugin = {
  name: "one-file",
  enforce: "post",
  generateBundle(_, bundle) {
    const page = Object.values(bundle).find(({ fileName }) => fileName.endsWith(".html"));
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
    page.fileName = "verify.html";
    page.source = bare
      .replace(
        "</title>",
        () =>
          `</title>\n    <meta http-equiv="Content-Security-Policy" content="${POLICY}" />\n    <style>${styles}</style>`,
      )
      .replace(
        "</body>",
        () => `<script type="module">${script.replaceAll("</script", "<\\/script")}</script>\n  </body>`,
      );
  },
};

/** The page that verifies bundles: `src/web/verify` into `dist/verify.html`, which goes into every bundle. */
export default defineConfig({
  root: "src/web/verify",
  plugins: [oneFile],
  build: {
    outDir: "../../../dist",
    emptyOutDir: false,
    target: "es2022",
    modulePreload: false,
    assetsInlineLimit: 1 << 20,
    cssCodeSplit: false,
  },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
});
