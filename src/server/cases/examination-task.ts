/** Examinations of a workspace: the experiments that the image in question of a case allows, run as a task and kept as exhibits. */

import { rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { toolName } from "../../base/tool.ts";
import type { ExperimentName, ExperimentOutcome } from "../../doctrine/examination.ts";
import { type ExperimentFiles, keepExperiment, outcomeOf } from "../../node/case-experiments.ts";
import { moduleWorker } from "../../node/module-worker.ts";
import type { EventBus } from "../events.ts";
import { type Desk, openDesk, type Task } from "../jobs/desk.ts";
import { ENGINE } from "../jobs/job.ts";
import { CASE_ID, type CaseStore } from "./case-store.ts";
import type { ExaminationResult, ExaminationWork } from "./examination-worker.ts";
import type { Measuring } from "./measuring.ts";

/** What an examination is asked for with. */
export const EXAMINATION_WISH = z.object({
  case: z.string().regex(CASE_ID),
  /** What draws the images; the embedded engine with the recipe's own model where absent. */
  engine: ENGINE.optional(),
});

/** One examination. */
export interface ExaminationTask extends Task, z.output<typeof EXAMINATION_WISH> {
  /** Experiments that are over, in their order; of a running one those so far. */
  readonly experiments?: readonly ExperimentOutcome[];
}

/** What the thread tells of one experiment, whose files wait in a folder to be taken into the case. */
export interface ExaminationPart {
  readonly name: ExperimentName;
  readonly files: ExperimentFiles;
  readonly place: string;
}

/** A thread that only waits for a process hears at once; a busy machine takes its time. */
const PATIENCE_MS = 10_000;

/** Opens the examinations of a workspace. */
export function examinationDesk(parts: {
  readonly home: string;
  readonly version: string;
  readonly bus: EventBus;
  readonly cases: CaseStore;
  readonly measuring: Measuring;
  readonly log: (error: unknown) => void;
}): Desk<ExaminationTask> {
  const { home, version, cases, measuring } = parts;
  const tool = toolName(version);
  return openDesk<ExaminationTask>(
    {
      kind: "examination",
      folder: join(home, "examinations"),
      thread: () => moduleWorker(import.meta.url, "./examination-worker", {}),
      patienceMs: PATIENCE_MS,
      work: ({ case: id, engine }, output): ExaminationWork => ({
        ...{ folder: cases.open(id).folder, home, output },
        ...(engine && engine.name !== "embedded" && { engine: `${engine.name}=${engine.url}` }),
      }),
      // Case and exhibits are changed here alone, where changes of one case stand in a queue.
      async part({ case: id, experiments = [] }, part) {
        const { name, files, place } = part as ExaminationPart;
        const now = new Date().toISOString();
        const exhibit = await keepExperiment(files, { now, tool }, (path, about) => cases.take(id, { path }, about));
        rmSync(place, { recursive: true, force: true });
        const outcome = outcomeOf(name, files, exhibit?.id);
        return { experiments: [...experiments.filter((one) => one.name !== name), outcome] };
      },
      async finished({ case: id, experiments = [] }, result) {
        await measuring.measure(id);
        const { outcomes } = result as ExaminationResult;
        return { experiments: outcomes.map((one) => experiments.find(({ name }) => name === one.name) ?? one) };
      },
    },
    parts,
  );
}
