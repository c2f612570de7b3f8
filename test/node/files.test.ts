import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { bytesSource } from "../../src/image/source.ts";
import { walk } from "../../src/image/walk.ts";
import { openFile, walkFile } from "../../src/node/files.ts";

const SAMPLES = resolve(import.meta.dirname, "../../samples");
const images = readdirSync(SAMPLES)
  .filter((name) => /\.(png|jpe?g|webp|avif)$/.test(name))
  .map((name) => join(SAMPLES, name));

test("reading by position gives the bytes of the file, in whatever order the places come", () => {
  const path = images.find((image) => image.endsWith("civitai.jpeg"))!;
  const bytes = readFileSync(path);
  const place = fc.tuple(fc.nat(bytes.length + 10), fc.oneof(fc.nat(64), fc.nat(9000)));
  const near = fc.array(fc.nat(200), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(fc.array(fc.tuple(place, near), { maxLength: 20 }), (jumps) => {
      const file = openFile(path);
      for (const [[start, length], steps] of jumps) {
        let at = start;
        for (const step of steps) {
          expect(Buffer.compare(file.read(at, length), bytes.subarray(at, at + length))).toBe(0);
          at += step;
        }
      }
      file.close();
    }),
    { numRuns: 50 },
  );
});

test("a file on disk gives the same as its bytes in memory", () => {
  for (const path of images) expect(walkFile(path)).toEqual(walk(bytesSource(readFileSync(path))));
});

test("walking all samples takes less than a tenth of their bytes", () => {
  let taken = 0;
  for (const path of images) {
    const file = openFile(path);
    walk(file);
    taken += file.bytesRead;
    file.close();
  }
  const total = images.reduce((sum, path) => sum + statSync(path).size, 0);
  expect(taken / total).toBeLessThan(0.1);
});

test("a missing file and a folder each have their error", () => {
  expect(() => openFile(join(SAMPLES, "none.png"))).toThrow(expect.objectContaining({ code: "file.not-found" }));
  expect(() => openFile(SAMPLES)).toThrow(expect.objectContaining({ code: "file.is-folder" }));
});
