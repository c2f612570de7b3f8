import { expect, test } from "vitest";
import { breakAndRecover, callsOfADay } from "./ledger-faults.ts";

const calls = callsOfADay();
/** Calls in groups, so that a long run shows where it is. */
const groups = Array.from(
  { length: Math.ceil(calls / 50) },
  (_, i) => [i * 50 + 1, Math.min(calls, i * 50 + 50)] as const,
);

test.each(groups)(
  "no acknowledged entry is lost when system call %i to %i fails, under any fault, for every way of surviving",
  { timeout: 2 * 3_600_000 },
  async (from, to) => {
    let broken = 0;
    for (let at = from; at <= to; at++) {
      for (const survival of ["synced", "all", ...Array.from({ length: 6 }, (_, i) => at * 100 + i)] as const) {
        await breakAndRecover({ at, kind: "crash" }, survival);
        broken++;
      }
      for (const kind of ["EIO", "ENOSPC"] as const) {
        for (const survival of ["running", "synced", at] as const) {
          await breakAndRecover({ at, kind }, survival);
          broken++;
        }
      }
    }
    console.info(`system calls ${from} to ${to} of ${calls}: ${broken} broken days`);
    expect(broken).toBe((to - from + 1) * 14);
  },
);
