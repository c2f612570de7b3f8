import { expect, test } from "vitest";
import { tamperSweep } from "./ledger-tamper.ts";

// A sample here; every byte of a ledger of 500 entries in the slow suite.
test("changed, cut, lengthened and removed files of a small ledger are all found", async () => {
  expect(await tamperSweep(12, 61)).toBeGreaterThan(200);
});
