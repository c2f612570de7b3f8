/** Measuring cases in their thread: one run of a case at a time, and another after it where something came in meanwhile. */

import { SeedproofError } from "../../base/errors.ts";
import type { EventBus } from "../events.ts";
import type { CaseStore } from "./case-store.ts";
import type { CaseThread } from "./case-thread.ts";

/** Measuring of one workspace's cases. */
export interface Measuring {
  /** Measures a case; an event `case` says when it is done. Resolves when nothing of it is left to measure, whatever came of it. */
  measure(id: string): Promise<void>;
  isMeasuring(id: string): boolean;
}

/** Nothing is measured yet. */
export function caseMeasuring(parts: {
  readonly cases: CaseStore;
  readonly thread: CaseThread;
  readonly bus: EventBus;
  readonly tool: string;
  readonly log: (error: unknown) => void;
}): Measuring {
  const { cases, thread, bus, tool, log } = parts;
  const running = new Map<string, { again: boolean; readonly over: Promise<void> }>();

  const once = async (id: string): Promise<{ code: string; message: string } | undefined> => {
    try {
      await thread.ask("measure", { folder: cases.open(id).folder, tool });
      return undefined;
    } catch (error) {
      if (!(error instanceof SeedproofError)) log(error);
      const code = error instanceof SeedproofError ? error.code : "dossier.failed";
      return { code, message: (error as Error).message };
    }
  };
  const all = async (id: string): Promise<void> => {
    for (let isLast = false; !isLast; ) {
      const own = running.get(id)!;
      own.again = false;
      bus.tell({ kind: "case", data: { id, measuring: true } });
      const error = await once(id);
      isLast = !own.again;
      if (isLast) running.delete(id);
      bus.tell({ kind: "case", data: { id, measuring: !isLast, ...(error && { error }) } });
    }
  };
  return {
    measure(id) {
      const now = running.get(id);
      if (now) {
        now.again = true;
        return now.over;
      }
      let done: () => void = () => undefined;
      running.set(id, { again: false, over: new Promise((resolve) => (done = resolve)) });
      return all(id).finally(done);
    },
    isMeasuring: (id) => running.has(id),
  };
}
