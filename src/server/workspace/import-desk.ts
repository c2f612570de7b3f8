/** Histories that the page has taken over: one at a time, told as it goes; stopped, it goes on where it was when it is asked for again. */

import type { Worker } from "node:worker_threads";
import { SeedproofError } from "../../base/errors.ts";
import type { ImportOptions, ImportSummary } from "../../node/import/import.ts";
import { moduleWorker } from "../../node/module-worker.ts";
import type { Software } from "../../node/recorder.ts";
import type { EventBus } from "../events.ts";

/** What is asked for. */
export type ImportWish = Pick<ImportOptions, "session" | "from" | "source" | "images">;

/** Where an import stands. */
export interface ImportState extends ImportWish {
  readonly state: "running" | "done" | "failed" | "stopped";
  /** Runs taken over so far. */
  readonly runs: number;
  readonly summary?: ImportSummary;
  readonly error?: { readonly code: string; readonly message: string };
}

/** Starts and stops imports. */
export interface ImportDesk {
  last(): ImportState | undefined;
  /** @throws SeedproofError `record.import-running` */
  start(wish: ImportWish): ImportState;
  /** @throws SeedproofError `record.import-none` */
  stop(): ImportState;
  close(): Promise<void>;
}

/** Opens the desk. */
export function importDesk(home: string, sw: Software, bus: EventBus, log: (error: unknown) => void): ImportDesk {
  let last: ImportState | undefined;
  let worker: Worker | undefined;
  const tell = (state: ImportState): ImportState => {
    last = state;
    bus.tell({ kind: "import", data: state });
    return state;
  };
  const settle = (more: Partial<ImportState>): void => {
    if (last?.state !== "running") return;
    tell({ ...last, ...more });
    void worker?.terminate();
    worker = undefined;
  };
  return {
    last: () => last,
    start(wish) {
      if (last?.state === "running") {
        throw new SeedproofError("record.import-running", "a history is being taken over already");
      }
      worker = moduleWorker(import.meta.url, "./import-worker", { workerData: { home, sw, ...wish } });
      worker.on("message", (said: Pick<ImportState, "runs" | "summary" | "error">) => {
        if (said.summary) settle({ state: "done", runs: said.summary.runs, summary: said.summary });
        else if (said.error) settle({ state: "failed", error: said.error });
        else if (last) tell({ ...last, runs: said.runs });
      });
      worker.on("error", (error) => {
        log(error);
        settle({
          state: "failed",
          error: { code: "record.import-failed", message: "the thread that works has ended" },
        });
      });
      worker.on("exit", () => settle({ state: "stopped" }));
      return tell({ ...wish, state: "running", runs: 0 });
    },
    stop() {
      if (last?.state !== "running") throw new SeedproofError("record.import-none", "no history is being taken over");
      settle({ state: "stopped" });
      return last;
    },
    async close() {
      await worker?.terminate();
    },
  };
}
