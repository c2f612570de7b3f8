/** Process events as entries of the ledger, and back. */

import { utf8 } from "../base/bytes.ts";
import { canonicalJson, isObject, type Json, type JsonObject } from "../base/json.ts";
import { parseJson } from "../base/json-text.ts";
import { ENTRY_LIMITS, type Entry, type FileRef, type PlacedEntry } from "../ledger/entry.ts";
import type { Agent, ProcessEvent, ProcessFile } from "./event.ts";

/** Names the form of an entry's body. */
const FORMAT = "seedproof-event/1";

/** Contents above this go into a blob, and the entry names its hash: a graph of ComfyUI can be megabytes. */
const MOST_IN_BODY = ENTRY_LIMITS.bytes / 2;

/** Keeps bytes beside the ledger and gives the reference to them. */
export type PutBlob = (bytes: Uint8Array, role: string, mime: string) => FileRef;

/** The entry that records an event. Contents too long for an entry are put into a blob first. */
export function entryOfEvent(event: ProcessEvent, sw: NonNullable<Entry["sw"]>, putBlob: PutBlob): Entry {
  const { type, session, at, agent, data, id, capture, follows, simulated } = event;
  const contents = JSON.parse(JSON.stringify(data)) as Json;
  const text = canonicalJson(contents);
  const payload = text.length > MOST_IN_BODY ? putBlob(utf8(text), "payload", "application/json") : undefined;
  const files = filesIn(contents).slice(0, ENTRY_LIMITS.files - 1);
  const out = payload ? [...files, payload] : files;
  const body = {
    ...{ format: FORMAT, id, capture, agent: agent as unknown as JsonObject, follows },
    ...(simulated && { simulated }),
    ...(payload ? { payload: payload.sha256 } : { data: contents }),
  };
  return { v: 1, type, t: at, session, actor: agent.name, ...(out.length > 0 && { out }), body, sw };
}

/**
 * The event that an entry records, or `undefined` where it records something else or its contents are not at hand.
 * @param blob - the bytes of a blob by hash; `undefined` where they were erased
 */
export function eventOfEntry(
  { entry }: PlacedEntry,
  blob: (sha256: string) => Uint8Array | undefined,
): ProcessEvent | undefined {
  const { body, type, t, session } = entry;
  if (!isObject(body) || body.format !== FORMAT || session === undefined) return undefined;
  const data = typeof body.payload === "string" ? contentsOf(blob(body.payload)) : body.data;
  if (data === undefined) return undefined;
  return {
    type,
    id: String(body.id),
    session,
    at: t,
    capture: body.capture,
    agent: body.agent as unknown as Agent,
    follows: Array.isArray(body.follows) ? body.follows.map(String) : [],
    ...(body.simulated === true && { simulated: true }),
    data,
  } as unknown as ProcessEvent;
}

function contentsOf(bytes: Uint8Array | undefined): Json | undefined {
  return bytes && parseJson(new TextDecoder().decode(bytes));
}

/** Every file that the contents name, once each, as the ledger refers to files. */
function filesIn(value: Json, found = new Map<string, FileRef>()): FileRef[] {
  if (Array.isArray(value)) for (const item of value) filesIn(item, found);
  else if (isObject(value)) {
    const file = value as unknown as ProcessFile;
    if (typeof file.sha256 === "string" && typeof file.size === "number" && typeof file.role === "string") {
      const { name: _name, ...ref } = file;
      found.set(`${ref.role} ${ref.sha256}`, ref);
    } else for (const member of Object.values(value)) filesIn(member, found);
  }
  return [...found.values()];
}
