import { expect, test } from "vitest";
import { breakAndRecover, callsOfADay } from "./ledger-faults.ts";

const calls = callsOfADay();

test("a day of a ledger makes enough system calls to be worth breaking", () => {
  expect(calls).toBeGreaterThan(150);
});

// Every 41st call here; every call and many partial survivals in the slow suite.
const some = Array.from({ length: Math.ceil(calls / 41) }, (_, i) => 1 + i * 41);

test("no acknowledged entry is lost when the machine stops, whatever of the unsynced writes survives", async () => {
  for (const at of some) {
    for (const survival of ["synced", "all", at] as const) await breakAndRecover({ at, kind: "crash" }, survival);
  }
});

test("no acknowledged entry is lost when the disk fails or is full, with or without a crash after it", async () => {
  for (const at of some) {
    for (const kind of ["EIO", "ENOSPC"] as const) {
      for (const survival of ["running", "synced"] as const) await breakAndRecover({ at, kind }, survival);
    }
  }
});
