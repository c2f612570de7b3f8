import { readdirSync, readFileSync } from "node:fs";
import { deflateSync } from "node:zlib";
import sharp from "sharp";
import { expect, test } from "vitest";
import { crc32 } from "../../src/image/crc32.ts";
import { decodePng } from "../../src/image/decode-png.ts";
import { decodeStored } from "../../src/node/pixels.ts";

const samples = readdirSync("samples").filter((file) => file.endsWith(".png"));

test("real PNG files decode to the samples that libvips gives", async () => {
  // Eight files of different writers; decoding all of them takes half a minute.
  const some = samples.filter((file) =>
    /cropped|stealth|derived|a1111\.png|novelai-curated|firefly|invokeai|thumbnail/.test(file),
  );
  expect(some.length).toBeGreaterThan(8);
  for (const file of some) {
    const bytes = new Uint8Array(readFileSync(`samples/${file}`));
    const [own, other] = [decodePng(bytes), await decodeStored(bytes)];
    expect([file, own.width, own.height, own.channels]).toEqual([file, other.width, other.height, other.channels]);
    expect(Buffer.from(own.data).equals(Buffer.from(other.data)), file).toBe(true);
  }
});

test.each([
  ["grey", { colours: 0, palette: false }],
  ["palette", { colours: 16, palette: true }],
  ["two colours", { colours: 2, palette: true }],
])("a PNG of %s decodes to what libvips gives", async (_, { colours, palette }) => {
  const data = Uint8Array.from({ length: 37 * 23 * 3 }, (_, i) => (i * i * 31) % 256);
  const image = sharp(data, { raw: { width: 37, height: 23, channels: 3 } });
  const bytes = new Uint8Array(await (palette ? image.png({ palette, colours }) : image.greyscale().png()).toBuffer());
  const [own, other] = [decodePng(bytes), await decodeStored(bytes)];
  // libvips widens a palette of greys to three channels or not; the colours are what counts.
  const wide = (channels: number, samples: Uint8Array): number[] =>
    Array.from(
      { length: 37 * 23 },
      (_, i) => samples[i * channels]! * 65536 + samples[i * channels + Math.min(1, channels - 1)]!,
    );
  expect(wide(own.channels, own.data)).toEqual(wide(other.channels, other.data));
});

/** A PNG of these parts, with right checksums. */
function png(header: readonly number[], data: Uint8Array): Uint8Array {
  const chunk = (type: string, body: Uint8Array): Buffer => {
    const named = Buffer.concat([Buffer.from(type, "latin1"), body]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(body.length);
    sum.writeUInt32BE(crc32(new Uint8Array(named)) >>> 0);
    return Buffer.concat([length, named, sum]);
  };
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return new Uint8Array(
    Buffer.concat([
      signature,
      chunk("IHDR", Uint8Array.from(header)),
      chunk("IDAT", data),
      chunk("IEND", new Uint8Array()),
    ]),
  );
}

const size = (width: number, height: number): number[] => [
  0,
  0,
  width >> 8,
  width & 255,
  0,
  0,
  height >> 8,
  height & 255,
];

test("damaged and forged files are refused by name, in little time", () => {
  const good = deflateSync(Buffer.alloc((4 * 3 + 1) * 4));
  expect(decodePng(png([...size(4, 4), 8, 2, 0, 0, 0], good)).data).toHaveLength(48);
  const bad: readonly (readonly [string, Uint8Array])[] = [
    ["image.pixels-malformed", png([...size(4, 5), 8, 2, 0, 0, 0], good)],
    ["image.pixels-malformed", png([...size(4, 4), 8, 2, 0, 0, 1], good)],
    ["image.pixels-malformed", png([...size(4, 4), 7, 2, 0, 0, 0], good)],
    ["image.pixels-malformed", png([...size(4, 4), 8, 5, 0, 0, 0], good)],
    ["image.pixels-malformed", png([...size(0, 4), 8, 2, 0, 0, 0], good)],
    ["image.pixels-malformed", png([...size(4, 4), 8, 3, 0, 0, 0], deflateSync(Buffer.alloc(20)))],
    ["image.pixels-malformed", png([...size(4, 4), 8, 2, 0, 0, 0], deflateSync(Buffer.alloc(52, 9)))],
    ["image.pixels-malformed", png([...size(4, 4), 8, 2, 0, 0, 0], good.subarray(0, 5))],
    ["image.pixels-malformed", Uint8Array.from([1, 2, 3])],
    ["image.too-many-pixels", png([0, 1, 0, 0, 0, 1, 0, 0, 8, 2, 0, 0, 0], good)],
  ];
  for (const [code, file] of bad) expect(() => decodePng(file)).toThrow(expect.objectContaining({ code }));
});
