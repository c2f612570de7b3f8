import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import fc from "fast-check";
import sharp from "sharp";
import { expect, test } from "vitest";
import { type Dihedral, type Luma, pdq, pdqDihedral, pdqDistance } from "../../src/compare/pdq.ts";

const VECTORS = resolve(import.meta.dirname, "vectors/pdq");
const published = [
  ...readFileSync(join(VECTORS, "README.md"), "utf8").matchAll(/^\| (bridge\S+) \| ([0-9a-f]{64}) \|$/gm),
].map(([, file, hash]) => ({ file: file!, hash: hash! }));

async function lumaOf(file: string): Promise<Luma> {
  const { data, info } = await sharp(join(VECTORS, file))
    .removeAlpha()
    .toColourspace("srgb")
    .raw()
    .toBuffer({ resolveWithObject: true });
  const luma = Float32Array.from(
    { length: info.width * info.height },
    (_, i) => 0.299 * data[3 * i]! + 0.587 * data[3 * i + 1]! + 0.114 * data[3 * i + 2]!,
  );
  return { width: info.width, height: info.height, data: luma };
}

test.each(published)(
  "$file is within 10 bits of the hash that PDQ's publisher prints, at quality 100",
  async ({ file, hash }) => {
    const own = pdq(await lumaOf(file));
    expect(pdqDistance(own.hash, hash)).toBeLessThanOrEqual(10);
    expect(own.quality).toBe(100);
  },
);

test("the eight positions from one transform are the hashes of the eight published files", async () => {
  const { hashes } = pdqDihedral(await lumaOf("bridge-1-original.jpg"));
  const forms: Dihedral[] = [
    "identity",
    "rotate90",
    "rotate180",
    "rotate270",
    "flipped",
    "mirrored",
    "transposed",
    "transversed",
  ];
  expect(published).toHaveLength(8);
  const distances = published.map(({ hash }) => Math.min(...forms.map((form) => pdqDistance(hashes[form], hash))));
  expect(Math.max(...distances)).toBeLessThanOrEqual(10);
  const nearest = published.map(({ hash }) => forms.find((form) => pdqDistance(hashes[form], hash) <= 10));
  expect(nearest).toEqual(forms);
});

test("a moved picture has the hash that was computed without moving it", () => {
  const [width, height] = [70, 90];
  const data = Float32Array.from({ length: width * height }, (_, i) => ((i * 2654435761) >>> 0) % 256);
  const { hashes } = pdqDihedral({ width, height, data });
  const mirrored = data.map((_, i) => data[i - (i % width) + (width - 1 - (i % width))]!);
  expect(pdqDistance(pdq({ width, height, data: mirrored }).hash, hashes.mirrored)).toBeLessThanOrEqual(24);
  const transposed = data.map((_, i) => data[(i % height) * width + Math.floor(i / height)]!);
  expect(
    pdqDistance(pdq({ width: height, height: width, data: transposed }).hash, hashes.transposed),
  ).toBeLessThanOrEqual(24);
});

test("a flat image has no quality, and any size from one pixel up gives a hash", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 80 }), fc.integer({ min: 1, max: 80 }), (width, height) => {
      const { hash, quality } = pdq({ width, height, data: new Float32Array(width * height).fill(128) });
      return quality === 0 && /^[0-9a-f]{64}$/.test(hash);
    }),
    { numRuns: 20 },
  );
});

test("distance counts differing bits", () => {
  const hashes = fc.uint8Array({ minLength: 32, maxLength: 32 });
  fc.assert(
    fc.property(hashes, hashes, (a, b) => {
      const bits = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(2).padStart(8, "0")).join("");
      const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
      expect(pdqDistance(hex(a), hex(b))).toBe([...bits(a)].filter((bit, i) => bit !== bits(b)[i]).length);
    }),
  );
});
