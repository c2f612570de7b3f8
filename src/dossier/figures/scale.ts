/** Scales: where a verdict stands among all verdicts, where a range lies to its threshold, and how many facts there are of each grade. */

import { GRADES, type Grade } from "../../base/grades.ts";
import type { Lang, Text } from "../../base/texts.ts";
import { GRADE_TEXTS } from "../../doctrine/fact.ts";
import { WORD_TEXTS } from "../../doctrine/vocabulary.ts";
import { box, dot, INK, line, svg, words } from "./svg.ts";

const WIDTH = 640;

/** Verdicts of a reproduction from the best to the worst. */
const VERDICTS = [
  "identical-bytes",
  "identical-pixels",
  "within-rounding",
  "substantially-similar",
  "different",
] as const;

/** The five steps, with the thing asked about as a bar and its control as a ring. */
export function verdictScale(verdict: string, control?: string): Text {
  const both = (lang: Lang): string => {
    const step = WIDTH / VERDICTS.length;
    const at = (name: string): number => VERDICTS.indexOf(name as (typeof VERDICTS)[number]) * step + step / 2;
    const steps = VERDICTS.flatMap((name, i) => [
      words(i * step + step / 2, 46, WORD_TEXTS[name]![lang], 9.5, name === verdict ? INK.ink : INK.ink3, "middle"),
      line(i * step + step / 2, 26, i * step + step / 2, 32, INK.rule2),
    ]);
    const marks = [
      ...(at(verdict) > 0
        ? [
            box(at(verdict) - 3, 14, 6, 20, INK.azurite),
            words(at(verdict), 10, LABELS.image[lang], 9, INK.azurite, "middle"),
          ]
        : []),
      ...(control !== undefined && at(control) > 0
        ? [
            dot(at(control), 24, 5, INK.ochre, false),
            words(at(control), 10, LABELS.control[lang], 9, INK.ochre, "middle"),
          ]
        : []),
    ];
    return svg(WIDTH, 54, LABELS.title[lang], [line(0, 29, WIDTH, 29, INK.rule2), ...steps, ...marks]);
  };
  return { en: both("en"), zh: both("zh") };
}

const LABELS = {
  title: { en: "Scale of verdicts", zh: "结论标尺" },
  image: { en: "reproduction", zh: "复现" },
  control: { en: "control, other seed", zh: "对照（不同种子）" },
  ranges: { en: "Ranges and threshold", zh: "区间与界限" },
  threshold: { en: "threshold", zh: "界限" },
  grades: { en: "Facts by grade of proof", zh: "各证据等级的事实数" },
} as const satisfies Record<string, Text>;

/** A share with its range. */
export interface RangeRow {
  readonly name: Text;
  readonly value: number;
  readonly range: readonly [number, number];
}

/** Shares from 0 to 1 with whiskers, and the threshold drawn through; a range across it is drawn in stone. */
export function rangeBars(rows: readonly RangeRow[], threshold?: number): Text {
  const [left, right] = [230, WIDTH - 40];
  const at = (share: number): number => left + share * (right - left);
  const both = (lang: Lang): string => {
    const bottom = 14 + rows.length * 24;
    const parts = rows.flatMap(({ name, value, range: [low, high] }, i) => {
      const y = 24 + i * 24;
      const across = threshold !== undefined && low <= threshold && threshold < high;
      const colour = across ? INK.ink3 : INK.azurite;
      return [
        words(0, y + 3, name[lang], 9.5, INK.ink),
        line(left, y, right, y, INK.rule, 0.6),
        line(at(low), y, at(high), y, colour, 1.5),
        line(at(low), y - 4, at(low), y + 4, colour, 1.5),
        line(at(high), y - 4, at(high), y + 4, colour, 1.5),
        box(at(value) - 2, y - 5, 4, 10, colour),
        words(right + 6, y + 3, value.toFixed(2), 9, INK.ink2),
      ];
    });
    const axis = [
      ...[0, 0.5, 1].map((share) => words(at(share), bottom + 16, share.toFixed(1), 8.5, INK.ink3, "middle")),
      ...(threshold === undefined
        ? []
        : [
            line(at(threshold), 8, at(threshold), bottom + 4, INK.ink2, 1, "3 3"),
            words(at(threshold), 8, LABELS.threshold[lang], 8.5, INK.ink2, "middle"),
          ]),
    ];
    return svg(WIDTH, bottom + 22, LABELS.ranges[lang], [...parts, ...axis]);
  };
  return { en: both("en"), zh: both("zh") };
}

/** How many facts there are of each grade. */
export function gradeBars(counts: Readonly<Partial<Record<Grade, number>>>): Text {
  const most = Math.max(1, ...GRADES.map((grade) => counts[grade] ?? 0));
  const both = (lang: Lang): string => {
    const rows = GRADES.flatMap((grade, i) => {
      const count = counts[grade] ?? 0;
      const y = 14 + i * 19;
      return [
        words(0, y + 3, `${grade}  ${GRADE_TEXTS[grade][lang]}`, 9.5, INK.ink),
        line(150, y, WIDTH - 50, y, INK.rule, 0.6),
        ...(count > 0 ? [box(150, y - 5, (count / most) * (WIDTH - 200), 10, INK.ink2)] : []),
        words(WIDTH, y + 3, String(count), 9.5, INK.ink2, "end"),
      ];
    });
    return svg(WIDTH, 6 + GRADES.length * 19, LABELS.grades[lang], rows);
  };
  return { en: both("en"), zh: both("zh") };
}
