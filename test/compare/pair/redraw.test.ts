import fc from "fast-check";
import { expect, test } from "vitest";
import { isRedrawn, REDRAW_BOUNDS } from "../../../src/compare/pair/redraw.ts";

const part = fc.double({ min: 0, max: 1, noNaN: true });
/** The whole frame on the whole frame, with looks as far apart as two seeds give them. */
const FRAME = { pdq: 70, overlapA: 0.98, overlapB: 0.99 };

test("two drawings of one recipe are a redrawing; an overlay, a soft filter and a saved copy are not", () => {
  // Shares as the engine's images and their altered copies have them.
  expect(isRedrawn({ ...FRAME, share: 0.81, tight: 0.51 })).toBe(true);
  expect(isRedrawn({ ...FRAME, share: 0.7, tight: 0.38 })).toBe(true);
  expect(isRedrawn({ ...FRAME, share: 0.46, tight: 0.39 })).toBe(false);
  expect(isRedrawn({ ...FRAME, share: 0.96, tight: 0.3 })).toBe(false);
  expect(isRedrawn({ ...FRAME, share: 1, tight: 0.99 })).toBe(false);
});

test("a part of a picture and a picture of the same coarse looks are copies, however softly they agree", () => {
  expect(isRedrawn({ share: 0.67, tight: 0.35, pdq: 120, overlapA: 0.6, overlapB: 1 })).toBe(false);
  expect(isRedrawn({ ...FRAME, share: 0.66, tight: 0.33, pdq: 12 })).toBe(false);
});

test("more detail in common never turns a copy into a redrawing", () => {
  fc.assert(
    fc.property(part, part, part, (share, first, second) => {
      const [less, more] = [share * Math.min(first, second), share * Math.max(first, second)];
      if (!isRedrawn({ ...FRAME, share, tight: less })) expect(isRedrawn({ ...FRAME, share, tight: more })).toBe(false);
    }),
  );
});

test("a picture that agrees throughout is never a redrawing", () => {
  fc.assert(fc.property(part, (tight) => !isRedrawn({ ...FRAME, share: REDRAW_BOUNDS.share, tight })));
});
