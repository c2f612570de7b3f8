/** Where the mark of an account stands: in the line of text that looks like one, or in what several of its posts have in common. */

import type { Box } from "./geometry.ts";
import { fine } from "./mark.ts";
import type { Plane } from "./plane.ts";
import type { TextLine } from "./read-text.ts";
import { correlation, momentsAt } from "./structure.ts";

/** A mark that was found, with its text where it is one. */
export interface FoundMark {
  readonly box: Box;
  readonly text?: string;
}

/** Where marks stand: the line of text nearest to an edge of the picture, of those that hold `wanted` where that is given. */
export function markAmong(
  lines: readonly TextLine[],
  picture: { readonly width: number; readonly height: number },
  wanted?: string,
): FoundMark | undefined {
  const like = (text: string): string => text.toLowerCase().replace(/\s/g, "");
  const candidates = lines.filter(({ text }) => wanted === undefined || like(text).includes(like(wanted)));
  const toEdge = ({ box: [x, y, w, h] }: TextLine): number =>
    Math.min(Math.min(x, picture.width - x - w) / picture.width, Math.min(y, picture.height - y - h) / picture.height);
  const [first] = [...candidates].sort((a, b) => toEdge(a) - toEdge(b) || b.confidence - a.confidence);
  return first && { box: first.box, text: first.text };
}

/** Corners that pictures of different sizes are laid on each other by. */
const ANCHORS = [
  [0, 0],
  [1, 0],
  [0, 1],
  [1, 1],
] as const;

/** Settings of the search in posts: blocks, their least correlation, least texture, and the least number of them. */
const POSTS = { block: 16, agrees: 0.35, texture: 2, least: 3 } as const;

/**
 * What several pictures have in common at the same distance from a corner, as a box in the first one. Their contents differ, so
 * blocks of fine structure agree only where all carry the same mark. `undefined` with fewer than three pictures, or nothing.
 * @param posts - brightness at the pictures' own sizes, the picture asked about first
 */
export function markOfPosts(posts: readonly Plane[]): Box | undefined {
  if (posts.length < 3) return undefined;
  const planes = posts.map(fine);
  const found = ANCHORS.map((anchor) => commonBox(planes, anchor)).filter((one) => one !== undefined);
  return found.sort((a, b) => b.blocks - a.blocks)[0]?.box;
}

function commonBox(
  planes: readonly Plane[],
  [right, bottom]: (typeof ANCHORS)[number],
): { box: Box; blocks: number } | undefined {
  const width = Math.min(...planes.map((plane) => plane.width));
  const height = Math.min(...planes.map((plane) => plane.height));
  const { block, agrees, least } = POSTS;
  const [columns, rows] = [Math.floor((2 * width) / block) - 1, Math.floor((2 * height) / block) - 1];
  if (columns < 1 || rows < 1) return undefined;
  const common = new Set<number>();
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      const at = planes.map(
        (plane) =>
          [
            right * (plane.width - width) + (x * block) / 2,
            bottom * (plane.height - height) + (y * block) / 2,
          ] as const,
      );
      if (agreement(planes, at) >= agrees) common.add(y * columns + x);
    }
  }
  const cluster = largestCluster(common, columns);
  if (cluster.length < least) return undefined;
  const [xs, ys] = [cluster.map((at) => at % columns), cluster.map((at) => Math.floor(at / columns))];
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  const first = planes[0]!;
  const origin = [right * (first.width - width), bottom * (first.height - height)] as const;
  const side = (from: number, to: number): number => ((to - from + 2) * block) / 2;
  return {
    box: [
      origin[0] + (left * block) / 2,
      origin[1] + (top * block) / 2,
      side(left, Math.max(...xs)),
      side(top, Math.max(...ys)),
    ],
    blocks: cluster.length,
  };
}

/** The middle correlation over all pairs of posts; −1 where one of them is flat there. */
function agreement(planes: readonly Plane[], at: readonly (readonly [number, number])[]): number {
  const { block, texture } = POSTS;
  if (planes.some((plane, i) => momentsAt(plane, at[i]![0], at[i]![1], block).deviation < texture)) return -1;
  const values: number[] = [];
  for (let i = 0; i < planes.length; i++) {
    for (let j = i + 1; j < planes.length; j++)
      values.push(correlation(planes[i]!, ...at[i]!, planes[j]!, ...at[j]!, block));
  }
  values.sort((a, b) => a - b);
  return values[values.length >> 1]!;
}

/** The largest group of blocks with gaps of at most two: letters stand apart. */
function largestCluster(blocks: ReadonlySet<number>, columns: number): number[] {
  const left = new Set(blocks);
  let best: number[] = [];
  for (const start of blocks) {
    if (!left.delete(start)) continue;
    const members = [start];
    for (let i = 0; i < members.length; i++) {
      const [x, y] = [members[i]! % columns, Math.floor(members[i]! / columns)];
      for (let dy = -2; dy <= 2; dy++) {
        for (let dx = -3; dx <= 3; dx++) {
          const next = (y + dy) * columns + x + dx;
          if (x + dx >= 0 && x + dx < columns && left.delete(next)) members.push(next);
        }
      }
    }
    if (members.length > best.length) best = members;
  }
  return best;
}
