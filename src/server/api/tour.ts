/** `/api/v1/tour`: a walk through the steps of Li v. Liu with real images, in an example workspace of its own. */

import { z } from "zod";
import type { AppParts } from "../app.ts";
import { type Api, operation } from "../contract.ts";
import { DRAWN_STEPS } from "../tour/steps.ts";

const STEP = z.enum(DRAWN_STEPS);
const IMAGE = z.looseObject({ step: STEP, seed: z.string(), sha256: z.string(), pixelsSha256: z.string() });
const NOTHING = z.object({});

const STATE = operation({
  id: "tourState",
  method: "get",
  path: "/tour",
  summary:
    "What of the tour was done, and the example's record with grades; it stands apart from the workspace's record.",
  answer: z.looseObject({ notes: z.looseObject({ images: z.array(IMAGE) }).nullable() }),
});

const DRAW = operation({
  id: "tourDraw",
  method: "post",
  path: "/tour/draw",
  summary: "Draws and records one step of the tour; progress comes as events of kind `tour`.",
  body: z.object({ step: STEP }),
  answer: IMAGE,
});

const HALT = operation({
  id: "tourStop",
  method: "post",
  path: "/tour/stop",
  summary: "Stops the step that is being drawn.",
  answer: NOTHING,
});

const KEEP = operation({
  id: "tourKeep",
  method: "post",
  path: "/tour/keep",
  summary: "Keeps an image of the tour, as a person's choice in the example's record.",
  body: z.object({ step: STEP, why: z.string().trim().max(2_000).default("") }),
  answer: NOTHING,
});

const REMOVE = operation({
  id: "removeTour",
  method: "delete",
  path: "/tour",
  summary: "Removes the example workspace with its images and its ledger; the user's own record is not touched.",
  answer: NOTHING,
});

/** Adds the operations. */
export function tourApi(api: Api, { tour }: Pick<AppParts, "tour">): void {
  api.on(STATE, () => tour.state());
  api.on(DRAW, ({ body }) => tour.draw(body.step));
  api.on(HALT, () => tour.stop());
  api.on(KEEP, ({ body }) => tour.keep(body.step, body.why));
  api.on(REMOVE, () => tour.remove());
}
