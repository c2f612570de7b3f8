/** Dossiers of a workspace: PDF, HTML and bundle of a case, made as a task and verified before it is called done. */

import { join } from "node:path";
import { z } from "zod";
import type { Finding } from "../../base/findings.ts";
import { moduleWorker } from "../../node/module-worker.ts";
import type { EventBus } from "../events.ts";
import { type Desk, openDesk, type Task } from "../jobs/desk.ts";
import { CASE_ID, type CaseStore } from "./case-store.ts";
import type { DossierResult, DossierWork } from "./dossier-worker.ts";

/** What a dossier is asked for with. */
export const DOSSIER_WISH = z.object({
  case: z.string().regex(CASE_ID),
  languages: z
    .array(z.enum(["zh", "en"]))
    .min(1)
    .max(2)
    .default(["zh", "en"]),
});

/** One dossier. */
export interface DossierTask extends Task, z.output<typeof DOSSIER_WISH> {
  /** Reference of the case when it was asked for. */
  readonly ref: string;
  readonly files?: DossierResult["files"];
  /** The bundle's number: the hash that all others hang on. */
  readonly number?: string;
  readonly verified?: DossierResult["verified"];
  readonly findings?: readonly Finding[];
}

/** Files of a dossier that can be had. */
export const DOSSIER_FILES = {
  "dossier.pdf": "application/pdf",
  "dossier.html": "text/html; charset=utf-8",
  "bundle.zip": "application/zip",
} as const;

/** Opens the dossiers of a workspace. */
export function dossierDesk(parts: {
  readonly home: string;
  readonly version: string;
  readonly bus: EventBus;
  readonly cases: CaseStore;
  readonly log: (error: unknown) => void;
}): Desk<DossierTask> {
  const { home, version, cases } = parts;
  return openDesk<DossierTask>(
    {
      kind: "dossier",
      folder: join(home, "dossiers"),
      thread: () => moduleWorker(import.meta.url, "./dossier-worker", {}),
      work: ({ case: id, languages }, output): DossierWork => ({
        ...{ folder: cases.open(id).folder, home, version, languages, output },
      }),
      finished: (_, result) => result as DossierResult,
    },
    parts,
  );
}
