/** A model or adapter while it is put together from several places of a text, each part with its source. */

import type { Draft, SourceHint } from "../account.ts";
import { sameHash } from "../hashes.ts";
import type { TypedHash } from "../recipe.ts";

/** A value with the bytes that said it. */
export interface Sourced<T> {
  readonly value: T;
  readonly hint: SourceHint;
}

/** A model or adapter; `kind` is its role or type. */
export interface Resource {
  readonly kind: string;
  readonly name: Sourced<string>;
  readonly members?: Readonly<Record<string, Sourced<string | number> | undefined>>;
  readonly hashes: Sourced<TypedHash>[];
}

/** States the resources as the list at `list`; `kindKey` is what the list calls a resource's kind. */
export function sayResources(draft: Draft, list: string, kindKey: string, resources: readonly Resource[]): void {
  for (const [i, { kind, name, members = {}, hashes }] of resources.entries()) {
    const at = `${list}/${i}`;
    draft.say(`${at}/${kindKey}`, kind, { ...name.hint, status: "derived" });
    draft.say(`${at}/name`, name.value, name.hint);
    for (const [key, member] of Object.entries(members)) draft.say(`${at}/${key}`, member?.value, member?.hint);
    for (const [j, { value, hint }] of hashes.entries()) {
      draft.say(`${at}/hashes/${j}`, { kind: value.kind, value: value.value }, hint);
    }
  }
}

/** Adds a hash unless the resource has it. */
export function addHash(resource: Resource, hash: Sourced<TypedHash> | undefined): void {
  if (hash && !resource.hashes.some((known) => sameHash(known.value, hash.value))) resource.hashes.push(hash);
}

/** Adds a hash to every resource of this name and kind, or a resource that only the hash list names. */
export function joinHash(resources: Resource[], kind: string, name: string, hash: Sourced<TypedHash>): void {
  const known = resources.filter(
    (resource) => resource.name.value.toLowerCase() === name.toLowerCase() && isSameKind(resource.kind, kind),
  );
  const named = known.length > 0 ? known : [{ kind, name: { value: name, hint: hash.hint }, hashes: [] }];
  if (known.length === 0) resources.push(...named);
  for (const resource of named) addHash(resource, hash);
}

/** A1111 loads LyCORIS files as LoRAs, so that both tags share one hash list. */
function isSameKind(a: string, b: string): boolean {
  const network = /^(?:lora|lycoris)$/;
  return a === b || (network.test(a) && network.test(b));
}
