import fc from "fast-check";
import { expect, test } from "vitest";
import { sha256Hex } from "../../src/base/hash.ts";
import { encodePng } from "../../src/image/encode-png.ts";
import { decodeStored } from "../../src/node/pixels.ts";

const raster = fc
  .tuple(
    fc.integer({ min: 1, max: 20 }),
    fc.integer({ min: 1, max: 20 }),
    fc.constantFrom(1 as const, 2 as const, 3 as const, 4 as const),
  )
  .chain(([width, height, channels]) =>
    fc
      .uint8Array({ minLength: width * height * channels, maxLength: width * height * channels })
      .map((data) => ({ width, height, channels, data })),
  );

test("libvips reads back every pixel that was written", async () => {
  await fc.assert(
    fc.asyncProperty(raster, async (image) => {
      const { width, height, channels, data } = await decodeStored(encodePng(image));
      expect({ width, height }).toEqual({ width: image.width, height: image.height });
      // libvips may give grey as colour.
      const same =
        channels === image.channels
          ? data
          : data.filter((_, i) => i % channels === 0 || (image.channels === 2 && i % channels === 3));
      expect(Buffer.from(same)).toEqual(Buffer.from(image.data));
    }),
    { numRuns: 60 },
  );
});

test("the bytes of a file are fixed", () => {
  const data = Uint8Array.from({ length: 48 * 48 * 3 }, (_, i) => (i * i) >> 5);
  expect(sha256Hex(encodePng({ width: 48, height: 48, channels: 3, data })).slice(0, 16)).toBe("b440d1752d208cc6");
});
