/** The line from a pinned value to the bytes that said it. */

import type { RefObject } from "preact";
import { useEffect, useState } from "preact/hooks";
import { litRange, pinned } from "./state.ts";

/** Draws it where both ends are in view, in the layout of three columns. */
export function Leader({ within }: { readonly within: RefObject<HTMLElement> }) {
  const [line, setLine] = useState<string>();
  const path = pinned.value;
  const range = litRange.value;
  useEffect(() => {
    if (path === undefined || !range) return setLine(undefined);
    const draw = (): void => setLine(lineIn(within.current, path));
    const timer = setTimeout(draw, 30);
    addEventListener("resize", draw);
    within.current?.addEventListener("scroll", draw, true);
    return () => {
      clearTimeout(timer);
      removeEventListener("resize", draw);
      within.current?.removeEventListener("scroll", draw, true);
    };
  }, [path, range?.[0], range?.[1]]);
  if (line === undefined) return null;
  return (
    <svg class="leader" aria-hidden="true">
      <path d={line} />
    </svg>
  );
}

function lineIn(root: HTMLElement | null, path: string): string | undefined {
  const value = root?.querySelector(`.data-pane [data-value="${CSS.escape(path)}"]`);
  const row = root?.querySelector("[data-lit-row]");
  const view = row?.closest(".hex");
  if (!root || !value || !row || !view) return undefined;
  const [own, from, to, frame] = [root, value, row, view].map((one) => one.getBoundingClientRect());
  // Along the rule above the value, where no words stand.
  const [y1, y2] = [from!.top - own!.top, to!.top + to!.height / 2 - own!.top];
  const isInView = to!.top >= frame!.top - 4 && to!.bottom <= frame!.bottom + 4 && from!.right < to!.left;
  if (!isInView) return undefined;
  const [x1, x2] = [from!.right - own!.left, to!.left - own!.left - 4];
  const middle = x2 - 16;
  return `M${x1} ${y1}H${middle}V${y2}H${x2}`;
}
