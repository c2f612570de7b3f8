/** Process events as entries of the ledger, and back. */

import { isObject, type Json, type JsonObject } from "../base/json.ts";
import { ENTRY_LIMITS, type Entry, type FileRef, type PlacedEntry, seal, unseal } from "../ledger/entry.ts";
import type { Agent, ProcessEvent, ProcessFile } from "./event.ts";

/** Names the form of a payload. */
const FORMAT = "seedproof-event/1";

/** Keeps bytes beside the ledger and gives the reference to them. */
export type PutBlob = (bytes: Uint8Array, role: string, mime?: string) => FileRef;

/**
 * The entry that records an event. Its contents go into a payload blob of any length; the entry carries their salted
 * commitment, so that the log can be shown without the prompts in it, and the hashes of the files.
 * @param salt - 32 fresh random bytes
 */
export function entryOfEvent(
  event: ProcessEvent,
  sw: NonNullable<Entry["sw"]>,
  salt: Uint8Array,
  putBlob: PutBlob,
): Entry {
  const { type, session, at, agent, id, capture, follows, simulated, source } = event;
  const data = JSON.parse(JSON.stringify(event.data)) as Json;
  const named = { format: FORMAT, id, capture, agent: agent as unknown as JsonObject, follows };
  const marks = { ...(simulated && { simulated }), ...(source && { source: source as unknown as JsonObject }) };
  const { payload, commit } = seal({ ...named, ...marks, data }, salt);
  putBlob(payload, "payload", "application/json");
  const out = filesIn(data).slice(0, ENTRY_LIMITS.files);
  return { v: 1, type, t: at, session, ...(out.length > 0 && { out }), commit, sw };
}

/**
 * The event that an entry records, or `undefined` where it records something else or its contents are not at hand.
 * @param blob - the bytes of a blob by hash; `undefined` where they were erased
 */
export function eventOfEntry(
  { entry }: Pick<PlacedEntry, "entry">,
  blob: (sha256: string) => Uint8Array | undefined,
): ProcessEvent | undefined {
  const { type, t, session, commit } = entry;
  const payload = commit && blob(commit.hash);
  const body = payload && unseal(payload, commit);
  if (!isObject(body) || body.format !== FORMAT || session === undefined || !isObject(body.data)) return undefined;
  return {
    ...{ type, id: String(body.id), session, at: t, capture: body.capture, agent: body.agent as unknown as Agent },
    follows: Array.isArray(body.follows) ? body.follows.map(String) : [],
    ...(body.simulated === true && { simulated: true }),
    ...(isObject(body.source) && { source: body.source }),
    data: body.data,
  } as unknown as ProcessEvent;
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
