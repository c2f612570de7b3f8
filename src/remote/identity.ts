/** What a server states of itself, as the identity of an engine. */

import { sha256Hex } from "../base/hash.ts";
import { canonicalJson, isObject, type Json, type JsonObject } from "../base/json.ts";
import type { EngineIdentity } from "../engine/engine.ts";
import type { RemoteServer } from "./server.ts";

/** Free memory, queues and times change with every question and decide nothing. */
const FLEETING = /(?:free|used)$|_free$|_used$|queue|uptime|^time$/i;

/** The facts without what changes from one question to the next; numbers that JSON cannot hold are null. */
function steady(value: Json): Json {
  if (typeof value === "string") return value.toWellFormed();
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (Array.isArray(value)) return value.map(steady);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !FLEETING.test(key))
      .map(([key, member]) => [key.toWellFormed(), steady(member)]),
  );
}

/** The fingerprint is over the facts alone, so that one server is one identity under any address. */
export function identityOf({ kind, url }: RemoteServer, facts: JsonObject): EngineIdentity {
  const environment = steady(facts);
  return { name: kind, fingerprint: sha256Hex(canonicalJson(environment)), url, environment };
}
