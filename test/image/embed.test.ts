import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import fc from "fast-check";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { utf8 } from "../../src/base/bytes.ts";
import { adapted, embed, hasC2pa, writeTexts } from "../../src/image/embed.ts";
import { metadataOf } from "../../src/image/metadata.ts";
import { bytesSource } from "../../src/image/source.ts";
import { walk } from "../../src/image/walk.ts";

const sample = (name: string) => new Uint8Array(readFileSync(resolve(import.meta.dirname, "../../samples", name)));
const look = (bytes: Uint8Array) => walk(bytesSource(bytes));
const blank = {
  create: { width: 5, height: 3, channels: 4, background: { r: 9, g: 99, b: 199, alpha: 0.5 } },
} as const;

const kinds = ["png", "jpeg", "webp"] as const;
const plain = Object.fromEntries(
  await Promise.all(kinds.map(async (kind) => [kind, new Uint8Array(await sharp(blank).toFormat(kind).toBuffer())])),
) as Record<(typeof kinds)[number], Uint8Array>;

describe.each(kinds)("into %s", (kind) => {
  test("any texts are written and read back, and the pixels stay as they are", async () => {
    const keyed = fc.record({
      key: fc.constantFrom("parameters", "prompt", "workflow", "seedproof"),
      text: fc.string({ unit: "grapheme" }),
    });
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(keyed, { selector: ({ key }) => key, maxLength: 4 }), async (texts) => {
        const out = writeTexts(plain[kind], texts);
        const { blocks, findings } = look(out);
        for (const { key, text } of texts) {
          const back = blocks.find((block) => block.key === key);
          expect(back?.text).toBe(text.replace(/\0+$/, ""));
        }
        expect(findings.filter(({ level }) => level === "fails")).toEqual([]);
        expect(Buffer.compare(await sharp(out).raw().toBuffer(), await sharp(plain[kind]).raw().toBuffer())).toBe(0);
      }),
      { numRuns: 30 },
    );
  });

  test("EXIF and XMP are written as they are, and libvips finds the same bytes", async () => {
    const source = sample("sdm__webp_novelai-full-3char.webp");
    const { exif } = metadataOf(bytesSource(source), look(source));
    const xmp = utf8('<x:xmpmeta xmlns:x="adobe:ns:meta/"></x:xmpmeta>');
    const out = embed(plain[kind], { exif, xmp });
    const found = await sharp(out).metadata();
    const tiff = found.exif!.subarray(found.exif!.toString("latin1", 0, 4) === "Exif" ? 6 : 0);
    expect(Buffer.compare(tiff, exif!)).toBe(0);
    expect(Buffer.compare(found.xmp!, xmp)).toBe(0);
    expect(() => embed(out, { xmp })).toThrow(expect.objectContaining({ code: "image.metadata-exists" }));
  });

  test("the bytes that were there are all still there, in their order", () => {
    const out = writeTexts(plain[kind], [{ key: "note", text: "added" }]);
    const kept = [...out];
    // Behind the container's header, whose length may change, what was there is a subsequence of what is there now.
    let at = 12;
    for (const byte of plain[kind].subarray(12)) {
      at = kept.indexOf(byte, at) + 1;
      expect(at).toBeGreaterThan(0);
    }
  });
});

test("XMP longer than a segment goes as extended XMP, whose name is its MD5", () => {
  const xmp = utf8(`<x:xmpmeta xmlns:x="adobe:ns:meta/"><!-- ${"x".repeat(150_000)} --></x:xmpmeta>`);
  const { blocks, findings } = look(embed(plain.jpeg, { xmp }));
  expect(blocks.map(({ where }) => where)).toEqual(["APP1/XMP", "APP1/XMP(extended)"]);
  expect(utf8(blocks[1]!.text!)).toEqual(xmp);
  expect(findings.filter(({ level }) => level === "fails")).toEqual([]);
});

test("infotexts stand where A1111 looks for them in each container", () => {
  const text = "猫\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1";
  const metadata = { texts: [{ where: "tEXt", key: "parameters", text }], left: [] };
  for (const kind of ["jpeg", "webp"] as const) {
    const { blocks } = look(embed(plain[kind], adapted(metadata, kind, undefined)));
    expect(blocks.find(({ key }) => key === "UserComment")).toMatchObject({ encoding: "UNICODE-BE", text });
  }
  const { blocks } = look(embed(plain.png, adapted({ texts: [], left: [] }, "png", text)));
  expect(blocks).toMatchObject([{ where: "iTXt", key: "parameters", text }]);
});

test("ComfyUI's graphs stand in WebP where ComfyUI looks for them", () => {
  const texts = ["prompt", "workflow"].map((key) => ({ where: "tEXt", key, text: `{"${key}":1}` }));
  const { blocks } = look(embed(plain.webp, adapted({ texts, left: [] }, "webp", undefined)));
  const named = Object.fromEntries(blocks.map(({ key, text }) => [key, text]));
  expect(named).toMatchObject({ Model: 'prompt:{"prompt":1}', Make: 'workflow:{"workflow":1}' });
});

test("a signed, a damaged and another kind of file are left alone", () => {
  const code = (file: Uint8Array): string => {
    try {
      writeTexts(file, [{ key: "a", text: "b" }]);
      return "written";
    } catch (error) {
      return (error as { code: string }).code;
    }
  };
  for (const name of ["raw__data_fixtures_provenance_flux-1.jpg", "raw__data_fixtures_provenance_firefly-1.png"]) {
    expect([hasC2pa(look(sample(name))), code(sample(name))]).toEqual([true, "image.signed"]);
  }
  expect(hasC2pa(look(sample("sdm__jpg_civitai.jpeg")))).toBe(false);
  expect(code(sample("imh__fixtures_cli_a1111.png").subarray(0, 800))).toBe("image.not-writable");
  expect(code(sample("imh__fixtures_avif_comfy-xmp.avif"))).toBe("image.not-writable");
});
