/** What judges and hands over: comparisons, cases and their dossiers, with the thread that works on cases. */

import { toolName } from "../base/tool.ts";
import { type CaseStore, caseStore } from "./cases/case-store.ts";
import { type CaseThread, caseThread } from "./cases/case-thread.ts";
import { type DossierTask, dossierDesk } from "./cases/dossier-task.ts";
import { type ExaminationTask, examinationDesk } from "./cases/examination-task.ts";
import { caseMeasuring, type Measuring } from "./cases/measuring.ts";
import { type ComparisonTask, comparisonDesk } from "./compare/comparison.ts";
import type { EventBus } from "./events.ts";
import type { ImageStore } from "./image-store.ts";
import type { Desk } from "./jobs/desk.ts";

/** The parts of the app. */
export interface EvidenceParts {
  readonly comparisons: Desk<ComparisonTask>;
  readonly cases: CaseStore;
  readonly caseThread: CaseThread;
  readonly measuring: Measuring;
  readonly examinations: Desk<ExaminationTask>;
  readonly dossiers: Desk<DossierTask>;
}

/** Opens them; what a crash cut off goes on. */
export function openEvidence(base: {
  readonly home: string;
  readonly version: string;
  readonly bus: EventBus;
  readonly images: ImageStore;
  readonly log: (error: unknown) => void;
}): { readonly parts: EvidenceParts; close(): Promise<void> } {
  const comparisons = comparisonDesk(base);
  const cases = caseStore(base.home);
  const thread = caseThread();
  const measuring = caseMeasuring({ ...base, cases, thread, tool: toolName(base.version) });
  const examinations = examinationDesk({ ...base, cases, measuring });
  const dossiers = dossierDesk({ ...base, cases });
  return {
    parts: { comparisons, cases, caseThread: thread, measuring, examinations, dossiers },
    async close() {
      await comparisons.close();
      await examinations.close();
      await dossiers.close();
      await thread.end();
    },
  };
}
