import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { concatBytes, utf8 } from "../../src/base/bytes.ts";
import { SeedproofError } from "../../src/base/errors.ts";
import type { Container } from "../../src/image/container.ts";
import { crc32 } from "../../src/image/crc32.ts";
import { checkPixelSums } from "../../src/image/png-chunks.ts";
import { bytesSource } from "../../src/image/source.ts";
import { walk } from "../../src/image/walk.ts";

const sample = (name: string) => new Uint8Array(readFileSync(resolve(import.meta.dirname, "../../samples", name)));
const vector = (name: string) => new Uint8Array(readFileSync(resolve(import.meta.dirname, "vectors", name)));
const look = (bytes: Uint8Array): Container => walk(bytesSource(bytes));
const codes = (bytes: Uint8Array): string[] => look(bytes).findings.map(({ code }) => code);

/** `undefined` where the file is too short to be read at all. */
function tryLook(bytes: Uint8Array): Container | undefined {
  try {
    return look(bytes);
  } catch (error) {
    if (error instanceof SeedproofError) return undefined;
    throw error;
  }
}

const PNG = "imh__fixtures_cli_a1111.png";

function pngChunk(type: string, data: string): Uint8Array {
  const framed = utf8(`....${type}${data}....`);
  const view = new DataView(framed.buffer);
  view.setUint32(0, data.length);
  view.setUint32(framed.length - 4, crc32(framed.subarray(4, -4)));
  return framed;
}

/** The file with a chunk put before the one at `offset`. */
const insert = (file: Uint8Array, offset: number, ...parts: Uint8Array[]): Uint8Array =>
  concatBytes(file.subarray(0, offset), ...parts, file.subarray(offset));

test("the checksum is that of the standard", () => {
  // The check value of CRC-32/ISO-HDLC, and IEND as every PNG ends.
  expect(crc32(utf8("123456789"))).toBe(0xcbf43926);
  expect(crc32(utf8("IEND"))).toBe(0xae426082);
});

test("a changed byte in a text chunk fails its checksum, and the text is given all the same", () => {
  const file = sample(PNG);
  file[80]! ^= 1;
  const { blocks, findings } = look(file);
  expect(findings).toMatchObject([{ code: "image.bad-crc", level: "fails", where: { byte: 33 } }]);
  expect(blocks[0]).toMatchObject({ key: "parameters", offset: 33 });
});

test("a changed byte among the pixels fails its checksum where the pixels are summed", () => {
  const file = sample("sdm__png_sd-webui.png");
  expect(checkPixelSums(bytesSource(file))).toEqual([]);
  file[700_000]! ^= 1;
  const [finding] = checkPixelSums(bytesSource(file));
  expect(finding).toMatchObject({ code: "image.bad-crc", level: "fails" });
  expect(Buffer.from(file).toString("latin1", finding!.where!.byte! + 4, finding!.where!.byte! + 8)).toBe("IDAT");
});

test("the checksum is zlib's for bytes of any length, in one go or in two", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(100), (bytes, cut) => {
      const stored = Buffer.from(gzipSync(bytes)).readUInt32LE(gzipSync(bytes).length - 8);
      return crc32(bytes) === stored && crc32(bytes.subarray(cut), crc32(bytes.subarray(0, cut))) === stored;
    }),
  );
});

describe("a file that is cut anywhere says so and gives every block that is whole", () => {
  test.each([
    ["samples", "imh__fixtures_cli_a1111.png"],
    ["samples", "sdp__tests_resources_bad_images_text_after_idat.png"],
    ["samples", "sdp__tests_resources_bad_images_empty_image.jpg"],
    ["samples", "imh__fixtures_avif_comfy-xmp.avif"],
    ["vectors", "frames.gif"],
    ["vectors", "mdta.mp4"],
    ["vectors", "tags.webm"],
    ["vectors", "brotli.jxl"],
    ["vectors", "little.tif"],
  ])("%s/%s", (folder, name) => {
    const file = folder === "samples" ? sample(name) : vector(name);
    const whole = look(file);
    // Boxes and directories name their values from elsewhere: only chunks in a row are there before the cut.
    const inRow = /png|jpg|gif/.test(name);
    for (let end = 0; end < file.length; end++) {
      const cut = tryLook(file.subarray(0, end));
      if (cut === undefined) expect(end).toBeLessThan(40);
      if (cut === undefined || !inRow) continue;
      const complete = whole.blocks.filter(({ offset, length }) => offset! + length + 12 <= end);
      expect(cut.blocks).toEqual(expect.arrayContaining(complete));
      expect(cut.findings.filter(({ level }) => level === "fails")).not.toEqual([]);
    }
  });
});

