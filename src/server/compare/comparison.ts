/** Comparisons of a workspace: what was asked of two images, and what came of it. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { COMPARE_LIMITS } from "../../compare/pair/comparison.ts";
import type { ComparisonView } from "../../compare/pair/view.ts";
import { moduleWorker } from "../../node/module-worker.ts";
import type { EventBus } from "../events.ts";
import type { ImageStore } from "../image-store.ts";
import { type Desk, openDesk, type Task } from "../jobs/desk.ts";
import { SHA256 } from "../jobs/job.ts";
import type { CompareResult, CompareWork } from "./compare-worker.ts";

/** Posts of one account that are looked at for a common mark: more add nothing. */
const MOST_POSTS = 24;

const NAME = z.string().min(1).max(200);
const SIDE = z.object({ image: SHA256, name: z.string().min(1).max(300) });
/** Left, top, width, height in pixels of the first picture. */
const BOX = z.tuple([z.number().min(0), z.number().min(0), z.number().min(4), z.number().min(4)]);

/** What can be asked beside the verdict. */
export const ASKED = z.object({
  a: SIDE,
  b: SIDE,
  regions: z
    .array(z.object({ name: NAME, box: BOX }))
    .max(COMPARE_LIMITS.boxes)
    .default([]),
  elements: z
    .array(z.object({ name: NAME, box: BOX, generic: z.boolean() }))
    .max(COMPARE_LIMITS.boxes)
    .default([]),
  mark: z
    .discriminatedUnion("by", [
      z.object({ by: z.literal("box"), box: BOX }),
      /** Reads text in the first image, and takes the line that looks like a mark. */
      z.object({ by: z.literal("text"), text: z.string().max(200).optional() }),
      /** Other posts of the first image's account. */
      z.object({ by: z.literal("posts"), posts: z.array(SHA256).min(2).max(MOST_POSTS) }),
    ])
    .optional(),
});

/** What was asked. */
export type Asked = z.output<typeof ASKED>;

/** One comparison. */
export interface ComparisonTask extends Task, Asked {
  readonly report?: ComparisonView;
  /** Hashes of pictures in the image store: what a browser shows of both, the map, and the places of the mark. */
  readonly pictures?: CompareResult["pictures"];
}

/** Files of a comparison that can be had. */
export const COMPARISON_FILES = {
  "page.html": "text/html; charset=utf-8",
  "figure.svg": "image/svg+xml",
  "figure.png": "image/png",
  "report.json": "application/json",
} as const;

/** Opens the comparisons of a workspace. */
export function comparisonDesk(parts: {
  readonly home: string;
  readonly version: string;
  readonly bus: EventBus;
  readonly images: ImageStore;
  readonly log: (error: unknown) => void;
}): Desk<ComparisonTask> {
  const { home, version, images } = parts;
  const know = (folder: string, pictures: ComparisonTask["pictures"] = {}): void => {
    for (const [name, sha256] of Object.entries(pictures)) {
      const file = join(folder, `${name}.png`);
      if (existsSync(file)) images.know(sha256, file);
    }
  };
  return openDesk<ComparisonTask>(
    {
      kind: "comparison",
      folder: join(home, "comparisons"),
      thread: () => moduleWorker(import.meta.url, "./compare-worker", {}),
      work: ({ a, b, regions, elements, mark }, output): CompareWork => {
        const side = ({ image, name }: Asked["a"]) => ({ name, file: images.file(image) });
        const posts = mark?.by === "posts" ? mark.posts.map((post) => images.file(post)) : [];
        return { a: side(a), b: side(b), regions, elements, ...(mark && { mark }), posts, output, version };
      },
      finished: (_, result, folder) => {
        const { report, pictures } = result as CompareResult;
        know(folder, pictures);
        return { report, pictures };
      },
      found: ({ pictures }, folder) => know(folder, pictures),
    },
    parts,
  );
}
