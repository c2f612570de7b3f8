/** `/api/v1/dossiers` and `/api/v1/verify`: a case as PDF, HTML and bundle, and whether a bundle holds. */

import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { SeedproofError } from "../../base/errors.ts";
import { toolName } from "../../base/tool.ts";
import type { BundleReport } from "../../dossier/verify.ts";
import type { AppParts } from "../app.ts";
import { CASE_ID } from "../cases/case-store.ts";
import { DOSSIER_FILES, DOSSIER_WISH } from "../cases/dossier-task.ts";
import { type Api, operation } from "../contract.ts";
import { downloaded } from "./comparisons.ts";
import { LISTED, TASK, TASK_ID } from "./tasks.ts";

const FILE = z.enum(Object.keys(DOSSIER_FILES) as [keyof typeof DOSSIER_FILES]);

const ADD = operation({
  id: "makeDossier",
  method: "post",
  path: "/dossiers",
  summary:
    "Measures a case again and makes its dossier: PDF/A-3b with the bundle inside, HTML, and the bundle, which is then verified.",
  body: DOSSIER_WISH,
  answer: TASK,
});

const LIST = operation({
  id: "listDossiers",
  method: "get",
  path: "/dossiers",
  summary: "The last dossiers, newest first.",
  query: z.object({ case: z.string().regex(CASE_ID).optional() }),
  answer: z.object({ dossiers: z.array(TASK) }),
});

const GET = operation({
  id: "getDossier",
  method: "get",
  path: "/dossiers/{id}",
  summary: "One dossier.",
  params: TASK_ID,
  answer: TASK,
});

const STOP = operation({
  id: "stopDossier",
  method: "post",
  path: "/dossiers/{id}/stop",
  summary: "Stops the making of a dossier.",
  params: TASK_ID,
  answer: TASK,
});

const REMOVE = operation({
  id: "removeDossier",
  method: "delete",
  path: "/dossiers/{id}",
  summary: "Removes a dossier that is over, with its files. The case stays.",
  params: TASK_ID,
  answer: z.object({}),
});

const GET_FILE = operation({
  id: "getDossierFile",
  method: "get",
  path: "/dossiers/{id}/files/{file}",
  summary: "PDF, HTML or bundle of a dossier.",
  params: TASK_ID.extend({ file: FILE }),
  answer: "bytes",
});

const VERIFY = operation({
  id: "verifyBundle",
  method: "post",
  path: "/verify",
  summary:
    "Whether a bundle (zip, or the PDF of a dossier) holds: findings that hold, fail, or inform; times by whom this workspace believes.",
  query: z.object({ number: z.string().max(200).optional() }),
  takesBytes: true,
  answer: z.looseObject({ ok: z.boolean(), findings: z.array(z.looseObject({ code: z.string(), level: z.string() })) }),
});

/** Adds the operations. */
export function dossiersApi(
  api: Api,
  {
    home,
    version,
    cases,
    dossiers,
    caseThread,
  }: Pick<AppParts, "home" | "version" | "cases" | "dossiers" | "caseThread">,
): void {
  api.on(ADD, ({ body }) => dossiers.add({ ...body, ref: cases.open(body.case).theCase.ref }));
  api.on(LIST, ({ query }) => ({
    dossiers: dossiers
      .list()
      .filter((one) => query.case === undefined || one.case === query.case)
      .slice(-LISTED)
      .reverse(),
  }));
  api.on(GET, ({ params }) => dossiers.get(params.id));
  api.on(STOP, ({ params }) => dossiers.stop(params.id));
  api.on(REMOVE, ({ params }) => dossiers.remove(params.id));
  api.on(GET_FILE, async ({ params: { id, file }, c }) => {
    const one = dossiers.get(id);
    const path = join(dossiers.folder(id), file);
    if (one.state !== "done" || !existsSync(path))
      throw new SeedproofError("file.not-found", "this dossier has no such file");
    return c.body(new Uint8Array(await readFile(path)), 200, downloaded(`${one.case}-${file}`, DOSSIER_FILES[file]));
  });
  api.on(VERIFY, async ({ query: { number }, bytes }) => {
    const software = toolName(version);
    const asked = { home, software, bytes: await bytes(), ...(number !== undefined && { number }) };
    return published(await caseThread.ask("verify", asked));
  });
}

/** The report with its times as text. */
function published({ exhibits, ledgers, ...rest }: BundleReport): object {
  return {
    ...rest,
    exhibits: exhibits.map(({ notAfter, ...one }) => ({
      ...one,
      ...(notAfter !== undefined && { notAfter: new Date(notAfter).toISOString() }),
    })),
    ledgers: ledgers.map(({ times: _, ...one }) => one),
  };
}
