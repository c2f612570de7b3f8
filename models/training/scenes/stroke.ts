/** Lines of a given width as areas: a band along the points, with a disc at each sharp corner and at each open end. */

import type { Contour } from "./path.ts";
import { cosine, sine } from "./turn.ts";

/** Cosine of the turn above which two edges are joined by a disc instead of a mitre (about 35°). */
const SHARP = 0.82;

const CIRCLE = Array.from({ length: 12 }, (_, i) => [cosine(i / 12), sine(i / 12)] as const);

function disc(x: number, y: number, r: number): Contour {
  return CIRCLE.flatMap(([c, s]) => [x + r * c, y + r * s]);
}

interface Edge {
  readonly x: number;
  readonly y: number;
  /** Unit normal. */
  readonly nx: number;
  readonly ny: number;
}

/** The points with the normal of the edge that leaves each; points closer than 1e-6 are dropped. */
function edges(points: Contour, closed: boolean): Edge[] {
  const kept: [number, number][] = [];
  for (let i = 0; i < points.length; i += 2) {
    const last = kept.at(-1);
    const [x, y] = [points[i]!, points[i + 1]!];
    if (last === undefined || Math.abs(last[0] - x) + Math.abs(last[1] - y) > 1e-6) kept.push([x, y]);
  }
  const [first, end] = [kept[0], kept.at(-1)];
  if (closed && kept.length > 1 && Math.abs(first![0] - end![0]) + Math.abs(first![1] - end![1]) < 1e-6) kept.pop();
  return kept.map(([x, y], i) => {
    const next = closed || i + 1 < kept.length ? kept[(i + 1) % kept.length]! : (kept[i - 1] ?? [x + 1, y]);
    const sign = closed || i + 1 < kept.length ? 1 : -1;
    const [dx, dy] = [sign * (next[0] - x), sign * (next[1] - y)];
    const length = Math.sqrt(dx * dx + dy * dy);
    return { x, y, nx: -dy / length, ny: dx / length };
  });
}

/** Offset of the band's side at the corner between two edges, on the bisector. */
function mitre(a: Edge, b: Edge): readonly [number, number] {
  const k = 1 + a.nx * b.nx + a.ny * b.ny;
  return [(a.nx + b.nx) / k, (a.ny + b.ny) / k];
}

/**
 * The area that a pen of this width covers along the line, as contours of equal orientation whose coverages add up.
 *
 * @param points - the line, x0, y0, x1, y1 …
 * @param width - in the same units
 * @param closed - whether the last point is joined to the first
 */
export function outline(points: Contour, width: number, closed: boolean): Contour[] {
  const line = edges(points, closed);
  const r = width / 2;
  const out: Contour[] = [];
  const last = closed ? line.length : line.length - 1;
  for (let i = 0; i < last; i++) {
    const here = line[i]!;
    const next = line[(i + 1) % line.length]!;
    const before = closed || i > 0 ? line[(i + line.length - 1) % line.length]! : here;
    const after = closed || i + 1 < line.length - 1 ? next : here;
    const smoothStart = before.nx * here.nx + before.ny * here.ny > SHARP;
    const smoothEnd = here.nx * after.nx + here.ny * after.ny > SHARP;
    const [sx, sy] = smoothStart ? mitre(before, here) : [here.nx, here.ny];
    const [ex, ey] = smoothEnd ? mitre(here, after) : [here.nx, here.ny];
    out.push([
      here.x - r * sx,
      here.y - r * sy,
      next.x - r * ex,
      next.y - r * ey,
      next.x + r * ex,
      next.y + r * ey,
      here.x + r * sx,
      here.y + r * sy,
    ]);
    if (!smoothStart) out.push(disc(here.x, here.y, r));
  }
  const ends = closed || line.length < 2 ? [] : [line[0]!, line.at(-1)!];
  return [...out, ...ends.map(({ x, y }) => disc(x, y, r))];
}
