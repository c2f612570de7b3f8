import { test } from "vitest";
import { breakAndRecover, callsOfADay } from "./ledger-faults.ts";

test("no acknowledged entry is lost at any system call, under any fault, for eight ways of surviving", async () => {
  const calls = callsOfADay();
  for (let at = 1; at <= calls; at++) {
    for (const survival of ["synced", "all", ...Array.from({ length: 6 }, (_, i) => at * 100 + i)] as const) {
      await breakAndRecover({ at, kind: "crash" }, survival);
    }
    for (const kind of ["EIO", "ENOSPC"] as const) {
      for (const survival of ["running", "synced", at] as const) await breakAndRecover({ at, kind }, survival);
    }
  }
});
