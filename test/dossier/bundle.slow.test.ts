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
  test("each byte of each file, changed in one bit, is found, and the file or its manifest is named", async () => {
    let changes = 0;
    for (const [path, bytes] of files) {
      for (let at = 0; at < bytes.length; at++) {
        const changed = Uint8Array.from(bytes);
        changed[at]! ^= 1 << (at % 8);
        const found = fails(await verifyOnce(new Map([...files, [path, changed]])));
        // A changed line of a manifest can name another file than the one that is there; both are then named.
        const named = found.some((one) => one.includes(path) || /manifest/.test(path));
        if (!named) expect.fail(`${path} at ${at}: ${found.join() || "nothing found"}`);
        changes++;
      }
    }
    const total = [...files.values()].reduce((sum, { length }) => sum + length, 0);
    expect([changes, total > 40_000, files.size > 25]).toEqual([total, true, true]);
    process.stderr.write(`${changes} changes in ${files.size} files, each found and named\n`);
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
