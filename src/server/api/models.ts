/** `/api/v1/models`: the workspace's shelf of models, and which of them a recipe means. */

import { z } from "zod";
import type { AppParts } from "../app.ts";
import { type Api, operation } from "../contract.ts";
import { jsonBytes } from "../workspace/thread.ts";

const HASH = z.object({
  kind: z.enum(["sha256", "autov1", "autov2", "autov3", "swarm", "blake3", "crc32"]),
  value: z.string().max(128),
});

const LIST = operation({
  id: "listModels",
  method: "get",
  path: "/models",
  summary: "The models on the shelf and those that come with the package, with their hashes and trigger words.",
  answer: z.object({
    models: z.array(
      z.object({
        name: z.string(),
        kind: z.string(),
        family: z.string(),
        by: z.enum(["shipped", "link", "copy"]),
        hashes: z.array(HASH),
        triggers: z.array(
          z.object({ word: z.string(), from: z.enum(["stated", "tags"]), count: z.number().optional() }),
        ),
      }),
    ),
  }),
});

const FIND = operation({
  id: "findModels",
  method: "post",
  path: "/models/find",
  summary: "Which models of the shelf a recipe means: by hash where it gives one, else by name; in the order asked.",
  body: z.object({
    wanted: z.array(z.object({ name: z.string().max(1_000), hashes: z.array(HASH).max(32) })).max(1_000),
  }),
  answer: z.object({
    found: z.array(
      z.object({ name: z.string(), by: z.enum(["hash", "name", "other", "none"]), file: z.string().optional() }),
    ),
  }),
});

/** Adds the operations. */
export function modelsApi(api: Api, { workspace }: Pick<AppParts, "workspace">): void {
  api.on(LIST, async () => jsonBytes(await workspace.ask("models", undefined)));
  api.on(FIND, async ({ body }) => jsonBytes(await workspace.ask("findModels", body.wanted)));
}
