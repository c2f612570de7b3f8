import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";

const BUILT = "dist/web";

/** What of a file's text is fetched with it: not what is imported when it is first needed. */
const FETCHED: Readonly<Record<string, RegExp>> = {
  ".html": /(?:src|href)="([^"]+\.(?:js|css|svg|webmanifest))"/g,
  ".js": /(?:^|[;}\s])(?:import|export)[^"'();]*?["'](\.[^"']+\.js)["']/g,
  ".css": /url\(["']?([^"')]+)["']?\)/g,
};

/** The files that the first view needs, by following the document through scripts, styles and fonts. */
function firstView(): Map<string, number> {
  const sizes = new Map<string, number>();
  const take = (file: string): void => {
    if (sizes.has(file)) return;
    const bytes = readFileSync(join(BUILT, file));
    const isPacked = /\.(?:woff2|webp|png|jpe?g)$/.test(file);
    sizes.set(file, isPacked ? bytes.length : gzipSync(bytes).length);
    const pattern = FETCHED[/\.\w+$/.exec(file)?.[0] ?? ""];
    if (!pattern) return;
    for (const [, found = ""] of bytes.toString("utf8").matchAll(pattern)) {
      if (/^(?:data|https?):/.test(found)) continue;
      take(found.startsWith("/") ? found.slice(1) : join(dirname(file), found));
    }
  };
  take("index.html");
  return sizes;
}

test("all that the first view fetches is below 300 kB as it travels, without the engine and the readers", () => {
  const sizes = firstView();
  const names = [...sizes.keys()];
  // It looked at something: the document, a script, a style, and the fonts.
  for (const ending of [".html", ".js", ".css", ".woff2"])
    expect(names.some((name) => name.endsWith(ending))).toBe(true);
  expect(names.filter((name) => /wasm|worker|ort|onnx|\.png$|\.jpe?g$/.test(name))).toEqual([]);
  expect([...sizes.values()].reduce((sum, size) => sum + size, 0)).toBeLessThan(300_000);
});

test("Read and Verify as one file hold all that they need, and name nothing to fetch", () => {
  for (const name of ["read.html", "verify.html"]) {
    const html = readFileSync(join("dist", name), "utf8");
    const policy = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(html)?.[1] ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/connect-src|https?:|\*/);
    const head = html.slice(0, html.indexOf("<style>")) + html.slice(html.lastIndexOf("</script>"));
    expect([name, /<(?:script|link|img|iframe)[^>]*(?:src|href)=/.test(head)]).toEqual([name, false]);
    expect([name, /@import|url\(["']?(?!data:|#)/.test(/<style>([\s\S]*?)<\/style>/.exec(html)![1]!)]).toEqual([
      name,
      false,
    ]);
    expect(gzipSync(html).length).toBeLessThan(600_000);
  }
});
