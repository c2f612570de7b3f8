import { readFileSync } from "node:fs";
import { ed25519 } from "@noble/curves/ed25519.js";
import sharp from "sharp";
import { beforeAll, describe, expect, test } from "vitest";
import { bytesSource } from "../../src/image/source.ts";
import { walk } from "../../src/image/walk.ts";
import { type SignedPixels, verifyNovelaiSignature } from "../../src/label/novelai-signature.ts";
import { pythonJsonWithout } from "../../src/label/python-json.ts";
import { novelaiComment } from "../../src/recipe/novelai.ts";
import { samplePath, samples } from "../helpers/samples.ts";

const signed = samples.filter(({ expected }) => expected.hasSignature).map(({ file }) => file);

async function load(file: string): Promise<{ pixels: SignedPixels; comment: string }> {
  const { data, info } = await sharp(samplePath(file)).raw().toBuffer({ resolveWithObject: true });
  const blocks = walk(bytesSource(readFileSync(samplePath(file)))).blocks;
  const comment = blocks
    .map(({ text }) => (text ? novelaiComment(text) : undefined))
    .find((text) => text !== undefined);
  return { pixels: { ...info, data }, comment: comment! };
}

describe("NovelAI's signature", () => {
  test("there are PNG and WebP samples that carry it", () => {
    expect(signed.map((file) => file.split(".").at(-1)).sort()).toEqual(["png", "png", "webp"]);
  });

  describe.each(signed)("%s", (file) => {
    let pixels: SignedPixels;
    let comment: string;
    beforeAll(async () => {
      ({ pixels, comment } = await load(file));
    });

    test("is valid", () => {
      expect(verifyNovelaiSignature(pixels, comment)).toBe("valid");
    });

    test("one bit of one colour value makes it invalid", () => {
      const data = Uint8Array.from(pixels.data);
      data[data.length - 2] = data[data.length - 2]! ^ 1;
      expect(verifyNovelaiSignature({ ...pixels, data }, comment)).toBe("invalid");
    });

    test.each([
      ['"steps": 2', '"steps": 3'],
      ['"seed": ', '"seed": 1'],
      ["masterpiece", "Masterpiece"],
      ['"legacy_uc": false}', '"legacy_uc": true}'],
    ])("%s changed to %s makes it invalid", (from, to) => {
      expect(comment).toContain(from);
      expect(verifyNovelaiSignature(pixels, comment.replace(from, to))).toBe("invalid");
    });

    test("the same recipe written without spaces and escapes is still signed", () => {
      const floats = /(?<=[[:,] ?)(-?\d+)\.0(?=[,}\]])/g;
      const compact = JSON.stringify(JSON.parse(comment.replace(floats, '"$1.0 float"'))).replace(
        /"(-?\d+)\.0 float"/g,
        "$1.0",
      );
      expect(compact).not.toBe(comment);
      expect(verifyNovelaiSignature(pixels, compact)).toBe("valid");
    });
  });

  test("a recipe without signature says so, and one that is no signature is invalid", () => {
    const pixels = { width: 1, height: 1, channels: 3, data: new Uint8Array(3) };
    expect(verifyNovelaiSignature(pixels, '{"prompt": "a"}')).toBe("none");
    expect(verifyNovelaiSignature(pixels, "no json")).toBe("none");
    expect(verifyNovelaiSignature(pixels, '{"signed_hash": "short"}')).toBe("invalid");
  });

  test("whatever a key signs over pixels and recipe verifies under that key only", () => {
    const { secretKey, publicKey } = ed25519.keygen(new Uint8Array(32).fill(7));
    const comment = '{"prompt": "\\u00e9", "seed": 1}';
    const pixels = { width: 2, height: 1, channels: 4, data: Uint8Array.of(1, 2, 3, 255, 4, 5, 6, 0) };
    const message = Uint8Array.of(1, 2, 3, 4, 5, 6, ...new TextEncoder().encode(comment));
    const signature = Buffer.from(ed25519.sign(message, secretKey)).toString("base64");
    const whole = comment.replace(/}$/, `, "signed_hash": "${signature}"}`);
    expect(verifyNovelaiSignature(pixels, whole, { publicKey })).toBe("valid");
    expect(verifyNovelaiSignature(pixels, whole)).toBe("invalid");
  });
});

describe("JSON in Python's form", () => {
  test.each([
    ['{"s":1,"a":[1,{"s":2}]}', '{"a": [1, {"s": 2}]}'],
    ['{"a":1,"s":{"x":[1,2]},"b":2.50}', '{"a": 1, "b": 2.50}'],
    ['{"a":"é\\u00e9\\/","s":1}', '{"a": "\\u00e9\\u00e9/"}'],
    ['{"s":1}', "{}"],
    ['{"a":"\\"s\\": 1"}', '{"a": "\\"s\\": 1"}'],
    ['{"s":1,"s":2,"a":3}', '{"a": 3}'],
  ])("%s without s is %s", (text, expected) => {
    expect(pythonJsonWithout(text, "s")).toBe(expected);
  });
});
