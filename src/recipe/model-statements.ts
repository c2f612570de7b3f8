/** Models and adapters of a recipe, as statements' values. */

import type { Json } from "../base/json.ts";
import { typedHash } from "./hashes.ts";
import type { Adapter, ModelRef } from "./recipe.ts";
import { nameOf, numberOf } from "./values.ts";

/** The value of `/models/n`; `undefined` without a name. */
export function modelRef(role: ModelRef["role"], name: Json | undefined, hash?: Json): Json | undefined {
  const named = nameOf(name);
  return named === undefined ? undefined : { role, name: named, hashes: hashList(hash) };
}

/** What may be known of an adapter beside its name. */
export interface AdapterParts {
  readonly weight?: Json | undefined;
  readonly weightText?: Json | undefined;
  readonly hash?: Json | undefined;
  readonly start?: Json | undefined;
  readonly end?: Json | undefined;
  readonly preprocessor?: Json | undefined;
}

/** The value of `/adapters/n`; `undefined` without a name. Parts that cannot be read are left out. */
export function adapterRef(type: Adapter["type"], name: Json | undefined, parts: AdapterParts = {}): Json | undefined {
  const named = nameOf(name);
  if (named === undefined) return undefined;
  const adapter: { [key: string]: Json } = { type, name: named, hashes: hashList(parts.hash) };
  for (const key of ["weight", "weightText", "start", "end"] as const) {
    const number = numberOf(parts[key]);
    if (number !== undefined) adapter[key] = number;
  }
  const preprocessor = nameOf(parts.preprocessor);
  if (preprocessor !== undefined) adapter.preprocessor = preprocessor;
  return adapter;
}

function hashList(hash: Json | undefined): Json[] {
  const typed = typeof hash === "string" ? typedHash(hash) : undefined;
  return typed ? [{ ...typed }] : [];
}
