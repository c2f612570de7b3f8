/** Closed shapes as flat lists of points: curves are cut into chords here, so that the rasteriser knows only straight edges. */

import { cosine, sine } from "./turn.ts";

/** A closed contour: x0, y0, x1, y1 … in the drawing's own units, y down. */
export type Contour = readonly number[];

/** x' = a·x + c·y + e, y' = b·x + d·y + f. */
export interface Affine {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
  readonly e: number;
  readonly f: number;
}

const CHORDS = 10;

/** Straight edges through these points. */
export function polygon(...points: readonly (readonly [number, number])[]): Contour {
  return points.flat();
}

const CIRCLE = Array.from({ length: 32 }, (_, i) => [cosine(i / 32), sine(i / 32)] as const);

/** An ellipse, turned by `turns` around its centre. */
export function ellipse(x: number, y: number, rx: number, ry: number, turns = 0): Contour {
  const c = cosine(turns);
  const s = sine(turns);
  const out: number[] = [];
  for (const [u, v] of CIRCLE) out.push(x + c * rx * u - s * ry * v, y + s * rx * u + c * ry * v);
  return out;
}

/** A rectangle with round corners of radius r. */
export function box(x: number, y: number, width: number, height: number, r = 0): Contour {
  if (r <= 0) return [x, y, x + width, y, x + width, y + height, x, y + height];
  const out: number[] = [];
  const corner = (cx: number, cy: number, from: number): void => {
    for (let i = 0; i <= 6; i++) out.push(cx + r * cosine(from + i / 24), cy + r * sine(from + i / 24));
  };
  corner(x + width - r, y + r, -0.25);
  corner(x + width - r, y + height - r, 0);
  corner(x + r, y + height - r, 0.25);
  corner(x + r, y + r, 0.5);
  return out;
}

function pushCubic(out: number[], p: readonly number[]): void {
  const [x0, y0, x1, y1, x2, y2, x3, y3] = p as [number, number, number, number, number, number, number, number];
  for (let i = 1; i <= CHORDS; i++) {
    const t = i / CHORDS;
    const u = 1 - t;
    const k0 = u * u * u;
    const k1 = 3 * u * u * t;
    const k2 = 3 * u * t * t;
    const k3 = t * t * t;
    out.push(k0 * x0 + k1 * x1 + k2 * x2 + k3 * x3, k0 * y0 + k1 * y1 + k2 * y2 + k3 * y3);
  }
}

/** A closed contour of cubic Béziers: the start, then two handles and an end per curve. */
export function curves(start: readonly [number, number], ...points: readonly (readonly [number, number])[]): Contour {
  const out: number[] = [...start];
  for (let i = 0; i + 2 < points.length; i += 3) {
    const from = out.slice(-2);
    pushCubic(out, [...from, ...points[i]!, ...points[i + 1]!, ...points[i + 2]!]);
  }
  return out;
}

/** A smooth closed contour through these points (uniform Catmull–Rom): the hand-cut line of the illustrations. */
export function blob(...points: readonly (readonly [number, number])[]): Contour {
  const out: number[] = [];
  const n = points.length;
  for (let i = 0; i < n; i++) {
    const [p0, p1, p2, p3] = [points[(i + n - 1) % n]!, points[i]!, points[(i + 1) % n]!, points[(i + 2) % n]!];
    const handle = (k: 0 | 1): number[] => [p1[k] + (p2[k] - p0[k]) / 6, p2[k] - (p3[k] - p1[k]) / 6];
    const [hx, hy] = [handle(0), handle(1)];
    pushCubic(out, [p1[0], p1[1], hx[0]!, hy[0]!, hx[1]!, hy[1]!, p2[0], p2[1]]);
  }
  return out;
}

/** A smooth open line through these points, as a list of points (Catmull–Rom with doubled ends). */
export function through(...points: readonly (readonly [number, number])[]): Contour {
  const out: number[] = [points[0]![0], points[0]![1]];
  for (let i = 0; i + 1 < points.length; i++) {
    const p0 = points[i - 1] ?? points[i]!;
    const [p1, p2] = [points[i]!, points[i + 1]!];
    const p3 = points[i + 2] ?? p2;
    const handle = (k: 0 | 1): number[] => [p1[k] + (p2[k] - p0[k]) / 6, p2[k] - (p3[k] - p1[k]) / 6];
    const [hx, hy] = [handle(0), handle(1)];
    pushCubic(out, [p1[0], p1[1], hx[0]!, hy[0]!, hx[1]!, hy[1]!, p2[0], p2[1]]);
  }
  return out;
}

/** The contour with every point mapped. */
export function transformed(contour: Contour, m: Affine): number[] {
  const out = new Array<number>(contour.length);
  for (let i = 0; i < contour.length; i += 2) {
    const x = contour[i]!;
    const y = contour[i + 1]!;
    out[i] = m.a * x + m.c * y + m.e;
    out[i + 1] = m.b * x + m.d * y + m.f;
  }
  return out;
}

/** `outer` after `inner`. */
export function compose(outer: Affine, inner: Affine): Affine {
  return {
    a: outer.a * inner.a + outer.c * inner.b,
    b: outer.b * inner.a + outer.d * inner.b,
    c: outer.a * inner.c + outer.c * inner.d,
    d: outer.b * inner.c + outer.d * inner.d,
    e: outer.a * inner.e + outer.c * inner.f + outer.e,
    f: outer.b * inner.e + outer.d * inner.f + outer.f,
  };
}

/** Move to (x, y), turn, then scale; a negative `scaleX` mirrors. */
export function placed(x: number, y: number, scaleX: number, scaleY = scaleX, turns = 0): Affine {
  const c = cosine(turns);
  const s = sine(turns);
  return { a: c * scaleX, b: s * scaleX, c: -s * scaleY, d: c * scaleY, e: x, f: y };
}
