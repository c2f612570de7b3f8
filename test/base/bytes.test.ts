import fc from "fast-check";
import { expect, test } from "vitest";
import { concatBytes, equalBytes, fromHex, fromLatin1, fromUtf8, toHex, utf8 } from "../../src/base/bytes.ts";
import { GRADES, weaker } from "../../src/base/grades.ts";
import { sha256Hex } from "../../src/base/hash.ts";
import { fill, langOf } from "../../src/base/texts.ts";

test("hex reads back", () => {
  fc.assert(fc.property(fc.uint8Array(), (bytes) => equalBytes(fromHex(toHex(bytes)), bytes)));
  for (const bad of ["0", "0g", "0x00", " 00"]) {
    expect(() => fromHex(bad)).toThrow(expect.objectContaining({ code: "base.hex-malformed" }));
  }
});

test("SHA-256 of FIPS 180's example and of nothing", () => {
  expect(sha256Hex("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  expect(sha256Hex("")).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
});

test("joined bytes are equal to the parts in order, and one changed bit is seen", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ minLength: 1 }), { minLength: 1 }), fc.nat(), (parts, at) => {
      const whole = concatBytes(...parts);
      expect([...whole]).toEqual(parts.flatMap((part) => [...part]));
      const changed = whole.slice();
      changed[at % whole.length]! ^= 1;
      expect([equalBytes(whole, whole.slice()), equalBytes(whole, changed)]).toEqual([true, false]);
    }),
  );
});

test("UTF-8 is read strictly, latin-1 byte by byte", () => {
  expect(fromUtf8(utf8("猫 cat"))).toBe("猫 cat");
  expect(fromUtf8(Uint8Array.of(0xc0, 0x80))).toBeUndefined();
  const all = Uint8Array.from({ length: 256 }, (_, i) => i);
  expect([...fromLatin1(all)].map((c) => c.charCodeAt(0))).toEqual([...all]);
});

test("a template is filled once, and a missing value stays visible", () => {
  expect(fill({ en: "{a} and {b}", zh: "{b}、{a}" }, { a: "{b}", b: 2 })).toEqual({ en: "{b} and 2", zh: "2、{b}" });
  expect(fill({ en: "{toString} {x}", zh: "" }).en).toBe("{toString} {x}");
});

test("the language comes from the locale", () => {
  expect(["zh_CN.UTF-8", "zh-TW", "zh", "en_GB", "C", undefined, "zhuang"].map(langOf)).toEqual([
    "zh",
    "zh",
    "zh",
    "en",
    "en",
    "en",
    "en",
  ]);
});

test("a fact that rests on two grades is no better than the weaker", () => {
  for (const a of GRADES)
    for (const b of GRADES) expect(weaker(a, b)).toBe(GRADES[Math.max(GRADES.indexOf(a), GRADES.indexOf(b))]);
});
