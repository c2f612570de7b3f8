import { beforeAll, describe, expect, test } from "vitest";
import type { BundleFiles } from "../../src/dossier/bundle-input.ts";
import { readZip, writeZip } from "../../src/dossier/zip.ts";
import { nodeSha256 } from "../../src/node/bundle-files.ts";
import { bundle, fails, verify } from "./bundle-helpers.ts";

let files: BundleFiles;
beforeAll(async () => {
  files = await bundle();
});

/** Every byte of small files; of larger ones, whose bytes one hash covers alike, every one at an odd distance. */
const places = (length: number): number[] => {
  const step = length <= 2048 ? 1 : 37;
  return Array.from({ length: Math.ceil(length / step) }, (_, i) => i * step);
};

/**
 * The whole verification, with SHA-256 asked once for each array of bytes: the arrays of a sweep never change, and a changed file is a
 * new one. Nothing else is left out.
 */
const known = new WeakMap<Uint8Array, string>();
const verifyOnce = (changed: BundleFiles) =>
  verify(changed, {
    hash: (bytes) => {
      const hash = known.get(bytes) ?? nodeSha256(bytes);
      known.set(bytes, hash);
      return hash;
    },
  });

describe("the sweep over a whole bundle", () => {
  const flipped = (path: string, at: number): [string, Uint8Array] => {
    const changed = Uint8Array.from(files.get(path)!);
    changed[at]! ^= 1 << (at % 8);
    return [path, changed];
  };

  /** Files whose every byte is changed side by side with those of the others: each of them must be named for its own byte. */
  const isLarge = (path: string): boolean => path.startsWith("data/") && files.get(path)!.length > 2100;
  const total = (paths: readonly string[]): number => paths.reduce((sum, path) => sum + files.get(path)!.length, 0);
  const failing = async (changed: BundleFiles): Promise<readonly string[]> => {
    const { findings } = await verifyOnce(changed);
    return findings.filter(({ level }) => level === "fails").map(({ text, where }) => `${where?.file} ${text.en}`);
  };

  test("each byte of each manifest and small file, changed in one bit, is found, and the file is named", async () => {
    const small = [...files.keys()].filter((path) => !isLarge(path));
    let changes = 0;
    for (const path of small) {
      for (let at = 0; at < files.get(path)!.length; at++, changes++) {
        const found = await failing(new Map([...files, flipped(path, at)]));
        if (!found.some((one) => one.includes(path))) {
          expect.fail(`${path} at ${at}: ${found.join() || "nothing found"}`);
        }
      }
    }
    expect([changes, small.length > 20]).toEqual([total(small), true]);
    process.stderr.write(`${changes} changes in ${small.length} files, each found and named\n`);
  });

  test("each byte of each large file, changed in one bit, is found, and the file is named", async () => {
    const large = [...files.keys()].filter(isLarge);
    let changes = 0;
    for (let at = 0; large.some((path) => at < files.get(path)!.length); at++) {
      const now = large.filter((path) => at < files.get(path)!.length);
      const found = await failing(new Map([...files, ...now.map((path) => flipped(path, at))]));
      for (const path of now) {
        if (!found.some((one) => one.startsWith(`${path} `))) expect.fail(`${path} at ${at}: ${found.join()}`);
      }
      changes += now.length;
    }
    expect([changes, large.length > 3]).toEqual([total(large), true]);
    process.stderr.write(`${changes} changes in ${large.length} files, each found and named\n`);
  });

  test("each truncation of each file", async () => {
    for (const [path, bytes] of files) {
      for (const length of places(bytes.length)) {
        const cut = new Map([...files, [path, bytes.subarray(0, length)]]);
        expect(fails(await verify(cut)), `${path} cut to ${length}`).not.toEqual([]);
      }
    }
  });

  test("each changed byte of the zip is refused, told as repacked, or fails", async () => {
    const zip = writeZip(files);
    for (let at = 0; at < zip.length; at += 11) {
      const changed = Uint8Array.from(zip);
      changed[at]! ^= 1 << (at % 8);
      let read: ReturnType<typeof readZip> | undefined;
      try {
        read = readZip(changed);
      } catch (error) {
        expect((error as { code: string }).code, `byte ${at}`).toMatch(/^dossier\.zip-/);
      }
      if (read) expect(read.canonical && fails(await verify(read.files)).length === 0, `byte ${at}`).toBe(false);
    }
  });
});