describe("bytes behind the end are listed with their place", () => {
  test.each([
    ["samples", "imh__fixtures_cli_a1111.png"],
    ["samples", "sdm__jpg_gimp.jpg"],
    ["samples", "sdm__webp_gimp.webp"],
    ["vectors", "comment.gif"],
  ])("%s/%s", (folder, name) => {
    const file = folder === "samples" ? sample(name) : vector(name);
    const { blocks } = look(concatBytes(file, utf8("PK hidden")));
    const text = "b'PK hidden'";
    expect(blocks.at(-1)).toMatchObject({ where: "trailer", offset: file.length, length: 9, encoding: "binary", text });
  });
});

test("text behind the pixels, a key that stands twice, and an editor's name are told", () => {
  const file = sample(PNG);
  const end = file.length - 12;
  const twice = insert(
    file,
    end,
    pngChunk("tEXt", "parameters\0other"),
    pngChunk("tEXt", "Software\0Adobe Photoshop 25.1"),
  );
  const { findings, blocks } = look(twice);
  expect(blocks.map(({ where, afterPixels }) => [where, afterPixels])).toEqual([
    ["tEXt", undefined],
    ["tEXt(after IDAT)", true],
    ["tEXt(after IDAT)", true],
  ]);
  expect(findings.map(({ code }) => code)).toEqual(["image.after-pixels", "image.editor"]);
  expect(codes(insert(file, 33, pngChunk("tEXt", "parameters\0other")))).toEqual(["image.duplicate-key"]);
});

test("each program of an XMP editing history is named once", () => {
  const step = (agent: string) => `<rdf:li stEvt:action="saved" stEvt:softwareAgent="${agent}"/>`;
  const xmp = `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:xmpMM="m" xmlns:stEvt="e">
    <xmpMM:History><rdf:Seq>${step("Adobe Photoshop 25.1")}${step("Adobe Photoshop 25.1")}${step("a generator")}</rdf:Seq></xmpMM:History>
    </rdf:Description></rdf:RDF>`;
  const file = insert(sample(PNG), 33, pngChunk("iTXt", `XML:com.adobe.xmp\0\0\0\0\0${xmp}`));
  const named = look(file).findings.map(({ code, text }) => [code, text.en]);
  expect(named).toEqual([["image.editor", "The file names an editor or converter: XMP = “Adobe Photoshop 25.1”."]]);
});

test("libjpeg's quality is told exactly, from 1 to 100", async () => {
  const image = sharp({ create: { width: 8, height: 8, channels: 3, background: "gray" } });
  for (let quality = 1; quality <= 100; quality += 3) {
    const [finding] = look(new Uint8Array(await image.clone().jpeg({ quality }).toBuffer())).findings;
    expect(finding?.text.en).toBe(`Saved as JPEG with libjpeg's quantisation tables at quality ${quality}.`);
  }
});

test("mozjpeg's tables are told apart, and tables of neither are called their own", async () => {
  const image = sharp({ create: { width: 8, height: 8, channels: 3, background: "gray" } });
  const mozjpeg = await image.clone().jpeg({ quality: 75, mozjpeg: true }).toBuffer();
  expect(look(new Uint8Array(mozjpeg)).findings[0]?.text.en).toContain("mozjpeg's quantisation tables at quality 75");
  const other = new Uint8Array(await image.clone().jpeg({ quality: 60 }).toBuffer());
  other[other.findIndex((byte, i) => byte === 0xff && other[i + 1] === 0xdb) + 6]! += 1;
  expect(codes(other)).toEqual(["image.jpeg-encoder-unknown"]);
});

test("an embedded colour profile is told by its name in each container", async () => {
  const image = sharp({ create: { width: 8, height: 8, channels: 3, background: "gray" } }).withIccProfile("p3");
  for (const kind of ["png", "jpeg", "webp"] as const) {
    const { findings } = look(new Uint8Array(await image.clone().toFormat(kind).toBuffer()));
    expect(findings.map(({ code, text }) => code === "image.colour-profile" && text.en)).toContainEqual(
      expect.stringContaining("“sP3C”"),
    );
  }
});

test("a place on Earth is told only where there is one", () => {
  expect(codes(vector("tagged.jpg"))).toContain("image.location");
  expect(codes(sample("sdm__webp_gimp.webp"))).not.toContain("image.location");
});

test("every finding speaks both languages and leaves no value open", () => {
  const files = ["tagged.jpg", "brotli.jxl"].map(vector).concat(["sdm__png_gimp-en.png"].map(sample));
  const findings = files.flatMap((file) => look(file).findings);
  expect(findings.length).toBeGreaterThan(4);
  for (const { text } of findings)
    expect([/[{}]/.test(text.en + text.zh), /\p{Script=Han}/u.test(text.zh)]).toEqual([false, true]);
});
