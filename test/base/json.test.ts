import fc from "fast-check";
import { expect, test } from "vitest";
import { atPointer, canonicalJson, comparableJson, pointer, pointerParts } from "../../src/base/json.ts";
import { JSON_LIMITS, locateJson, parseJson } from "../../src/base/json-text.ts";

test("the canonical form is the one that RFC 8785 prints in its sections 3.2.2 and 3.2.3", () => {
  const numbers = "[333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001]";
  expect(canonicalJson(JSON.parse(numbers))).toBe("[333333333.3333333,1e+30,4.5,0.002,1e-27]");
  const keys = {
    "\u20ac": "Euro",
    "\r": "CR",
    "\ufb33": "Dalet",
    "1": "One",
    "\ud83d\ude00": "Emoji",
    "\u0080": "Ctl",
    "\u00f6": "o",
  };
  const sorted = ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\ud83d\ude00", "\ufb33"];
  expect(Object.keys(JSON.parse(canonicalJson(keys)))).toEqual(["1", ...sorted.filter((key) => key !== "1")]);
  expect([...canonicalJson(keys).matchAll(/"(Euro|CR|Dalet|One|Emoji|Ctl|o)"/g)].map((m) => m[1])).toEqual([
    "CR",
    "One",
    "Ctl",
    "o",
    "Euro",
    "Emoji",
    "Dalet",
  ]);
});

test("the canonical form does not depend on the order of members and reads back as the same value", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      const turned = Object.fromEntries(Object.entries(value).reverse());
      expect(canonicalJson(turned)).toBe(canonicalJson(value));
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

test("what JSON cannot say is refused", () => {
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, "\ud800", () => 0, { a: [1n] }]) {
    expect(() => canonicalJson(value)).toThrow(expect.objectContaining({ code: "base.json-not-canonical" }));
  }
});

test("a pointer leads to the value that its parts name", () => {
  fc.assert(
    fc.property(fc.array(fc.string(), { minLength: 1, maxLength: 5 }), fc.integer(), (parts, leaf) => {
      const value = parts.reduceRight<unknown>((inner, part) => Object.fromEntries([[part, inner]]), leaf);
      expect(pointerParts(pointer(...parts))).toEqual(parts);
      expect(atPointer(value, pointer(...parts))).toBe(leaf);
    }),
  );
});

test("the tolerant reader gives what JSON.parse gives on every standard text", () => {
  fc.assert(
    // Integers above 2^53 are read otherwise on purpose; the next test is about them.
    fc.property(
      fc.json().filter((text) => !/(?<![\d.])\d{16,}/.test(text)),
      (text) => {
        // A leading long number makes the fast way step aside, so that the own reader is what is tested.
        const [, own] = parseJson(`[1234567890123456789012, ${text}]`) as [string, unknown];
        expect(own).toEqual(JSON.parse(text));
      },
    ),
  );
});

test("integers that a double cannot hold keep their digits", () => {
  expect(parseJson('{"seed": 18446744073709551615, "x": [9007199254740993, 9007199254740991]}')).toEqual({
    seed: "18446744073709551615",
    x: ["9007199254740993", 9007199254740991],
  });
});

test("what Python and careless writers add is read: NaN, infinities, trailing NULs, raw newlines in strings", () => {
  expect(parseJson('{"a": NaN, "b": -Infinity, "c": "x\ny"}\0\0')).toEqual({ a: null, b: null, c: "x\ny" });
  expect(parseJson("[1e999, -2E+400, 1e20]")).toEqual([null, null, 1e20]);
});

test("broken text is an error with its place", () => {
  for (const [text, char] of [
    ["{", 1],
    ['{"a" 1}', 5],
    ["[1,]", 3],
    ["1 2", 2],
    ['"\\x"', 0],
    ["", 0],
  ] as const) {
    expect(() => parseJson(text), text).toThrow(
      expect.objectContaining({ code: "base.json-malformed", where: { char } }),
    );
  }
});

test("a bomb of brackets is refused before anything recurses", () => {
  for (const deep of ["[".repeat(1e6), '{"a":'.repeat(1e5)]) {
    expect(() => parseJson(deep)).toThrow(expect.objectContaining({ code: "base.json-too-deep" }));
  }
  const brackets = JSON.stringify("[".repeat(JSON_LIMITS.depth + 1));
  expect(parseJson(brackets)).toHaveLength(JSON_LIMITS.depth + 1);
});

test("each located value stands where its span says", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.string(), fc.jsonValue()), { minLength: 1, maxLength: 6 }), (members) => {
      const value = Object.fromEntries(members);
      const text = JSON.stringify(value, null, 1);
      const pointers = Object.keys(value).map((key) => pointer(key));
      const spans = locateJson(text, pointers);
      for (const [key, member] of Object.entries(value)) {
        const [from, to] = spans.get(pointer(key))!;
        const found = text.slice(from, to);
        expect(JSON.parse(typeof member === "string" ? `"${found}"` : found)).toEqual(
          JSON.parse(JSON.stringify(member)),
        );
      }
    }),
  );
});

test('a member named "__proto__" is a member, not a prototype', () => {
  const value = parseJson('{"__proto__": {"polluted": 12345678901234567890}}');
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  expect(Object.keys(value as object)).toEqual(["__proto__"]);
});

test("any value of a file has a text to compare it by, where the canonical form has none", () => {
  expect(comparableJson({ b: "\ud800x", a: [Number.POSITIVE_INFINITY, 1.5] })).toBe('{"a":[null,1.5],"b":"\ufffdx"}');
  fc.assert(fc.property(fc.jsonValue(), (value) => comparableJson(value) === canonicalJson(value)));
});
