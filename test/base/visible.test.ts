import fc from "fast-check";
import { expect, test } from "vitest";
import { visible } from "../../src/base/visible.ts";

test("what hides in a name is shown by its number", () => {
  expect(visible("invoice\u202Egnp.exe")).toBe("invoice[U+202E]gnp.exe");
  expect(visible("a\u200Bcat\uFEFF, \u2067red\u2069")).toBe("a[U+200B]cat[U+FEFF], [U+2067]red[U+2069]");
  expect(visible("cat\u{E0069}\u{E0067}")).toBe("cat[U+E0069][U+E0067]");
  expect(visible("\u001b[31mred\u0007")).toBe("[U+001B][31mred[U+0007]");
  expect(visible("c\u200Dat \uFE0F")).toBe("c[U+200D]at [U+FE0F]");
});

test("joiners stay where a script or an emoji needs them, and lines and tabs stay", () => {
  for (const text of ["👩‍🎨", "❤️", "می‌خواهم", "क्‍ष", "猫，夜\t一\n二", "Ĝo, “so” — naïve"]) {
    expect(visible(text)).toBe(text);
  }
});

test("a text without hidden characters is left as it is, and what is shown hides nothing more", () => {
  const plain = fc.string({ unit: "grapheme-ascii" }).filter((text) => !/\p{Cc}/u.test(text));
  fc.assert(fc.property(plain, (text) => visible(text) === text));
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => visible(visible(text)) === visible(text)));
});
