import sharp from "sharp";
import { expect, test } from "vitest";
import { readLines } from "../../src/compare/pair/read-text.ts";
import { readMark } from "../../src/node/find-mark.ts";
import { textReader } from "../../src/node/ocr.ts";
import { decodeViewed } from "../../src/node/pixels.ts";

/** A picture with a line of letters drawn in strokes, so that no font of the machine is needed. */
async function lettered(): Promise<Uint8Array> {
  // H, E, L, T, I as strokes of 8 pixels.
  const strokes = [
    "M0 0V44M26 0V44M0 22H26",
    "M46 0V44H70M46 22H66M46 0H70",
    "M90 0V44H114",
    "M130 0H160M145 0V44",
    "M180 0V44",
  ];
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="480" height="320"><rect width="480" height="320" fill="#456"/><g transform="translate(240 250)" stroke="#fff" stroke-width="8" fill="none">${strokes.map((d) => `<path d="${d}"/>`).join("")}</g></svg>`;
  return sharp(Buffer.from(svg)).png().toBuffer();
}

test("letters in a picture are read, with the box in which they stand", async () => {
  const [line] = await readLines(await decodeViewed(await lettered()), await textReader());
  expect(line?.text).toMatch(/^HELT[I1l|]$/);
  const [x, y, width, height] = line!.box;
  expect(Math.abs(x + width / 2 - 330)).toBeLessThan(15);
  expect(Math.abs(y + height / 2 - 272)).toBeLessThan(12);
}, 120_000);

test("a picture without letters has no mark to be read, and it is said", async () => {
  const plain = await sharp({ create: { width: 320, height: 240, channels: 3, background: "#789" } })
    .png()
    .toBuffer();
  await expect(readMark(plain, plain)).rejects.toMatchObject({ code: "compare.mark-none" });
}, 120_000);
