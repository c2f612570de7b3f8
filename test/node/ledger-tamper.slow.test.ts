import { expect, test } from "vitest";
import { fullLedger, tamperSweep } from "./ledger-tamper.ts";

const ledger = fullLedger(500);
const paths = [...ledger.files.keys()].sort((a, b) => ledger.files.get(a)!.length - ledger.files.get(b)!.length);

test("the ledger of 500 entries has files of every kind", () => {
  expect(paths.length).toBeGreaterThan(15);
  expect([...ledger.files.values()].reduce((sum, { length }) => sum + length, 0)).toBeGreaterThan(80_000);
});

test.each(paths)("every changed byte, and every cut, of %s is found", { timeout: 4 * 3_600_000 }, async (path) => {
  const counts = await tamperSweep(ledger, 1, [path]);
  console.info(path, JSON.stringify(counts));
  expect([counts.changed, counts.cut]).toEqual([counts.bytes, counts.bytes]);
});
