/** `/api/v1/jobs`: images asked for, their progress, and what a person decides about each. */

import { statSync } from "node:fs";
import { z } from "zod";
import { recordEvent } from "../../node/recorder.ts";
import type { Recipe } from "../../recipe/recipe.ts";
import type { AppParts } from "../app.ts";
import { type Api, operation } from "../contract.ts";
import { JOB_REQUEST } from "../jobs/job.ts";
import type { NewJob } from "../jobs/queue.ts";
import { LISTED, TASK, TASK_ID } from "./tasks.ts";

const ADD = operation({
  id: "addJob",
  method: "post",
  path: "/jobs",
  summary: "Asks for images. The job is durable when this answers; events tell how it goes.",
  body: JOB_REQUEST,
  answer: TASK,
});

const LIST = operation({
  id: "listJobs",
  method: "get",
  path: "/jobs",
  summary: "The last jobs, newest first.",
  query: z.object({ limit: z.coerce.number().int().min(1).max(500).default(LISTED) }),
  answer: z.object({ jobs: z.array(TASK) }),
});

const GET = operation({
  id: "getJob",
  method: "get",
  path: "/jobs/{id}",
  summary: "One job.",
  params: TASK_ID,
  answer: TASK,
});

const STOP = operation({
  id: "stopJob",
  method: "post",
  path: "/jobs/{id}/stop",
  summary: "Stops a job; its finished images stay.",
  params: TASK_ID,
  answer: TASK,
});

const DECIDE = operation({
  id: "decide",
  method: "post",
  path: "/jobs/{id}/images/{index}/decision",
  summary:
    "Keeps or rejects an image, with a reason; `null` takes the decision back. Recorded while a session is open.",
  params: TASK_ID.extend({ index: z.coerce.number().int().min(0) }),
  body: z.object({ decision: z.enum(["kept", "rejected"]).nullable(), why: z.string().max(2_000).optional() }),
  answer: TASK,
});

/** Adds the operations. */
export function jobsApi(api: Api, { home, sw, queue, images, witness }: AppParts): void {
  api.on(ADD, ({ body }) => {
    for (const hash of [body.init, body.mask]) if (hash !== undefined) images.file(hash);
    return queue.add({ ...body, recipe: body.recipe as unknown as Recipe } as NewJob);
  });
  api.on(LIST, ({ query }) => ({ jobs: queue.list().slice(-query.limit).reverse() }));
  api.on(GET, ({ params }) => queue.get(params.id));
  api.on(STOP, ({ params }) => queue.stop(params.id));
  api.on(DECIDE, async ({ params, body }) => {
    const job = queue.get(params.id);
    const image = job.images.find(({ index }) => index === params.index);
    const session = witness.session();
    if (image && session !== undefined) {
      const frame = { capture: "noted", agent: { kind: "person", name: "" } } as const;
      const file = {
        role: "image",
        sha256: image.sha256,
        size: statSync(images.file(image.sha256)).size,
        name: image.file,
      };
      const why = body.why === undefined || body.why === "" ? {} : { why: body.why };
      if (body.decision === "kept") await recordEvent(home, sw, session, "image.kept", { image: file, ...why }, frame);
      else if (body.decision === "rejected")
        await recordEvent(home, sw, session, "image.rejected", { image: file, ...why }, frame);
      else
        await recordEvent(home, sw, session, "note.added", { text: "the decision was taken back", about: file }, frame);
    }
    return queue.decide(params.id, params.index, body.decision ?? undefined, body.why);
  });
}
