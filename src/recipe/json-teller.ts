/** Turning a JSON block into statements, each with the pointer that it came from. */

import { isObject, type Json, type JsonObject, pointer } from "../base/json.ts";
import type { Draft, SourceHint } from "./account.ts";
import type { Entry } from "./generator.ts";
import type { Named } from "./recipe.ts";
import { readSampler, readScheduler } from "./samplers.ts";
import { nameOf } from "./values.ts";

/**
 * States members of one JSON object. What is never asked for, or cannot be read as what it should be, goes under `/extra`
 * by the tool's own key, so that nothing recorded is lost.
 */
export interface JsonTeller {
  /** States at `path` what `read` makes of the first of these members that it can read; says whether it did. */
  say(
    path: string,
    keys: string | readonly string[],
    read: (value: Json) => Json | undefined,
    hint?: SourceHint,
  ): boolean;
  /** The member as it stands; it then counts as read. */
  take(key: string): Json | undefined;
  /** Source of a member, for statements that are made of several. */
  at(...parts: readonly (string | number)[]): SourceHint;
  /** States every other member under `/extra`. */
  rest(): void;
}

/**
 * A teller over `object`, which stands at the pointer `base` in the block's text. Where a text member holds JSON itself,
 * pointers go on inside that text.
 */
export function tellJson(draft: Draft, object: JsonObject, base = "", hint: SourceHint = {}): JsonTeller {
  return teller(draft, object, (...parts) => ({ ...hint, pointer: base + pointer(...parts) }));
}

/** A teller over blocks that hold one field each, by their keys; the first of two with one key counts. */
export function tellEntries(draft: Draft, entries: readonly Entry[]): JsonTeller {
  const fields = new Map<string, Entry>();
  for (const entry of entries) if (!fields.has(entry.block.key)) fields.set(entry.block.key, entry);
  const object = Object.fromEntries([...fields].map(([key, { block }]) => [key, block.text ?? ""]));
  return teller(draft, object, (key) => {
    const entry = fields.get(String(key));
    return entry ? { block: entry.index, span: [0, entry.block.text?.length ?? 0] } : {};
  });
}

function teller(draft: Draft, object: JsonObject, at: JsonTeller["at"]): JsonTeller {
  const read = new Set<string>();
  return {
    at,
    say(path, keys, convert, more) {
      for (const key of typeof keys === "string" ? [keys] : keys) {
        const value = Object.hasOwn(object, key) ? convert(object[key]!) : undefined;
        if (value === undefined) continue;
        read.add(key);
        draft.say(path, value, { ...at(key), ...more });
        return true;
      }
      return false;
    },
    take(key) {
      if (!Object.hasOwn(object, key)) return undefined;
      read.add(key);
      return object[key];
    },
    rest() {
      for (const [key, value] of Object.entries(object)) {
        if (!read.has(key) && !isEmpty(value)) draft.say(`/extra${pointer(key)}`, value, at(key));
      }
    },
  };
}

/** Members that say nothing: null, an empty text, list or object. */
function isEmpty(value: Json): boolean {
  if (value === null || value === "") return true;
  return Array.isArray(value) ? value.length === 0 : isObject(value) && Object.keys(value).length === 0;
}

/**
 * States sampler and schedule of a run from the members that hold their names; a schedule that is part of the sampler's
 * name counts where no member of its own names one.
 */
export function tellSampler(
  tell: JsonTeller,
  run: string,
  samplerKeys: string | readonly string[],
  schedulerKeys: string | readonly string[] = [],
): void {
  const from = (read: (name: string) => Named | undefined) => (value: Json) => {
    const name = nameOf(value);
    const named = name === undefined ? undefined : read(name);
    return named && { ...named };
  };
  tell.say(
    `${run}/sampler`,
    samplerKeys,
    from((name) => readSampler(name).sampler),
  );
  if (tell.say(`${run}/scheduler`, schedulerKeys, from(readScheduler))) return;
  tell.say(
    `${run}/scheduler`,
    samplerKeys,
    from((name) => readSampler(name).scheduler),
  );
}
