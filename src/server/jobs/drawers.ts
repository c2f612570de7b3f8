/** What draws the jobs: one engine at a time, kept open while the next job wants the same. */

import type { Engine } from "../../engine/engine.ts";
import { engineThread } from "../../node/engine-thread.ts";
import { openEngine } from "../../node/open-engine.ts";
import type { Job } from "./job.ts";

/** The engines of a queue. */
export interface Drawers {
  /** The engine of a choice; one that another choice left open is closed. */
  engine(choice: Job["engine"]): Promise<Engine>;
  /** Closes what is open, in the middle of whatever it does. */
  close(): Promise<void>;
}

/** Opens nothing yet. */
export function drawers(home: string, version: string): Drawers {
  let held: { readonly key: string; readonly engine: Engine } | undefined;
  const close = async (): Promise<void> => {
    const last = held;
    held = undefined;
    await last?.engine.close();
  };
  return {
    close,
    async engine(choice) {
      const key = JSON.stringify(choice);
      if (held?.key === key) return held.engine;
      await close();
      const settings = {
        home,
        version,
        mode: choice.name === "embedded" ? choice.mode : "reference",
        workers: 1,
      } as const;
      const engine = choice.name === "embedded" ? engineThread(settings).engine : await openEngine(choice, settings);
      held = { key, engine };
      return engine;
    },
  };
}
