import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import sharp from "sharp";
import { expect, test } from "vitest";
import { sha256Hex } from "../../src/base/hash.ts";
import { pixelHash } from "../../src/image/pixel-hash.ts";
import { readStealth } from "../../src/image/stealth.ts";
import { walkFile } from "../../src/node/files.ts";
import { decodeDisplayed, decodeStored } from "../../src/node/pixels.ts";

const SAMPLES = resolve(import.meta.dirname, "../../samples");
const { files } = JSON.parse(readFileSync(join(SAMPLES, "expected.json"), "utf8")) as {
  files: { file: string; blocks: { where: string; [field: string]: unknown }[] }[];
};
const withHidden = files.filter(({ blocks }) => blocks.some(({ where }) => where.startsWith("pixels:")));

test.each(withHidden)("the hidden data of $file is that found by an independent script", async ({ file, blocks }) => {
  const stealth = readStealth(await decodeStored(join(SAMPLES, file)));
  const hidden = stealth.blocks.map(({ text, ...block }) => ({ ...block, textSha256: sha256Hex(text!) }));
  expect(hidden).toEqual(blocks.filter(({ where }) => where.startsWith("pixels:")));
});

test("other samples hide nothing but what a second tool's copy says too", async () => {
  const others = files.filter((file) => !withHidden.includes(file) && file.file.endsWith(".png"));
  for (const { file } of others.slice(0, 8)) {
    const { blocks, findings } = readStealth(await decodeStored(join(SAMPLES, file)));
    expect([file, blocks, findings]).toEqual([file, [], []]);
  }
});

test("stored samples come without the profile applied, without orientation, with alpha not multiplied in", async () => {
  const data = Buffer.from([200, 10, 30, 128, 1, 2, 3, 0]);
  const image = sharp(data, { raw: { width: 2, height: 1, channels: 4 } });
  const png = await image.withIccProfile("p3").withMetadata({ orientation: 6 }).png().toBuffer();
  const stored = await decodeStored(png);
  const plain = await sharp(png, { ignoreIcc: true }).raw().toBuffer();
  expect([stored.width, stored.height, stored.channels]).toEqual([2, 1, 4]);
  expect([...stored.data]).toEqual([...plain]);
  const displayed = await decodeDisplayed(png);
  expect([displayed.width, displayed.height]).toEqual([1, 2]);
});

test("the pixel hash is the same for all lossless forms of one picture", async () => {
  const image = sharp(join(SAMPLES, "imh__fixtures_cli_a1111.png"));
  const forms = [
    image.clone().png(),
    image.clone().webp({ lossless: true }),
    image.clone().tiff({ compression: "lzw" }),
  ];
  const hashes = await Promise.all(forms.map(async (form) => pixelHash(await decodeDisplayed(await form.toBuffer()))));
  expect(new Set(hashes).size).toBe(1);
});

test("a file whose pixels are damaged, or that states too many, has its error", async () => {
  const png = readFileSync(join(SAMPLES, "sdm__png_sd-webui.png"));
  await expect(decodeStored(png.subarray(0, 90_000))).rejects.toMatchObject({ code: "image.pixels-malformed" });
  const huge = Buffer.from(readFileSync(join(SAMPLES, "imh__fixtures_cli_a1111.png")));
  huge.writeUInt32BE(60_000, 16);
  huge.writeUInt32BE(60_000, 20);
  await expect(decodeStored(huge)).rejects.toMatchObject({ name: "SeedproofError" });
});

test("walking lists hidden data nowhere: pixels are read only when asked", () => {
  const { blocks } = walkFile(join(SAMPLES, withHidden[0]!.file));
  expect(blocks.filter(({ where }) => where.startsWith("pixels:"))).toEqual([]);
});
