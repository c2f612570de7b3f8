/** A writer for the kill test: appends as fast as it can, and says each index once the ledger has promised it. */

import { SignerFolder } from "../../src/node/ledger-keys.ts";
import { LedgerStore } from "../../src/node/ledger-store.ts";
import { takeLock } from "../../src/node/lock-file.ts";

const [home, name] = process.argv.slice(2);
const signer = new SignerFolder(`${home}/keys`, "ledger");
const store = LedgerStore.open({ folder: `${home}/log`, signer, lock: takeLock });
process.stdout.write("open\n");
for (let n = 0; ; n++) {
  const body = { writer: name!, n };
  const appended = store.append([{ v: 1, type: "note", t: { wall: new Date().toISOString() }, body }]);
  process.stdout.write(`${appended[0]!.index} ${n}\n`);
  if (n % 7 === 6) store.integrate();
}
