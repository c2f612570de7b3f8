import { rmSync } from "node:fs";
import { expect, test } from "vitest";
import { baseLedger, failAt, injections } from "./ledger-strace.ts";

test("on a real disk, no promise is lost whichever call the kernel fails, and however", {
  timeout: 4 * 3_600_000,
}, async () => {
  const base = await baseLedger();
  const all = injections(base);
  let promised = 0;
  for (const [i, one] of all.entries()) {
    promised += await failAt(base, one);
    if (i % 10 === 9) console.info(`${i + 1} of ${all.length} injected faults, ${promised} promises kept`);
  }
  expect(promised).toBeGreaterThan(all.length);
  rmSync(base, { recursive: true, force: true });
});
