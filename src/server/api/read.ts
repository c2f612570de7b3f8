/** `/api/v1/read`, `/api/v1/read-text`, `/api/v1/copy`: readings and generation data for programs; the page reads by itself. */

import { z } from "zod";
import { FORMS } from "../../recipe/copied.ts";
import type { AppParts } from "../app.ts";
import { type Api, operation } from "../contract.ts";
import { jsonBytes } from "../workspace/thread.ts";

const READING = z.looseObject({
  file: z.string(),
  sha256: z.string().optional(),
  status: z.enum(["recipe", "partial", "none"]),
  tool: z.string(),
  blocks: z.array(z.looseObject({ where: z.string(), key: z.string() })),
});

const NAMED = z.object({ name: z.string().max(1_000).default("image") });

const READ = operation({
  id: "read",
  method: "post",
  path: "/read",
  summary: "The reading of an image, as `seedproof read --json` prints it, with texts in both languages.",
  query: NAMED,
  takesBytes: true,
  answer: READING,
});

const READ_TEXT = operation({
  id: "readText",
  method: "post",
  path: "/read-text",
  summary: "The reading of pasted generation data.",
  body: z.object({ text: z.string().max(4 * 1024 * 1024), name: z.string().max(1_000).default("text") }),
  answer: READING,
});

const COPY = operation({
  id: "copy",
  method: "post",
  path: "/copy",
  summary: "An image's generation data, ready to paste into another program.",
  query: NAMED.extend({ as: z.enum(FORMS).default("a1111") }),
  takesBytes: true,
  answer: z.object({ text: z.string(), origin: z.enum(["recorded", "written"]), losses: z.array(z.unknown()) }),
});

/** Adds the operations. */
export function readApi(api: Api, { workspace }: Pick<AppParts, "workspace">): void {
  api.on(READ, async ({ query: { name }, bytes: body }) => {
    const bytes = await body();
    return jsonBytes(await workspace.ask("read", { name, bytes }, { moved: [bytes.buffer as ArrayBuffer] }));
  });
  api.on(READ_TEXT, async ({ body }) => jsonBytes(await workspace.ask("readText", body)));
  api.on(COPY, async ({ query, bytes: body }) => {
    const bytes = await body();
    return jsonBytes(await workspace.ask("copy", { ...query, bytes }, { moved: [bytes.buffer as ArrayBuffer] }));
  });
}
