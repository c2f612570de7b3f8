/** `/api/v1/library`: all images of the workspace and of added folders, searched, chosen by facets, rated. */

import { z } from "zod";
import { FACETS, type FacetName, SEARCH_LIMITS } from "../../node/library/search.ts";
import type { AppParts } from "../app.ts";
import { type Api, operation } from "../contract.ts";
import { SHA256 } from "../jobs/job.ts";
import { jsonBytes } from "../workspace/thread.ts";

const MONTH = z.string().regex(/^\d{4}-\d{2}$/);
const FACET = z.enum(FACETS as [FacetName, ...FacetName[]]);

const SEARCH_FOR = z.object({
  text: z.string().max(SEARCH_LIMITS.text).default(""),
  facets: z.partialRecord(FACET, z.array(z.string().max(200)).max(100)).default({}),
  from: MONTH.optional(),
  to: MONTH.optional(),
  family: SHA256.optional(),
  sort: z.enum(["newest", "oldest", "rating", "name"]).default("newest"),
  view: z.enum(["images", "families", "duplicates"]).default("images"),
  more: z.array(FACET).max(FACETS.length).default([]),
});

const IMAGE = z.looseObject({
  sha256: SHA256,
  name: z.string(),
  width: z.int(),
  height: z.int(),
  grade: z.string(),
  tool: z.string(),
  rating: z.int(),
});
const FOLDER = z.object({ id: z.string(), path: z.string(), present: z.boolean() });
const NOTHING = z.object({});

const STATE = operation({
  id: "libraryState",
  method: "get",
  path: "/library",
  summary: "Where the index stands, and the folders that were added. The first question opens the index.",
  answer: z.looseObject({ state: z.enum(["opening", "reading", "looking", "ready"]), folders: z.array(FOLDER) }),
});

const SEARCH = operation({
  id: "searchLibrary",
  method: "post",
  path: "/library/search",
  summary:
    "Images that fit: how many, their widths to heights in hundredths in the order asked for, the first of them, and what each facet would leave. View `duplicates`: how many of each group follow one another.",
  body: SEARCH_FOR,
  answer: z.looseObject({
    total: z.int(),
    all: z.int(),
    ratios: z.array(z.int()),
    images: z.array(IMAGE.nullable()),
    facets: z.record(
      z.string(),
      z.object({ values: z.array(z.object({ value: z.string(), count: z.int() })), distinct: z.int() }),
    ),
    groups: z.array(z.int()).optional(),
    months: z.array(z.object({ month: z.string(), count: z.int() })),
  }),
});

const PAGE = operation({
  id: "libraryPage",
  method: "post",
  path: "/library/page",
  summary: "Images of a search from a place on, in the order that the search gave; `null` for one that has gone since.",
  body: z.object({
    search: SEARCH_FOR,
    offset: z.int().min(0).max(SEARCH_LIMITS.images),
    limit: z.int().min(1).max(300),
  }),
  answer: z.object({ images: z.array(IMAGE.nullable()) }),
});

const GET = operation({
  id: "libraryImage",
  method: "get",
  path: "/library/images/{sha256}",
  summary: "One image: its recipe, its places, its family, and the entries of the record that name it.",
  params: z.object({ sha256: SHA256 }),
  answer: IMAGE,
});

const MARK = operation({
  id: "markImage",
  method: "post",
  path: "/library/images/{sha256}/mark",
  summary:
    "Rates an image from 1 to 5, 0 for none, or rejects it. Durable when this answers; recorded while a session is open.",
  params: z.object({ sha256: SHA256 }),
  body: z.object({ rating: z.int().min(0).max(5).optional(), rejected: z.boolean().optional() }),
  answer: z.object({ rating: z.int(), rejected: z.boolean() }),
});

const ADD_FOLDER = operation({
  id: "addLibraryFolder",
  method: "post",
  path: "/library/folders",
  summary:
    "Adds a folder of this machine, with all below it. It is read and never written; links in it are not followed.",
  body: z.object({ path: z.string().min(1).max(4_000) }),
  answer: FOLDER,
});

const REMOVE_FOLDER = operation({
  id: "removeLibraryFolder",
  method: "delete",
  path: "/library/folders/{id}",
  summary: "Takes a folder out of the library; its files stay as they are.",
  params: z.object({ id: z.string().regex(/^[0-9a-f]{16}$/) }),
  answer: NOTHING,
});

const STATS = operation({
  id: "libraryStats",
  method: "get",
  path: "/library/stats",
  summary: "What the index holds, and the files that could not be read.",
  answer: z.looseObject({ images: z.int(), files: z.int() }),
});

const REFRESH = operation({
  id: "refreshLibrary",
  method: "post",
  path: "/library/refresh",
  summary:
    "Looks for what has changed; with `rebuild` throws the index away and makes it again. Events tell how it goes.",
  body: z.object({ rebuild: z.boolean().default(false) }),
  answer: NOTHING,
});

/** Adds the operations. */
export function libraryApi(api: Api, { library, witness }: Pick<AppParts, "library" | "witness">): void {
  api.on(STATE, async () => jsonBytes(await library.ask("state", undefined)));
  api.on(SEARCH, async ({ body }) => jsonBytes(await library.ask("search", body)));
  api.on(PAGE, async ({ body }) => jsonBytes(await library.ask("page", body)));
  api.on(GET, async ({ params }) => jsonBytes(await library.ask("image", params.sha256)));
  api.on(MARK, async ({ params: { sha256 }, body: { rating, rejected } }) => {
    const mark = { ...(rating !== undefined && { rating }), ...(rejected !== undefined && { rejected }) };
    return jsonBytes(await library.ask("mark", { sha256, mark, session: witness.session() }));
  });
  api.on(ADD_FOLDER, async ({ body }) => jsonBytes(await library.ask("addFolder", body.path)));
  api.on(REMOVE_FOLDER, async ({ params }) => {
    await library.ask("removeFolder", params.id);
  });
  api.on(STATS, async () => jsonBytes(await library.ask("stats", undefined)));
  api.on(REFRESH, async ({ body }) => {
    await library.ask(body.rebuild ? "rebuild" : "touch", undefined);
  });
}
