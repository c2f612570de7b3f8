/** Which entries of a record a bundle shows, as options of a command. */

import { SeedproofError } from "../base/errors.ts";
import type { Disclosure } from "../dossier/bundle-ledger.ts";

/** What a user asks to show of a record. */
export interface DisclosureOptions {
  readonly disclose?: string;
  readonly withhold?: string;
  readonly contents?: boolean;
}

/** Which entries are disclosed, and whether what they commit to goes along. @throws SeedproofError `cli.usage` */
export function disclosureOf({ disclose, withhold, contents }: DisclosureOptions): Disclosure {
  const [shown, hidden] = [disclose, withhold].map((list) => (list === undefined ? undefined : ranges(list)));
  const isIn = (index: number, list: ReturnType<typeof ranges>): boolean =>
    list.some(([from, to]) => from <= index && index <= to);
  return {
    entry: (_, index) => (shown === undefined || isIn(index, shown)) && !(hidden && isIn(index, hidden)),
    file: () => contents !== false,
  };
}

/** `3,7-9` as pairs of a first and a last index. */
function ranges(list: string): (readonly [from: number, to: number])[] {
  return list.split(",").map((part) => {
    const [, from, to] = /^(\d{1,15})(?:-(\d{1,15}))?$/.exec(part.trim()) ?? [];
    if (from === undefined) throw new SeedproofError("cli.usage", `"${part}" is no entry and no range such as 3-7`);
    return [Number(from), Number(to ?? from)] as const;
  });
}
