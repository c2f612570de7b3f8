import { expect, test } from "vitest";
import { tamperSweep } from "./ledger-tamper.ts";

test("every changed byte, and every cut, of every file of a ledger of 500 entries is found", {
  timeout: 4 * 3_600_000,
}, async () => {
  const counts = await tamperSweep(500, 1);
  console.info("tamper sweep of a ledger of 500 entries:", JSON.stringify(counts));
  expect(counts.changed).toBe(counts.bytes);
  expect(counts.cut).toBe(counts.bytes);
  expect(counts.bytes).toBeGreaterThan(80_000);
});
