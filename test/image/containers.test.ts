import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import type { SeedproofError } from "../../src/base/errors.ts";
import { bytesSource } from "../../src/image/source.ts";
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
