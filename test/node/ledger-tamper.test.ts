import { expect, test } from "vitest";
import { fullLedger, tamperSweep } from "./ledger-tamper.ts";

// A sample here; every byte and every length of a ledger of 500 entries in the slow suite.
test("changed, cut, lengthened and removed files of a small ledger are all found", async () => {
  const { changed, cut, lengthened, removed } = await tamperSweep(fullLedger(12), 61);
  expect(changed).toBeGreaterThan(100);
  expect(cut).toBeGreaterThan(150);
  expect(Math.min(lengthened, removed)).toBeGreaterThan(10);
});
