/** Lists of names and hashes as A1111 writes them: `name: 0123456789ab, name2: …`. */

import { typedHash } from "../hashes.ts";
import type { TypedHash } from "../recipe.ts";

/** A name with its hash. */
export interface NamedHash {
  readonly name: string;
  readonly hash: TypedHash;
}

/** The list's items; what is no `name: hash` is left out. */
export function readHashList(list: string): NamedHash[] {
  return list.split(",").flatMap((item) => {
    const colon = item.lastIndexOf(":");
    const hash = colon > 0 ? typedHash(item.slice(colon + 1)) : undefined;
    return hash ? [{ name: item.slice(0, colon).trim(), hash }] : [];
  });
}

/** Whether a text is nothing but such a list. */
export function isHashList(text: string): boolean {
  const items = text.split(",");
  return items.length > 0 && readHashList(text).length === items.length;
}

/** The hash that ends a title such as `name [d14c016b]`. */
export function bracketHash(value: string): TypedHash | undefined {
  return typedHash(/\[([0-9a-f]{8,64})\]\s*$/i.exec(value)?.[1] ?? "");
}
