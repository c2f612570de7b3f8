import fc from "fast-check";
import { expect, test } from "vitest";
import { type Edit, unedited } from "../../src/recipe/edits.ts";

/** Edits of a text in order and without overlap, with replacements that the text does not hold. */
const editing = fc
  .tuple(fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 30 }), fc.array(fc.nat(30), { maxLength: 8 }))
  .map(([text, cuts]) => {
    const places = [...new Set(cuts)].filter((cut) => cut <= text.length).sort((a, b) => a - b);
    const edits: Edit[] = [];
    for (let i = 0; i + 1 < places.length; i += 2) {
      edits.push({ from: places[i]!, to: places[i + 1]!, with: "XYZ".slice(0, i % 4) });
    }
    return { text, edits };
  });

test("each character that was kept leads back to itself, and each edited range to what it replaced", () => {
  fc.assert(
    fc.property(editing, ({ text, edits }) => {
      const after = unedited(text).edit(edits);
      for (let i = 0; i < after.text.length; i++) {
        const [from, to] = after.source([i, i + 1]);
        if (after.isTouched([i, i + 1])) expect(edits.some((edit) => edit.from === from && edit.to === to)).toBe(true);
        else expect(text.slice(from, to)).toBe(after.text[i]);
      }
      expect(after.source([0, after.text.length])[1]).toBeLessThanOrEqual(text.length);
    }),
  );
});

test("two rounds of edits lead back through both", () => {
  const text = "say &lt;lora:x:1&gt; now";
  const first = unedited(text).edit([
    { from: 4, to: 8, with: "<" },
    { from: 16, to: 20, with: ">" },
  ]);
  expect(first.text).toBe("say <lora:x:1> now");
  const second = first.edit([{ from: 0, to: 4, with: "" }]);
  expect(second.text).toBe("<lora:x:1> now");
  expect(text.slice(...second.source([0, 10]))).toBe("&lt;lora:x:1&gt;");
  expect(text.slice(...second.source([11, 14]))).toBe("now");
  expect(second.isTouched([0, 10])).toBe(true);
  expect(second.isTouched([11, 14])).toBe(false);
});

test("an edit at the border of a range touches it only where borders count", () => {
  const after = unedited("ab. cd").edit([{ from: 2, to: 4, with: "\n" }]);
  expect(after.text).toBe("ab\ncd");
  expect([after.isTouched([0, 2]), after.isTouched([0, 2], 1), after.isTouched([3, 5], 1)]).toEqual([
    false,
    true,
    true,
  ]);
  expect(after.isTouched([0, 1], 1)).toBe(false);
});
