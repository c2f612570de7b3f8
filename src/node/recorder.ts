/** The recorder: process events of one session, written to the workspace's ledger as they happen. */

import { randomBytes, randomUUID } from "node:crypto";
import type { BeaconRef, Entry, Moment } from "../ledger/entry.ts";
import { entryOfEvent } from "../process/entry.ts";
import type { Agent, CaptureGrade, EventData, EventType, ProcessEvent, Source } from "../process/event.ts";
import { openLedger } from "./ledger-home.ts";
import type { LedgerStore } from "./ledger-store.ts";
import { moment } from "./moment.ts";

/** The software that writes the entries. */
export interface Software {
  readonly name: string;
  readonly version: string;
}

/** What an event needs beside its contents. */
export interface EventFrame {
  readonly capture: CaptureGrade;
  readonly agent: Agent;
  readonly follows?: readonly string[];
  /** Its id, where it is decided before it is written; a new one unless said. */
  readonly id?: string;
  /** When it happened, where that is earlier than now. */
  readonly at?: Moment;
  readonly simulated?: true;
  readonly source?: Source;
  /** A public round that the event holds: the entry cannot have been made before it. */
  readonly beacon?: BeaconRef;
}

/** An event that is durable. */
export interface Recorded {
  /** The event's id within its session. */
  readonly id: string;
  readonly index: number;
  readonly receipt: string;
}

/** Makes the contents of an event; bytes that it speaks of are kept through the store. */
export type Contents<T extends EventType> = EventData[T] | ((store: LedgerStore) => EventData[T]);

/**
 * Writes one event to the ledger of a workspace. When the promise is kept, the event and the files that it names survive a
 * crash. The ledger is opened for it and closed again, so that the recorder, the command line and a watcher take
 * turns.
 * @throws SeedproofError `ledger.*`
 */
export async function recordEvent<T extends EventType>(
  home: string,
  sw: Software,
  session: string,
  type: T,
  contents: Contents<T>,
  frame: EventFrame,
): Promise<Recorded> {
  const store = await openLedger(home, sw);
  try {
    const { id, entry } = eventEntry(store, sw, session, type, contents, frame);
    const [added] = store.append([entry]);
    store.integrate();
    return { id, ...added! };
  } finally {
    store.close();
  }
}

/** The entry of one event, for those who append many at once. The files that it names are durable when this returns. */
export function eventEntry<T extends EventType>(
  store: LedgerStore,
  sw: Software,
  session: string,
  type: T,
  contents: Contents<T>,
  frame: EventFrame,
): { readonly id: string; readonly entry: Entry } {
  const { capture, agent, id = randomUUID(), follows = [], at = moment(), simulated, source, beacon } = frame;
  const data = typeof contents === "function" ? contents(store) : contents;
  const marks = { ...(simulated && { simulated }), ...(source && { source }) };
  const event = { type, id, session, at, capture, agent, follows, data, ...marks } as ProcessEvent;
  const salt = new Uint8Array(randomBytes(32));
  const entry = entryOfEvent(event, sw, salt, (...blob) => store.putBlob(...blob));
  return { id, entry: beacon ? { ...entry, beacon } : entry };
}
