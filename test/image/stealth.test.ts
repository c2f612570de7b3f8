import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { pixelHash } from "../../src/image/pixel-hash.ts";
import { type Raster, toRgb, toRgba } from "../../src/image/raster.ts";
import { readStealth } from "../../src/image/stealth.ts";

/** A writer as sd_webui_stealth_pnginfo has it: a string of bits, laid over the pixels column by column. */
function hide(magic: string, payload: Uint8Array, width: number, height: number, seed = 1): Raster {
  const bitsOf = (bytes: Uint8Array) => [...bytes].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  const length = (payload.length * 8).toString(2).padStart(32, "0");
  const bits = bitsOf(Buffer.from(magic)) + length + bitsOf(payload);
  const data = Uint8Array.from({ length: width * height * 4 }, (_, i) => ((i * 31 * seed) % 251) & 0xfe);
  let at = 0;
  const samples = magic.startsWith("stealth_png") ? [3] : [0, 1, 2];
  for (let x = 0; x < width; x++) {
    for (let y = 0; y < height; y++) {
      for (const sample of samples) if (bits[at++] === "1") data[(y * width + x) * 4 + sample]! |= 1;
    }
  }
  return { width, height, channels: 4, data };
}

const text = "a café, 猫\nSteps: 20, Seed: 42";

describe("hidden data is read", () => {
  test.each([
    ["stealth_pnginfo", "pixels:alpha-lsb", false],
    ["stealth_pngcomp", "pixels:alpha-lsb", true],
    ["stealth_rgbinfo", "pixels:rgb-lsb", false],
    ["stealth_rgbcomp", "pixels:rgb-lsb", true],
  ])("%s from %s", (magic, where, compressed) => {
    const payload = compressed ? gzipSync(text) : Buffer.from(text);
    const { blocks, findings } = readStealth(hide(magic, payload, 37, 41));
    const encoding = compressed ? "gzip+utf8" : "utf8";
    expect(blocks).toEqual([{ where, key: magic, offset: null, length: payload.length, encoding, text }]);
    expect(findings).toEqual([]);
  });

  test("of any text, in images of any shape that hold it", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.integer({ min: 1, max: 400 }), (said, height) => {
        const payload = Buffer.from(said.replaceAll("\0", ""));
        const width = Math.ceil((8 * (payload.length + 19)) / height);
        return readStealth(hide("stealth_pnginfo", payload, width, height)).blocks[0]?.text === payload.toString();
      }),
      { numRuns: 50 },
    );
  });
});

test("a length that the pixels cannot hold, and a damaged payload, are told and give no text", () => {
  const long = hide("stealth_pnginfo", Buffer.from(text), 37, 41);
  for (let bit = 120; bit < 152; bit++) long.data[((bit % 41) * 37 + Math.floor(bit / 41)) * 4 + 3]! |= 1;
  const damaged = hide("stealth_pngcomp", gzipSync(text).fill(0x55, 12, 20), 37, 41);
  for (const raster of [long, damaged]) {
    const { blocks, findings } = readStealth(raster);
    expect(blocks).toEqual([]);
    expect(findings.map(({ code, level }) => [code, level])).toEqual([["image.stealth-malformed", "fails"]]);
  }
});

test("a gzip bomb in the pixels is not inflated", () => {
  const bomb = gzipSync(Buffer.alloc(64 << 20));
  const { blocks, findings } = readStealth(hide("stealth_rgbcomp", bomb, 600, 400));
  expect([blocks.length, findings.length]).toEqual([0, 1]);
});

test("ordinary pixels hold nothing", () => {
  const pixels = fc.uint8Array({ minLength: 400, maxLength: 400 });
  fc.assert(
    fc.property(pixels, fc.constantFrom(1 as const, 2 as const, 3 as const, 4 as const), (data, channels) => {
      const raster: Raster = { width: 10, height: 10, channels, data: data.subarray(0, 100 * channels) };
      expect(readStealth(raster)).toEqual({ blocks: [], findings: [] });
    }),
  );
});

test("the pixel hash is over the line that its page names and the samples", () => {
  // printf 'seedproof-pixels/1 2x1 RGBA8\n\x01\x02\x03\xff\x04\x05\x06\xff' | sha256sum
  const rgb: Raster = { width: 2, height: 1, channels: 3, data: Uint8Array.of(1, 2, 3, 4, 5, 6) };
  expect(pixelHash(rgb)).toBe("823ec0ff589d5b6bf33b0508f3b9a34e11d1adde89ceae388ace99f327ab6dd5");
  expect(pixelHash({ ...rgb, channels: 4, data: toRgba(rgb) })).toBe(pixelHash(rgb));
  expect(pixelHash({ ...rgb, width: 1, height: 2 })).not.toBe(pixelHash(rgb));
});

test("grey samples become equal red, green and blue, and their alpha stays", () => {
  const grey: Raster = { width: 2, height: 1, channels: 2, data: Uint8Array.of(7, 8, 9, 10) };
  expect([...toRgb(grey)]).toEqual([7, 7, 7, 9, 9, 9]);
  expect([...toRgba(grey)]).toEqual([7, 7, 7, 8, 9, 9, 9, 10]);
});
