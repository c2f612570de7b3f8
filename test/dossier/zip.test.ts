import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { strToU8, unzipSync, zipSync } from "fflate";
import { describe, expect, test } from "vitest";
import { readZip, writeZip } from "../../src/dossier/zip.ts";

const FILES = new Map([
  ["bagit.txt", strToU8("one")],
  ["data/aaaaaaaa", strToU8("two")],
  ["data/bbbbbbbb", strToU8("three")],
]);
const zip = writeZip(FILES);
const latin = (bytes: Uint8Array) => Buffer.from(bytes).toString("latin1");
/** The archive with a text replaced everywhere by one of the same length. */
const renamed = (from: string, to: string) => new Uint8Array(Buffer.from(latin(zip).replaceAll(from, to), "latin1"));
const code = (archive: Uint8Array): string => {
  try {
    readZip(archive);
    return "read";
  } catch (error) {
    return (error as { code?: string }).code ?? `thrown: ${String(error)}`;
  }
};
/** Place of the n-th central header. */
const central = (n: number): number => {
  const text = latin(zip);
  let at = -1;
  for (let i = 0; i <= n; i++) at = text.indexOf("PK\x01\x02", at + 1);
  return at;
};
const patched = (at: number, ...bytes: number[]): Uint8Array => {
  const copy = Uint8Array.from(zip);
  copy.set(bytes, at);
  return copy;
};

/** The n-th file says another size than it has, in its own header and in the directory. */
const lying = (n: number, by: number): Uint8Array => {
  const copy = Uint8Array.from(zip);
  const view = new DataView(copy.buffer);
  const local = view.getUint32(central(n) + 42, true);
  for (const at of [central(n) + 20, central(n) + 24, local + 18, local + 22])
    view.setUint32(at, (view.getUint32(at, true) + by) >>> 0, true);
  return copy;
};

describe("an archive that we write", () => {
  test("is read back, is canonical, and two other programs read the same", () => {
    expect(readZip(zip)).toEqual({ files: FILES, canonical: true });
    expect(unzipSync(zip)).toEqual(Object.fromEntries(FILES));
    const folder = mkdtempSync(join(tmpdir(), "seedproof-zip-"));
    writeFileSync(join(folder, "a.zip"), zip);
    const script = "import sys,zipfile; z=zipfile.ZipFile(sys.argv[1]); print(z.testzip(), sorted(z.namelist()))";
    expect(
      execFileSync("python3", ["-c", script, join(folder, "a.zip")])
        .toString()
        .trim(),
    ).toBe("None ['bagit.txt', 'data/aaaaaaaa', 'data/bbbbbbbb']");
    rmSync(folder, { recursive: true });
  });

  test("of any files gives them back", () => {
    const path = fc.stringMatching(/^[a-z]{1,8}(\/[a-z]{1,8}){0,2}$/);
    fc.assert(
      fc.property(fc.dictionary(path, fc.uint8Array({ maxLength: 200 })), (record) => {
        const files = new Map(Object.entries(record).filter(([name]) => !/(^|\/)(con|prn|aux|nul)(\/|$)/.test(name)));
        files.set("bagit.txt", strToU8("x"));
        expect(readZip(writeZip(files)).canonical).toBe(true);
        expect(new Map(readZip(writeZip(files)).files)).toEqual(
          new Map([...files].toSorted(([a], [b]) => (a < b ? -1 : 1))),
        );
      }),
    );
  });

  test("packed by another program is read, and told from ours", () => {
    const packed = zipSync(Object.fromEntries(FILES), { level: 9 });
    expect(readZip(packed)).toEqual({ files: FILES, canonical: false });
  });
});

describe("an archive that no honest bundle is", () => {
  test.each([
    ["a way up", renamed("data/aaaaaaaa", "../../aaaaaaa"), "dossier.zip-path"],
    ["a root", renamed("data/aaaaaaaa", "/etc/aaaaaaaa"), "dossier.zip-path"],
    ["a backslash", renamed("data/aaaaaaaa", "data\\aaaaaaaa"), "dossier.zip-path"],
    ["a drive", renamed("data/aaaaaaaa", "C:ta/aaaaaaaa"), "dossier.zip-path"],
    ["a NUL", renamed("data/aaaaaaaa", "data/aaaa\0aaa"), "dossier.zip-path"],
    ["the same name twice", renamed("data/aaaaaaaa", "data/bbbbbbbb"), "dossier.zip-twice"],
    ["the same name twice but for its case", renamed("data/aaaaaaaa", "data/BBBBBBBB"), "dossier.zip-twice"],
    ["a link", patched(central(1) + 38, 0, 0, 0xff, 0xa1), "dossier.zip-link"],
    ["a device", patched(central(1) + 38, 0, 0, 0xff, 0x21), "dossier.zip-link"],
    ["encryption", patched(central(1) + 8, 1, 8), "dossier.zip-form"],
    ["an unknown compression", patched(central(1) + 10, 14), "dossier.zip-form"],
    ["another name in the local header", patched(latin(zip).indexOf("data/bbbbbbbb"), 0x44), "dossier.zip-form"],
    ["two entries over the same bytes", patched(central(2) + 42, 0, 0, 0, 0), "dossier.zip-"],
    ["a comment behind its end", Uint8Array.from([...zip, 1]), "dossier.zip-form"],
    ["a cut", zip.subarray(0, zip.length - 5), "dossier.zip-form"],
    ["a damaged file", patched(latin(zip).indexOf("three"), 0x54), "dossier.zip-damaged"],
    ["a size that is too small, in both places", lying(1, -1), "dossier.zip-"],
    ["a size that is too large, in both places", lying(1, 1), "dossier.zip-"],
    ["a size of four gigabytes", lying(1, 0xffff_fff0 - 3), "dossier.zip-"],
    ["sizes that differ between the two places", patched(central(1) + 24, 4), "dossier.zip-"],
    ["a directory that counts more files than there are", patched(zip.length - 22 + 10, 9, 0), "dossier.zip-form"],
    ["nothing", new Uint8Array(0), "dossier.zip-form"],
  ])("%s", (_, archive, expected) => {
    expect(code(archive)).toMatch(new RegExp(`^${expected}`));
  });

  test("a bomb stops as soon as it gives more than it says", () => {
    const bomb = zipSync({ "bagit.txt": new Uint8Array(50_000_000) }, { level: 9 });
    const at = latin(bomb).indexOf("PK\x01\x02");
    bomb.set([100, 0, 0, 0], at + 24);
    const before = process.memoryUsage().arrayBuffers;
    expect(code(bomb)).toBe("dossier.zip-bomb");
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20_000_000);
  });

  test("any changed byte is refused, told as repacked, or changes a file", () => {
    for (let at = 0; at < zip.length; at++) {
      const changed = patched(at, zip[at]! ^ 0x10);
      const how = code(changed);
      if (how !== "read") expect(how, `byte ${at}`).toMatch(/^dossier\.zip-/);
      else expect(readZip(changed).canonical, `byte ${at}`).toBe(false);
    }
  });
});
