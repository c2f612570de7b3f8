import fc from "fast-check";
import { expect, test } from "vitest";
import { beside, heightOf, layOut, rowOf, rowsBetween } from "../../src/web/library/layout.ts";
import { EVERYTHING, isNarrowed, paramsOf, toggled, type Wish, wishOf } from "../../src/web/library/wish.ts";

const SIZE = { width: 868, target: 158, gap: 12, below: 40 };
const ratios = fc.array(fc.integer({ min: 20, max: 800 }), { maxLength: 300 });

test("every picture has its place once, in order, in its own proportions, inside the pane", () => {
  fc.assert(
    fc.property(ratios, fc.integer({ min: 120, max: 3000 }), fc.constantFrom(2, 40), (all, width, most) => {
      const rows = layOut(all, { ...SIZE, width, most });
      expect(rows.flatMap(({ first, cells }) => cells.map((_, i) => first + i))).toEqual(all.map((_, i) => i));
      for (const { first, cells, height } of rows) {
        expect(cells.length).toBeLessThanOrEqual(most);
        for (const [i, cell] of cells.entries()) {
          expect(cell.width / height).toBeCloseTo(all[first + i]! / 100, 6);
          expect(cell.left + cell.width).toBeLessThanOrEqual(width + 1e-6);
        }
      }
    }),
  );
});

test("rows follow one another without overlap, and the height is that of all", () => {
  const rows = layOut(
    Array.from({ length: 500 }, (_, i) => 60 + (i % 7) * 30),
    SIZE,
  );
  for (const [i, row] of rows.slice(1).entries()) {
    expect(row.top).toBeCloseTo(rows[i]!.top + rows[i]!.height + SIZE.below, 6);
  }
  expect(heightOf(rows, 40)).toBeCloseTo(rows.at(-1)!.top + rows.at(-1)!.height + 40, 6);
  expect(heightOf([], 40)).toBe(0);
});

test("the rows of a window are those that a look at every row gives", () => {
  const rows = layOut(
    Array.from({ length: 400 }, (_, i) => 50 + ((i * 37) % 150)),
    SIZE,
  );
  const all = heightOf(rows, SIZE.below);
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: all - 1, noNaN: true }),
      fc.double({ min: 1, max: 2000, noNaN: true }),
      (from, tall) => {
        const [first, last] = rowsBetween(rows, from, from + tall, SIZE.below);
        const seen = rows.flatMap(({ top, height }, i) =>
          top + height + SIZE.below > from && top <= from + tall ? [i] : [],
        );
        expect([first, last]).toEqual([seen[0], seen.at(-1)]);
      },
    ),
  );
});

test("a picture's row is found, and the arrow up and down leads to the nearest one and back", () => {
  const rows = layOut(
    Array.from({ length: 100 }, () => 100),
    SIZE,
  );
  for (const [i, { first, cells }] of rows.entries()) {
    expect([rowOf(rows, first), rowOf(rows, first + cells.length - 1)]).toEqual([i, i]);
  }
  expect(beside(rows, beside(rows, 2, 1), -1)).toBe(2);
  expect(beside(rows, 0, -1)).toBe(0);
});

const wishes: fc.Arbitrary<Wish> = fc.record(
  {
    text: fc.string({ maxLength: 100 }),
    facets: fc.dictionary(
      fc.constantFrom("grade", "tool", "seed", "session"),
      fc.array(fc.string(), { minLength: 1, maxLength: 5 }),
    ),
    from: fc.constant("2026-03"),
    to: fc.constant("2026-10"),
    family: fc.constant("ab".repeat(32)),
    sort: fc.constantFrom("newest", "oldest", "rating", "name"),
    view: fc.constantFrom("images", "families", "duplicates"),
  },
  { requiredKeys: ["text", "facets", "sort", "view"] },
) as fc.Arbitrary<Wish>;

test("what is looked for stands in the address, and is read from it again", () => {
  fc.assert(
    fc.property(wishes, (wish) => {
      const address = new URLSearchParams(paramsOf(wish)).toString();
      const facets = Object.fromEntries(Object.entries(wish.facets));
      expect(wishOf(new URLSearchParams(address))).toEqual({ ...wish, facets, text: wish.text.toWellFormed() });
    }),
  );
  expect(paramsOf(EVERYTHING)).toEqual({});
});

test.each(["tool=[1,2]", "tool={", "tool=null", "from=soon", "sort=worst", "view=walls", "family=x", "nonsense=1"])(
  "an address that says %s looks for everything",
  (address) => {
    expect(wishOf(new URLSearchParams(address))).toEqual(EVERYTHING);
  },
);

test("a facet's value is chosen and let go again", () => {
  const once = toggled(EVERYTHING, "tool", "a1111");
  expect(once.facets.tool).toEqual(["a1111"]);
  expect(isNarrowed(once)).toBe(true);
  expect(isNarrowed(toggled(once, "tool", "a1111"))).toBe(false);
});
