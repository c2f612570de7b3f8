/** `/api/v1/reproductions`: images made again, judged beside a control, and the protocols that go with them. */

import { z } from "zod";
import type { AppParts } from "../app.ts";
import { type Api, operation } from "../contract.ts";
import { ENGINE, SHA256 } from "../jobs/job.ts";
import { PROTOCOL_NAMES } from "../reproduce/desk.ts";
import { LISTED, TASK, TASK_ID } from "./tasks.ts";

const ADD = operation({
  id: "reproduce",
  method: "post",
  path: "/reproductions",
  summary: "Makes an image of the workspace again from its own recipe: twice, and once with the next seed as control.",
  body: z.object({ image: SHA256, name: z.string().max(300), engine: ENGINE }),
  answer: TASK,
});

const LIST = operation({
  id: "listReproductions",
  method: "get",
  path: "/reproductions",
  summary: "The last reproductions, newest first.",
  answer: z.object({ reproductions: z.array(TASK) }),
});

const GET = operation({
  id: "getReproduction",
  method: "get",
  path: "/reproductions/{id}",
  summary: "One reproduction with its report.",
  params: TASK_ID,
  answer: TASK,
});

const STOP = operation({
  id: "stopReproduction",
  method: "post",
  path: "/reproductions/{id}/stop",
  summary: "Stops a reproduction.",
  params: TASK_ID,
  answer: TASK,
});

const PROTOCOL = operation({
  id: "runProtocol",
  method: "post",
  path: "/reproductions/{id}/protocols/{name}",
  summary: "Runs an experiment on determinism with the recipe; its certificate comes with an event.",
  params: TASK_ID.extend({ name: z.enum(PROTOCOL_NAMES) }),
  answer: TASK,
});

/** Adds the operations. */
export function reproductionsApi(api: Api, { desk, images }: Pick<AppParts, "desk" | "images">): void {
  api.on(ADD, ({ body }) => {
    images.file(body.image);
    return desk.add(body);
  });
  api.on(LIST, () => ({ reproductions: desk.list().slice(-LISTED).reverse() }));
  api.on(GET, ({ params }) => desk.get(params.id));
  api.on(STOP, ({ params }) => desk.stop(params.id));
  api.on(PROTOCOL, ({ params }) => desk.protocol(params.id, params.name));
}
