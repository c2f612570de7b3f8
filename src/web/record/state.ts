/** What the Record screen holds: sessions, the timeline of one, and what the server tells as entries come in. */

import { signal } from "@preact/signals";
import type { Finding } from "../../base/findings.ts";
import type { Evidence } from "../../ledger/evidence.ts";
import type { Difference } from "../../process/difference.ts";
import type { CaptureGrade } from "../../process/event.ts";
import type { BoundedEvent } from "../../process/proof-grade.ts";
import type { CutOff, OpenSession } from "../../server/session-keeper.ts";
import { ask, hear, refreshStatus } from "../server.ts";

/** One piece of outside evidence, and which side it bounds. */
export interface Bound extends Evidence {
  readonly side: "not-before" | "not-after";
  /** Not after: the entries below this are bounded. */
  readonly size?: number;
  readonly from?: number;
}

/** One session of the list. */
export interface SessionRow {
  readonly name: string;
  readonly events: number;
  readonly first: string;
  readonly last: string;
  readonly capture?: CaptureGrade;
  readonly simulated: boolean;
}

/** The overview. */
export interface Overview {
  readonly open?: OpenSession;
  readonly cutOff?: CutOff;
  readonly sessions: readonly SessionRow[];
  readonly ledger?: {
    readonly ok: boolean;
    readonly size: number;
    readonly root: string;
    readonly pending: number;
    readonly findings: readonly Finding[];
    readonly evidence: readonly Bound[];
  };
}

/** The timeline of one session. */
export interface SessionTimeline {
  readonly session: string;
  readonly events: readonly BoundedEvent[];
  readonly changes: Readonly<Record<string, readonly Difference[]>>;
  readonly evidence: readonly Bound[];
}

/** The overview. */
export const overview = signal<Overview | undefined>(undefined);
/** The chosen session. */
export const chosen = signal<string | undefined>(undefined);
/** Its timeline. */
export const timeline = signal<SessionTimeline | undefined>(undefined);

/** Asks for everything anew. */
export async function refresh(): Promise<void> {
  const answer = await ask<Overview>("/record").catch(() => undefined);
  if (!answer) return;
  overview.value = answer;
  const { open, sessions } = answer;
  const isThere = sessions.some(({ name }) => name === chosen.value);
  if (!isThere) chosen.value = open?.session ?? sessions.at(-1)?.name;
  await refreshTimeline();
  void refreshStatus();
}

async function refreshTimeline(): Promise<void> {
  const session = chosen.value;
  if (session === undefined) return;
  const answer = await ask<SessionTimeline>(`/record/timeline?session=${encodeURIComponent(session)}`).catch(
    () => undefined,
  );
  if (answer && chosen.value === session) timeline.value = answer;
}

/** Shows a session. */
export function choose(session: string): void {
  chosen.value = session;
  timeline.value = undefined;
  void refreshTimeline();
}

/** Listens to the server; many entries in a row are asked for once. Gives back how to stop. */
export function listen(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const soon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => void refresh(), 150);
  };
  const all = [hear("record", soon), hear("reset", soon), hear("hello", soon)];
  void refresh();
  return () => {
    clearTimeout(timer);
    for (const end of all) end();
  };
}
