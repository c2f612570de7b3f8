import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";

const ROOT = resolve(import.meta.dirname, "..");
const rows = readFileSync(join(ROOT, "docs/threats.md"), "utf8")
  .split("\n")
  .filter((line) => /^\| (?!Attack|---)/.test(line) && line.split("|").length === 6);

test("every threat names the test that shows what is said of it, or that none can", () => {
  expect(rows.length).toBeGreaterThan(30);
  for (const row of rows) {
    const shown = row.split("|")[4]!.trim();
    const named = [...shown.matchAll(/`(test\/[\w./-]+\.test\.ts)` "([^"]+)"/g)];
    if (named.length === 0) expect(shown, row).toMatch(/^no test/);
    for (const [, file, name] of named) {
      expect(existsSync(join(ROOT, file!)), file).toBe(true);
      const source = readFileSync(join(ROOT, file!), "utf8");
      expect(source.includes(name!), `${file}: ${name}`).toBe(true);
    }
    // A test that is named must be one that exists: no path may stand without its name.
    expect(shown.match(/`test\//g)?.length ?? 0, row).toBe(named.length);
  }
});
