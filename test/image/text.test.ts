import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { concatBytes, utf8 } from "../../src/base/bytes.ts";
import { decodeText, decodeUtf16, isPrintable, utf16Order } from "../../src/image/text.ts";
import { decodeUserComment } from "../../src/image/user-comment.ts";

const utf16 = (text: string, order: "BE" | "LE"): Uint8Array => {
  const bytes = Buffer.from(text, "utf16le");
  return new Uint8Array(order === "BE" ? bytes.swap16() : bytes);
};
const infotext = "a café, 猫\nNegative prompt: 低质量\nSteps: 20, Seed: 1";

describe("a UserComment is read in each form found in the wild", () => {
  test.each([
    ["piexif: UNICODE, big-endian, whatever the TIFF says", "UNICODE\0", utf16(infotext, "BE"), "LE", "UNICODE-BE"],
    [
      "ImageSharp: UNICODE, little-endian, whatever the TIFF says",
      "UNICODE\0",
      utf16(infotext, "LE"),
      "BE",
      "UNICODE-LE",
    ],
    [
      "a byte order mark",
      "UNICODE\0",
      concatBytes(Uint8Array.of(0xff, 0xfe), utf16(infotext, "LE")),
      "BE",
      "UNICODE-LE",
    ],
    ["UTF-8 under UNICODE", "UNICODE\0", utf8(infotext), "BE", "utf8"],
    ["NovelAI: ASCII with UTF-8 inside", "ASCII\0\0\0", utf8(infotext), "BE", "ASCII"],
    ["eight NULs", "\0\0\0\0\0\0\0\0", utf8(infotext), "BE", "NOHEADER"],
    ["Save Image Plus: no charset at all", "", utf8(infotext), "BE", "NOHEADER"],
    ["UTF-16 without a charset", "", utf16(infotext, "BE"), "LE", "NOHEADER"],
    ["padding behind the text", "ASCII\0\0\0", utf8(`${infotext}\0\0\0`), "LE", "ASCII"],
  ] as const)("%s", (_name, charset, text, order, encoding) => {
    expect(decodeUserComment(concatBytes(utf8(charset), text), order)).toEqual({ text: infotext, encoding });
  });

  test("Japanese under JIS", () => {
    // 日本 in ISO-2022-JP.
    const bytes = Uint8Array.of(0x1b, 0x24, 0x42, 0x46, 0x7c, 0x4b, 0x5c, 0x1b, 0x28, 0x42);
    expect(decodeUserComment(concatBytes(utf8("JIS\0\0\0\0\0"), bytes), "BE")).toEqual({
      text: "日本",
      encoding: "JIS",
    });
  });

  test("Chinese alone, without a character of ASCII, has its byte order told too", () => {
    const text = "一只猫坐在窗台上，阳光洒进来";
    expect(utf16Order(utf16(text, "BE"), "LE")).toBe("BE");
    expect(utf16Order(utf16(text, "LE"), "BE")).toBe("LE");
  });

  test("any text with a prompt's usual characters comes back from both byte orders", () => {
    const said = fc.tuple(fc.string({ unit: "grapheme" }), fc.constantFrom("BE" as const, "LE" as const));
    fc.assert(
      fc.property(said, ([text, order]) => {
        const whole = `Steps: 20, ${text.replaceAll("\0", "")}!`;
        return decodeUserComment(concatBytes(utf8("UNICODE\0"), utf16(whole, order)), "BE").text === whole;
      }),
    );
  });
});

test("UTF-8 is told from latin-1 by its bytes, ASCII is called so, NULs at the end are left out", () => {
  expect(decodeText(utf8("plain\0"))).toEqual({ text: "plain", encoding: "ascii" });
  expect(decodeText(utf8("テスト"))).toEqual({ text: "テスト", encoding: "utf8" });
  expect(decodeText(Uint8Array.of(0x63, 0x61, 0x66, 0xe9))).toEqual({ text: "café", encoding: "latin-1" });
  expect(decodeText(utf8("\0\0\0\0text")).text).toBe("\0\0\0\0text");
});

test("UTF-16 of odd length and with a lone surrogate is read without an error", () => {
  expect(decodeUtf16(Uint8Array.of(0, 0x41, 0xd8), "BE")).toBe("A");
  expect(decodeUtf16(Uint8Array.of(0xd8, 0x3d), "BE")).toBe("\ufffd");
});

test("a printable value stays so where its sample ends inside a character", () => {
  for (let n = 0; n < 4; n++) expect(isPrintable(utf8("x".repeat(252 + n) + "猫".repeat(50)))).toBe(true);
  expect(isPrintable(Uint8Array.of(1, 2, 3))).toBe(false);
});
