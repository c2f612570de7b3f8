/** The thread that examines: it starts the experiments, each a process of its own that ends with this thread. */

import { rmSync } from "node:fs";
import { join } from "node:path";
import type { ExperimentOutcome } from "../../doctrine/examination.ts";
import { examineWith } from "../../node/case-experiments.ts";
import { openCase } from "../../node/case-folder.ts";
import { makeFolder, nodeFileSystem } from "../../node/durable-fs.ts";
import { PROGRAM } from "../../node/program.ts";
import { workOn } from "../jobs/desk-thread.ts";
import type { ExaminationPart } from "./examination-task.ts";

/** What the thread is told. */
export interface ExaminationWork {
  /** Folder of the case. */
  readonly folder: string;
  readonly home: string;
  /** A server to draw with, as `--engine` takes it. */
  readonly engine?: string;
  readonly output: string;
}

/** What the thread tells at the end; parts came before. */
export interface ExaminationResult {
  readonly outcomes: readonly ExperimentOutcome[];
}

const ended = new AbortController();

workOn<ExaminationWork>(
  "case.examination-failed",
  async ({ folder, home, engine, output }, stage, part): Promise<ExaminationResult> => {
    const outcomes = await examineWith(openCase(folder), {
      ...{ command: PROGRAM, signal: ended.signal, home, more: engine === undefined ? [] : ["--engine", engine] },
      place(name) {
        stage(name);
        const place = join(output, name.replace(" ", "-"));
        rmSync(place, { recursive: true, force: true });
        makeFolder(nodeFileSystem, place);
        return place;
      },
      async keep(name, files, place) {
        part({ name, files, place } satisfies ExaminationPart);
        return undefined;
      },
    });
    stage("measuring");
    return { outcomes };
  },
  () => ended.abort(),
);
