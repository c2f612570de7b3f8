/** Sessions of a record: when each was opened and closed, when its recorder was off, and what it holds. */

import { groupsBy } from "../base/groups.ts";
import type { Moment } from "../ledger/entry.ts";
import { eventsOf, type ProcessEvent } from "./event.ts";
import { type Counts, countsOf } from "./tables.ts";

/** One session by the recorder's own clocks. */
export interface SessionSummary {
  readonly session: string;
  /** Times at which it was opened; more than one where a name was used again. */
  readonly opened: readonly Moment[];
  readonly closed: readonly Moment[];
  readonly first: Moment;
  readonly last: Moment;
  /** The recorder was off from … to. */
  readonly gaps: readonly { readonly from: string; readonly to: string }[];
  readonly events: number;
  readonly counts: Counts;
  /** It holds made-up events, and is no history. */
  readonly simulated: boolean;
}

/** The sessions in the order of their first event. */
export function sessionsOf(events: readonly ProcessEvent[]): SessionSummary[] {
  const groups = groupsBy(events, ({ session }) => session);
  return [...groups].map(([session, own]) => ({
    session,
    opened: eventsOf(own, "session.opened").map(({ at }) => at),
    closed: eventsOf(own, "session.closed").map(({ at }) => at),
    first: own[0]!.at,
    last: own.at(-1)!.at,
    gaps: eventsOf(own, "session.gap").map(({ data }) => data),
    events: own.length,
    counts: countsOf(own),
    simulated: own.some(({ simulated }) => simulated === true),
  }));
}
