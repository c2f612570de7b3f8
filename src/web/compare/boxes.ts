/** Boxes of a comparison as they are drawn over its first picture. */

import type { ComparisonView } from "../../compare/pair/view.ts";
import type { ShownBox } from "./overlay.tsx";

/** Regions, elements and the mark. */
export function shownBoxes({
  regions,
  elements,
  watermark,
}: Pick<ComparisonView, "regions" | "elements" | "watermark">): ShownBox[] {
  return [
    ...regions.map(({ name, box }): ShownBox => ({ kind: "region", name, box })),
    ...elements.map(({ name, box, generic }): ShownBox => ({ kind: generic ? "generic" : "element", name, box })),
    ...(watermark ? [{ kind: "mark", name: "", box: watermark.box } as const] : []),
  ];
}
