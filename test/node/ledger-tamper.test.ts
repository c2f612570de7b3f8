import { expect, test } from "vitest";
import { nodeHasher, nodeVerify } from "../../src/node/ledger-folder.ts";
import { fullLedger, outcomeOf, tamperSweep } from "./ledger-tamper.ts";

// A sample here; every byte and every length of a ledger of 500 entries in the slow suite.
test("changed, cut, lengthened and removed files of a small ledger are all found", async () => {
  const { changed, cut, lengthened, removed } = await tamperSweep(fullLedger(12), 61);
  expect(changed).toBeGreaterThan(100);
  expect(cut).toBeGreaterThan(150);
  expect(Math.min(lengthened, removed)).toBeGreaterThan(10);
});

test("what the sweep remembers of an untouched ledger changes no outcome", async () => {
  const ledger = fullLedger(300);
  const plain = { hasher: nodeHasher, ed25519: nodeVerify };
  let compared = 0;
  for (const [path, bytes] of ledger.files) {
    for (let at = bytes.length % 13; at < bytes.length; at += Math.max(1, Math.ceil(bytes.length / 4))) {
      const changed = Uint8Array.from(bytes);
      changed[at]! ^= 0x11;
      for (const altered of [changed, bytes.slice(0, at)]) {
        const one = { ...ledger, files: new Map(ledger.files).set(path, altered) };
        expect(await outcomeOf(one), `${path} at ${at}`).toBe(await outcomeOf(one, plain));
        compared++;
      }
    }
  }
  expect(compared).toBeGreaterThan(100);
});
