import { rmSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { baseLedger, failAt, type Injection, injections } from "./ledger-strace.ts";

let base = "";
let all: Injection[] = [];
beforeAll(async () => {
  base = await baseLedger();
  all = injections(base);
}, 300_000);
afterAll(() => rmSync(base, { recursive: true, force: true }));

// A sample here; every call and every fault in the slow suite.
test("on a real disk, no promise is lost when the kernel fails a call or kills the process in it", {
  timeout: 900_000,
}, async () => {
  expect(all.length).toBeGreaterThan(100);
  const sample = all.filter((_, i) => i % Math.ceil(all.length / 8) === 3);
  let promised = 0;
  for (const one of sample) promised += await failAt(base, one);
  expect(promised).toBeGreaterThan(0);
});
