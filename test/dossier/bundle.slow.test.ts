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

/** Where the contents of the files lie, `[from, to)`, by the archive's directory. @see APPNOTE.TXT 4.3.7, 4.3.12, 4.3.16 */
function contentsOf(zip: Uint8Array): [number, number][] {
  const view = new DataView(zip.buffer, zip.byteOffset, zip.byteLength);
  const end = zip.length - 22;
  const ranges: [number, number][] = [];
  let at = view.getUint32(end + 16, true);
  for (let i = 0; i < view.getUint16(end + 10, true); i++) {
    const local = view.getUint32(at + 42, true);
    const from = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    ranges.push([from, from + view.getUint32(at + 20, true)]);
    at += 46 + view.getUint16(at + 28, true) + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return ranges;
}

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
    const contents = contentsOf(zip);
    const structure = zip.length - contents.reduce((sum, [from, to]) => sum + to - from, 0);
    // 30 bytes and the name before each file, 46 and the name in the directory, 22 at the end.
    const names = [...files.keys()].reduce((sum, path) => sum + Buffer.byteLength(path), 0);
    expect([contents.length, structure]).toEqual([files.size, files.size * 76 + 2 * names + 22]);
    let changes = 0;
    for (let at = 0; at < zip.length; at++) {
      // Every byte of the archive's own; of the contents, which one checksum covers alike, every eleventh.
      if (at % 11 !== 0 && contents.some(([from, to]) => from <= at && at < to)) continue;
      changes += 1;
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
    expect(changes).toBeGreaterThan(structure);
  });

  test("each truncation of the zip at a byte of its own structure is refused", () => {
    const zip = writeZip(files);
    const contents = contentsOf(zip);
    for (let length = 0; length < zip.length; length++) {
      if (length % 11 !== 0 && contents.some(([from, to]) => from < length && length < to)) continue;
      expect(() => readZip(zip.subarray(0, length)), `cut to ${length}`).toThrow(
        expect.objectContaining({ code: expect.stringMatching(/^dossier\.zip-/) }),
      );
    }
  });
});
