/** `/api/v1/comparisons`: how two images of the workspace relate, each a task with its page, figure and JSON. */

import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { SeedproofError } from "../../base/errors.ts";
import type { AppParts } from "../app.ts";
import { ASKED, COMPARISON_FILES } from "../compare/comparison.ts";
import { type Api, operation } from "../contract.ts";
import { keepImage } from "../pictures/keep-image.ts";
import { LISTED, TASK, TASK_ID } from "./tasks.ts";

const FILE = z.enum(Object.keys(COMPARISON_FILES) as [keyof typeof COMPARISON_FILES]);

const ADD = operation({
  id: "compare",
  method: "post",
  path: "/comparisons",
  summary: "Compares two images of the workspace; regions, elements and a mark are answered beside the verdict.",
  body: ASKED,
  answer: TASK,
});

const LIST = operation({
  id: "listComparisons",
  method: "get",
  path: "/comparisons",
  summary: "The last comparisons, newest first, without their reports.",
  answer: z.object({ comparisons: z.array(TASK) }),
});

const GET = operation({
  id: "getComparison",
  method: "get",
  path: "/comparisons/{id}",
  summary: "One comparison with its report.",
  params: TASK_ID,
  answer: TASK,
});

const STOP = operation({
  id: "stopComparison",
  method: "post",
  path: "/comparisons/{id}/stop",
  summary: "Stops a comparison.",
  params: TASK_ID,
  answer: TASK,
});

const REMOVE = operation({
  id: "removeComparison",
  method: "delete",
  path: "/comparisons/{id}",
  summary: "Removes a comparison that is over, with its files. The images stay.",
  params: TASK_ID,
  answer: z.object({}),
});

const GET_FILE = operation({
  id: "getComparisonFile",
  method: "get",
  path: "/comparisons/{id}/files/{file}",
  summary: "What a comparison made: the page that opens anywhere, the figure for a dossier, the JSON.",
  params: TASK_ID.extend({ file: FILE }),
  answer: "bytes",
});

/** Adds the operations. */
export function comparisonsApi(
  api: Api,
  parts: Pick<AppParts, "comparisons" | "images" | "library" | "pictures">,
): void {
  const { comparisons } = parts;
  api.on(ADD, async ({ body }) => {
    const posts = body.mark?.by === "posts" ? body.mark.posts : [];
    for (const image of [body.a.image, body.b.image, ...posts]) await keepImage(parts, image);
    return comparisons.add(body);
  });
  api.on(LIST, () => ({
    comparisons: comparisons
      .list()
      .slice(-LISTED)
      .reverse()
      .map(({ report, ...head }) => ({ ...head, ...(report && { verdict: report.verdict }) })),
  }));
  api.on(GET, ({ params }) => comparisons.get(params.id));
  api.on(STOP, ({ params }) => comparisons.stop(params.id));
  api.on(REMOVE, ({ params }) => comparisons.remove(params.id));
  api.on(GET_FILE, async ({ params: { id, file }, c }) => {
    const path = join(comparisons.folder(id), file);
    if (!existsSync(path)) throw new SeedproofError("file.not-found", "this comparison has no such file");
    return c.body(
      new Uint8Array(await readFile(path)),
      200,
      downloaded(`comparison-${id}-${file}`, COMPARISON_FILES[file]),
    );
  });
}

/** Headers of a file that is saved and never shown as a part of the workbench: its scripts get no place to run in. */
export function downloaded(name: string, type: string): Record<string, string> {
  return {
    "content-type": type,
    "content-disposition": `attachment; filename="${name}"`,
    "content-security-policy": "default-src 'none'; sandbox",
  };
}
