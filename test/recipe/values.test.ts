import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { countOf, itemsOf, nameOf, numberOf, seedOf, sizeOf, sizeOfText, textOf } from "../../src/recipe/values.ts";

describe("values as generators write them", () => {
  test("seeds keep every digit up to 2^64-1; negative and broken ones are none", () => {
    expect([seedOf(0), seedOf("18446744073709551615"), seedOf(" 007 ")]).toEqual(["0", "18446744073709551615", "7"]);
    expect([seedOf(-1), seedOf("18446744073709551616"), seedOf(1.5), seedOf("1e5"), seedOf(null)]).toEqual(
      Array(5).fill(undefined),
    );
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (seed) => seedOf(String(seed)) === String(seed)),
    );
  });

  test("numbers stand as numbers or as text", () => {
    expect([numberOf("7.5"), numberOf("-1e-3"), numberOf(".5"), numberOf("7.")]).toEqual([7.5, -0.001, 0.5, 7]);
    expect([numberOf(""), numberOf("7,5"), numberOf("NaN"), numberOf(true)]).toEqual(Array(4).fill(undefined));
    expect([countOf("20"), countOf(-1), countOf(2.5)]).toEqual([20, undefined, undefined]);
  });

  test("texts lose their outer space and their CR, names also the word for none", () => {
    expect(textOf(" a\r\nb ")).toBe("a\nb");
    expect([nameOf("None"), nameOf("null"), nameOf(""), nameOf("noneofyou")]).toEqual([
      undefined,
      undefined,
      undefined,
      "noneofyou",
    ]);
  });

  test("sizes are written in several ways", () => {
    const size = { width: 512, height: 768 };
    for (const text of ["512x768", "(512, 768)", "512 × 768", "512*768"]) expect(sizeOfText(text)).toEqual(size);
    expect(sizeOf("512", 768)).toEqual(size);
    expect([sizeOf(0, 5), sizeOfText("large"), sizeOf(512, undefined)]).toEqual([undefined, undefined, undefined]);
  });

  test("lists are JSON, or Python's print of one", () => {
    expect(itemsOf("['a, b', \"it's\", 'x\\'y', 0.5, None]")).toEqual(["a, b", "it's", "x'y", 0.5, "None"]);
    expect(itemsOf(["a", 1, null])).toEqual(["a", 1]);
    expect([itemsOf("alone"), itemsOf("None"), itemsOf("[]"), itemsOf(undefined)]).toEqual([["alone"], [], [], []]);
  });
});
