import { expect, test } from "vitest";
import { tamperSweep } from "./ledger-tamper.ts";

test("every changed byte, and every cut, of a ledger of 500 entries is found", async () => {
  expect(await tamperSweep(500, 1)).toBeGreaterThan(50_000);
});
