/** Ranges in multiples of what counts as no difference, on a logarithmic scale. */

import { log } from "../../base/math-log.ts";
import type { Lang, Text } from "../../base/texts.ts";
import type { DimensionOutcome } from "../../process/dimension-measures.ts";
import { box, INK, line, svg, words } from "./svg.ts";

const WIDTH = 600;

/** One range; 1 is the floor. */
export interface FloorBar {
  readonly name: Text;
  readonly low: number;
  readonly high: number;
  readonly outcome: DimensionOutcome;
}

/** The ends of the scale. What lies outside stands at its end. */
const [LEAST, MOST] = [0.1, 100] as const;

const COLOURS: Readonly<Record<DimensionOutcome, string>> = {
  differs: INK.azurite,
  same: INK.ink2,
  "cannot-tell": INK.ink3,
};

const LABELS = {
  title: { en: "Measured differences by visual dimension", zh: "各视觉要素的测量差异" },
  floor: { en: "re-encoding alone", zh: "仅重新编码" },
} as const satisfies Record<string, Text>;

/** The bars, one a row, with the floor drawn through. */
export function floorBars(bars: readonly FloorBar[]): Text {
  const [left, right] = [110, WIDTH - 20];
  const at = (value: number): number => {
    const inside = Math.min(MOST, Math.max(LEAST, value));
    return left + (log(inside / LEAST) / log(MOST / LEAST)) * (right - left);
  };
  const both = (lang: Lang): string => {
    const bottom = 22 + bars.length * 24;
    const rows = bars.flatMap(({ name, low, high, outcome }, i) => {
      const y = 32 + i * 24;
      const colour = COLOURS[outcome];
      return [
        words(0, y + 3, name[lang], 9.5, INK.ink),
        line(left, y, right, y, INK.rule, 0.6),
        box(at(low) - 1.5, y - 4, Math.max(3, at(high) - at(low) + 3), 8, colour),
      ];
    });
    const ticks = [0.1, 1, 10, 100].map((value) =>
      words(at(value), bottom + 16, `${value} ×`, 8.5, INK.ink3, "middle"),
    );
    return svg(WIDTH, bottom + 22, LABELS.title[lang], [
      ...rows,
      line(at(1), 14, at(1), bottom + 4, INK.ink2, 1, "3 3"),
      words(at(1), 10, LABELS.floor[lang], 8.5, INK.ink2, "middle"),
      ...ticks,
    ]);
  };
  return { en: both("en"), zh: both("zh") };
}
