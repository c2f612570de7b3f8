/** What the answers of all tasks share: jobs, reproductions, comparisons, dossiers. */

import { z } from "zod";

/** A task, whatever else it says. */
export const TASK = z.looseObject({
  id: z.string(),
  state: z.enum(["queued", "running", "done", "failed", "stopped"]),
});

/** The id of a task in an address. */
export const TASK_ID = z.object({ id: z.string().regex(/^[\w-]{1,64}$/) });

/** How many tasks a list tells of, unless it is asked for another number. */
export const LISTED = 50;
