/** A comparison as pages show it: its public form, and the matched places that are drawn. */

import type { Comparison } from "./comparison.ts";
import { type ComparisonJson, comparisonJson } from "./comparison-json.ts";
import { chosen } from "./figure.ts";

/** Plain JSON, with texts in both languages. */
export interface ComparisonView extends ComparisonJson {
  readonly matched: {
    readonly all: number;
    readonly agree: number;
    /** Places in pixels of the two pictures; not all of them, which would hide what they lie on. */
    readonly drawn: Comparison["points"];
  };
}

/** The form for a page. */
export function comparisonView(comparison: Comparison): ComparisonView {
  const { points } = comparison;
  const agree = points.filter(({ agrees }) => agrees).length;
  return { ...comparisonJson(comparison), matched: { all: points.length, agree, drawn: chosen(points) } };
}
