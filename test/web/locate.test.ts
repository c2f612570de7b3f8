import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { ShownBlock } from "../../src/label/file-reading.ts";
import { readImageBytes } from "../../src/node/read-image.ts";
import { bytesOfBlock } from "../../src/web/read/locate.ts";

const decoders = ["utf-8", "latin1", "utf-16be", "utf-16le"].map((name) => new TextDecoder(name));

test("in every sample the bytes of a seed read as that seed, in the file wherever it is stored plainly", async () => {
  let [inFile, inText] = [0, 0];
  for (const file of readdirSync("samples").filter((name) => /\.(png|jpe?g|webp|avif)$/.test(name))) {
    const bytes = new Uint8Array(readFileSync(`samples/${file}`));
    const { recipe, provenance, blocks } = await readImageBytes(file, bytes, { hash: false });
    const from = provenance["/seed"];
    if (!recipe?.seed || !from?.span) continue;
    const shown = bytesOfBlock(blocks[from.block]!, bytes);
    const [start, end] = shown.span(from.span)!;
    const said = decoders.map((decoder) => decoder.decode(shown.bytes.subarray(start, end)));
    expect(
      said.some((text) => text.includes(recipe.seed!)),
      `${file}: ${said[0]}`,
    ).toBe(true);
    expect(start).toBeGreaterThanOrEqual(shown.start);
    expect(end).toBeLessThanOrEqual(shown.end);
    if (shown.from === "file") inFile++;
    else inText++;
  }
  expect(inFile).toBeGreaterThan(30);
  expect(inText).toBeGreaterThan(0);
});

const block = (text: string, encoding: ShownBlock["encoding"], offset = 4): ShownBlock => ({
  where: "x",
  key: "",
  offset,
  length: 0,
  encoding,
  text,
});

test("a range behind letters of several bytes is found by its bytes, in each encoding", () => {
  const text = "テ😀é seed 77";
  const span: readonly [number, number] = [text.indexOf("77"), text.length];
  const lead = Buffer.from("77xx");
  const utf16be = Buffer.from(text, "utf16le").swap16();
  for (const [encoding, stored, width] of [
    ["utf8", Buffer.from(text, "utf8"), 2],
    ["UNICODE-LE", Buffer.from(text, "utf16le"), 4],
    ["UNICODE-BE", utf16be, 4],
    // The header says one byte order, the bytes have the other.
    ["UNICODE-LE", utf16be, 4],
  ] as const) {
    const file = new Uint8Array(Buffer.concat([lead, stored]));
    const shown = bytesOfBlock(block(text, encoding), file);
    expect(shown.from).toBe("file");
    expect(shown.span(span)).toEqual([file.length - width, file.length]);
  }
});

test("a text that the file does not hold plainly is shown as text, and a range outside it has no bytes", () => {
  const shown = bytesOfBlock(block("abc", "utf8"), new Uint8Array(100));
  expect([shown.from, shown.bytes.length]).toEqual(["text", 3]);
  expect(shown.span([1, 2])).toEqual([1, 2]);
  expect(shown.span([2, 9])).toBeUndefined();
});
