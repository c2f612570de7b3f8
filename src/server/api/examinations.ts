/** `/api/v1/examinations`: the experiments that a case allows, run in processes of their own and kept as exhibits made here. */

import { z } from "zod";
import { imageInQuestion } from "../../node/case-experiments.ts";
import type { AppParts } from "../app.ts";
import { CASE_ID } from "../cases/case-store.ts";
import { EXAMINATION_WISH } from "../cases/examination-task.ts";
import { type Api, operation } from "../contract.ts";
import { LISTED, TASK, TASK_ID } from "./tasks.ts";

const ADD = operation({
  id: "examineCase",
  method: "post",
  path: "/examinations",
  summary:
    "Makes the image in question of a case again, beside a control, in new processes, by detours and under other users; certificates become exhibits (M).",
  body: EXAMINATION_WISH,
  answer: TASK,
});

const LIST = operation({
  id: "listExaminations",
  method: "get",
  path: "/examinations",
  summary: "The last examinations, newest first.",
  query: z.object({ case: z.string().regex(CASE_ID).optional() }),
  answer: z.object({ examinations: z.array(TASK) }),
});

const GET = operation({
  id: "getExamination",
  method: "get",
  path: "/examinations/{id}",
  summary: "One examination, with what came of each experiment so far.",
  params: TASK_ID,
  answer: TASK,
});

const STOP = operation({
  id: "stopExamination",
  method: "post",
  path: "/examinations/{id}/stop",
  summary: "Stops an examination and the process under way; certificates that are in the case stay.",
  params: TASK_ID,
  answer: TASK,
});

const REMOVE = operation({
  id: "removeExamination",
  method: "delete",
  path: "/examinations/{id}",
  summary: "Removes an examination that is over from the list. Its exhibits stay in the case.",
  params: TASK_ID,
  answer: z.object({}),
});

/** Adds the operations. */
export function examinationsApi(api: Api, { cases, examinations }: Pick<AppParts, "cases" | "examinations">): void {
  api.on(ADD, ({ body }) => {
    imageInQuestion(cases.open(body.case).theCase);
    return examinations.add(body);
  });
  api.on(LIST, ({ query }) => ({
    examinations: examinations
      .list()
      .filter((one) => query.case === undefined || one.case === query.case)
      .slice(-LISTED)
      .reverse(),
  }));
  api.on(GET, ({ params }) => examinations.get(params.id));
  api.on(STOP, ({ params }) => examinations.stop(params.id));
  api.on(REMOVE, ({ params }) => examinations.remove(params.id));
}
