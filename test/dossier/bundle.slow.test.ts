import { beforeAll, describe, expect, test } from "vitest";
import type { BundleFiles } from "../../src/dossier/bundle-input.ts";
import { readZip, writeZip } from "../../src/dossier/zip.ts";
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

describe("the sweep over a whole bundle", () => {
  test("each changed byte of each file is found, and the file or its manifest is named", async () => {
    for (const [path, bytes] of files) {
      for (const at of places(bytes.length)) {
        const changed = Uint8Array.from(bytes);
        changed[at]! ^= 1 << (at % 8);
        const found = fails(await verify(new Map([...files, [path, changed]])));
        expect(found, `${path} at ${at}`).not.toEqual([]);
        const named = found.some((one) => one.includes(path) || /manifest/.test(path));
        expect(named, `${path} at ${at}: ${found.join()}`).toBe(true);
      }
    }
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
