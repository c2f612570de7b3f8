/** What this machine's clocks say now: claims that go into entries, never evidence. */

import { sha256Hex } from "../base/hash.ts";
import type { Moment } from "../ledger/entry.ts";
import { bootId } from "./process-identity.ts";

/** Wall clock, monotonic clock, and a name for this run of the machine that tells nothing else about it. */
export function moment(): Moment {
  boot ??= bootName();
  return {
    wall: new Date().toISOString(),
    mono: Number(process.hrtime.bigint() / 1_000_000n),
    ...(boot && { boot }),
  };
}

/** The machine's run does not change under a process. */
let boot: string | undefined;

function bootName(): string {
  const id = bootId();
  return id && sha256Hex(`seedproof boot ${id}`).slice(0, 16);
}
