import fc from "fast-check";
import { expect, test } from "vitest";
import { isRedrawn, REDRAW_BOUNDS } from "../../../src/compare/pair/redraw.ts";

const part = fc.double({ min: 0, max: 1, noNaN: true });
/** The whole frame on the whole frame. */
const FRAME = { overlapA: 0.98, overlapB: 0.99 };

test("two drawings of one recipe are a redrawing; an overlay, a soft filter and a saved copy are not", () => {
  // Numbers as the engine's images and altered copies have them.
  expect(isRedrawn({ ...FRAME, share: 0.81, tight: 0.51, detail: 0.79 })).toBe(true);
  expect(isRedrawn({ ...FRAME, share: 0.93, tight: 0.83, detail: 0.94 })).toBe(true);
  expect(isRedrawn({ ...FRAME, share: 0.56, tight: 0.42, detail: 0.99 })).toBe(false);
  expect(isRedrawn({ ...FRAME, share: 0.96, tight: 0.3, detail: 0.9 })).toBe(false);
  expect(isRedrawn({ ...FRAME, share: 1, tight: 0.99, detail: 1 })).toBe(false);
});

test("a part of a picture is a copy, however softly it agrees", () => {
  expect(isRedrawn({ share: 0.67, tight: 0.35, detail: 0.5, overlapA: 0.6, overlapB: 1 })).toBe(false);
  // One figure drawn in two places, as a seed does that composes anew, and a picture that was cut, turned and saved again.
  expect(isRedrawn({ share: 0.52, tight: 0.23, detail: 0.739, overlapA: 0.5, overlapB: 0.51 })).toBe(true);
  expect(isRedrawn({ share: 0.52, tight: 0.23, detail: 0.87, overlapA: 0.5, overlapB: 0.51 })).toBe(false);
});

test("evidence from before lines were looked at is refused where they decide, and serves where they do not", () => {
  expect(() => isRedrawn({ ...FRAME, share: 0.81, tight: 0.51 })).toThrow("earlier version");
  expect(isRedrawn({ ...FRAME, share: 0.97, tight: 0.51 })).toBe(false);
});

test("more detail in common never turns a copy into a redrawing", () => {
  fc.assert(
    fc.property(part, part, part, part, part, (share, first, second, lines, others) => {
      const [less, more] = [share * Math.min(first, second), share * Math.max(first, second)];
      const [soft, sharp] = [Math.min(lines, others), Math.max(lines, others)];
      if (isRedrawn({ ...FRAME, share, tight: less, detail: soft })) return;
      expect(isRedrawn({ ...FRAME, share, tight: more, detail: sharp })).toBe(false);
    }),
  );
});

test("a picture that agrees throughout is never a redrawing", () => {
  fc.assert(
    fc.property(part, part, (tight, detail) => !isRedrawn({ ...FRAME, share: REDRAW_BOUNDS.share, tight, detail })),
  );
});
