/** The mark of an image, searched for: by reading text, or by what several posts of its account have in common. */

import { SeedproofError } from "../base/errors.ts";
import type { MarkQuestion } from "../compare/pair/comparison.ts";
import { markAmong, markOfPosts } from "../compare/pair/find-mark.ts";
import { lumaOf } from "../compare/pair/plane.ts";
import { readLines } from "../compare/pair/read-text.ts";
import { textReader } from "./ocr.ts";
import { decodeViewed, type ImageInput } from "./pixels.ts";

/** Posts that are looked at: more add nothing. */
const MOST_POSTS = 24;

/**
 * The line of text in the first image that looks like a mark, and all lines of the second.
 * @param wanted - text that the mark holds, where it is known
 * @throws SeedproofError `compare.mark-none` when there is no such text
 */
export async function readMark(a: Uint8Array, b: Uint8Array, wanted?: string): Promise<MarkQuestion> {
  const reader = await textReader();
  const [first, second] = [await decodeViewed(a), await decodeViewed(b)];
  const mark = markAmong(await readLines(first, reader), first, wanted);
  if (!mark)
    throw new SeedproofError(
      "compare.mark-none",
      "no text that could be a mark was read in the first image; give its box with --mark",
    );
  return { ...mark, lines: await readLines(second, reader) };
}

/**
 * The mark that the first image has in common with other posts of its account.
 * @throws SeedproofError `compare.mark-none` when they have none, `file.*`, `image.*`
 */
export async function markInPosts(a: Uint8Array, posts: readonly ImageInput[]): Promise<MarkQuestion> {
  const files = [a, ...posts.slice(0, MOST_POSTS)];
  const planes = [];
  for (const file of files) planes.push(lumaOf(await decodeViewed(file)));
  const box = markOfPosts(planes);
  if (!box)
    throw new SeedproofError(
      "compare.mark-none",
      "the posts have no mark in common, or there are fewer than two beside the first image",
    );
  return { box };
}
