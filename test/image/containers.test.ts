import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { concatBytes, utf8 } from "../../src/base/bytes.ts";
import type { SeedproofError } from "../../src/base/errors.ts";
import { pngChunk } from "../../src/image/embed-png.ts";
import { bytesSource } from "../../src/image/source.ts";
import { makeExif } from "../../src/image/tiff-write.ts";
import { walk } from "../../src/image/walk.ts";
import { readXmp, xmpValue } from "../../src/image/xmp.ts";
import { brotli } from "../../src/node/brotli.ts";

const read = (name: string) => readFileSync(resolve(import.meta.dirname, "vectors", name));
const open = (name: string) => walk(bytesSource(read(name)), { brotli });

// The values that vectors/make.sh gave to the stock tools.
const PROMPT = '{"3": {"inputs": {"seed": 18446744073709551615, "text": "a café, 猫"}, "class_type": "KSampler"}}';
const WORKFLOW = '{"nodes": [], "version": 0.4}';
const INFOTEXT = `a café, 猫
Negative prompt: blurry
Steps: 20, Sampler: Euler a, CFG scale: 7, Seed: 42, Size: 32x24`;
const DESCRIPTION = "http://purl.org/dc/elements/1.1/ description";

/** Text of a block; of an XMP packet, the value of its description. */
function said(name: string, where: string, key: string): string | undefined {
  const block = open(name).blocks.find((block) => block.where === where && block.key === key);
  const [namespace, property] = DESCRIPTION.split(" ") as [string, string];
  return /xmp|rdf/i.test(key) ? xmpValue(readXmp(block?.text ?? ""), namespace, property) : block?.text;
}

describe("what stock tools wrote is read from where they put it", () => {
  test.each([
    ["mdta.mp4", "moov/udta/meta", "prompt", PROMPT],
    ["mdta.mp4", "moov/udta/meta", "workflow", WORKFLOW],
    ["itunes.mp4", "moov/udta/meta", "©cmt", INFOTEXT],
    ["itunes.mp4", "uuid", "xmp", INFOTEXT],
    ["quicktime.mov", "moov/udta", "©cmt", INFOTEXT],
    ["tags.webm", "Tags/SimpleTag", "PROMPT", PROMPT],
    ["tags.webm", "Info", "Title", "a title"],
    ["live.mkv", "Tags/SimpleTag", "AIGC", '{"Label":"1"}'],
    ["base.heic", "heif Exif/EXIF:Exif(BE)", "UserComment", INFOTEXT],
    ["base.heic", "heif mime", ",application/rdf+xml,", INFOTEXT],
    ["base.avif", "heif Exif/EXIF:IFD0(BE)", "Artist", "ai"],
    ["base.avif", "heif mime", ",application/rdf+xml,", INFOTEXT],
    ["boxes.jxl", "Exif/EXIF:Exif(BE)", "UserComment", INFOTEXT],
    ["boxes.jxl", "xml", "xmp", INFOTEXT],
    ["brotli.jxl", "brob/Exif/EXIF:Exif(BE)", "UserComment", INFOTEXT],
    ["brotli.jxl", "brob/xml", "xmp", INFOTEXT],
    ["brotli.jxl", "brob/comf", "comf", `{"prompt": ${PROMPT}, "workflow": ${WORKFLOW}}`],
    ["comment.gif", "comment", "comment", INFOTEXT],
    ["frames.gif", "application/XMP", "xmp", INFOTEXT],
    ["little.tif", "EXIF:Exif(LE)", "UserComment", INFOTEXT],
    ["big.tif", "EXIF:Exif(BE)", "UserComment", INFOTEXT],
    ["big.tif", "EXIF:IFD0(BE)", "XMP", INFOTEXT],
    ["tagged.png", "zTXt", "Comment", "compressed ".repeat(40)],
    ["tagged.png", "iTXt", "Title", `猫 ${"international ".repeat(40)}`],
    ["tagged.png", "eXIf/EXIF:Exif(BE)", "UserComment", INFOTEXT],
    ["tagged.jpg", "COM", "comment", INFOTEXT],
    ["tagged.jpg", "APP1/XMP(extended)", "xmp", "x".repeat(70_000)],
  ])("%s: %s %s", (name, where, key, text) => {
    expect(said(name, where, key)?.trimEnd()).toBe(text.trimEnd());
  });
});

test.each([
  ["mdta.mp4", "mp4", true],
  ["quicktime.mov", "mp4", true],
  ["tags.webm", "webm", true],
  ["live.mkv", "webm", true],
  ["base.heic", "heic", false],
  ["base.avif", "avif", false],
  ["bare.jxl", "jxl", false],
  ["boxes.jxl", "jxl", false],
  ["comment.gif", "gif", false],
  ["frames.gif", "gif", true],
  ["little.tif", "tiff", false],
  ["big.tif", "tiff", false],
])("%s is told as %s of 32 by 24 pixels with nothing wrong in it", (name, kind, animated) => {
  const container = open(name);
  expect(container).toMatchObject({ kind, animated, pixels: { width: 32, height: 24 } });
  expect(container.findings.filter(({ level }) => level === "fails")).toEqual([]);
});

test("without a Brotli decoder a compressed block is listed as it stands, and a finding says so", () => {
  const { blocks, findings } = walk(bytesSource(read("brotli.jxl")));
  expect(blocks.map(({ where, encoding }) => [where, encoding])).toContainEqual(["brob/comf", "binary"]);
  expect(findings.map(({ code }) => code)).toContain("image.compressed");
});

test("the file's name plays no part, and what is no image has its own error", () => {
  const codeOf = (bytes: Uint8Array): string => {
    try {
      return walk(bytesSource(bytes)).kind;
    } catch (error) {
      return (error as SeedproofError).code;
    }
  };
  expect(codeOf(new Uint8Array())).toBe("image.empty");
  expect(codeOf(new TextEncoder().encode("masterpiece, best quality"))).toBe("image.unknown-kind");
  expect(codeOf(read("base.png").subarray(0, 20))).toBe("image.truncated");
});

test("EXIF that ImageMagick put into a text chunk as hexadecimal is read like any other", () => {
  // The form of coders/png.c: name and length on lines of their own, then 36 bytes a line. exiftool reads this file too.
  const exif = concatBytes(utf8("Exif\0\0"), makeExif({ userComment: INFOTEXT }));
  const lines = Buffer.from(exif)
    .toString("hex")
    .match(/.{1,72}/g)!;
  const text = `\nexif\n${String(exif.length).padStart(8)}\n${lines.join("\n")}\n`;
  const file = read("base.png");
  const at = file.indexOf("IDAT") - 4;
  const chunk = pngChunk("tEXt", utf8(`Raw profile type exif\0${text}`));
  const { blocks, findings } = walk(bytesSource(concatBytes(file.subarray(0, at), chunk, file.subarray(at))));
  expect(blocks.map(({ where, key }) => [where, key])).toEqual([
    ["tEXt", "Raw profile type exif"],
    ["tEXt/EXIF:Exif(BE)", "UserComment"],
  ]);
  expect(blocks[1]).toMatchObject({ text: INFOTEXT, offset: blocks[0]!.offset });
  expect(findings).toEqual([]);
});
