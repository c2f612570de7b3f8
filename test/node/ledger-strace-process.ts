/** A short run of a ledger on a real disk, for system calls to fail in: append, keep a file, checkpoint, anchor. Says what is promised. */

import { utf8 } from "../../src/base/bytes.ts";
import { SignerFolder } from "../../src/node/ledger-keys.ts";
import { LedgerStore } from "../../src/node/ledger-store.ts";
import { takeLock } from "../../src/node/lock-file.ts";
import { entry } from "./ledger-helpers.ts";

const home = process.argv[2]!;
const signer = new SignerFolder(`${home}/keys`, "ledger");
const store = LedgerStore.open({ folder: `${home}/log`, signer, lock: takeLock });
const say = (promised: readonly { readonly index: number; readonly receipt: string }[]): void => {
  for (const one of promised) process.stdout.write(`${JSON.stringify(one)}\n`);
};
say(store.append([entry(100)]));
const image = store.putBlob(utf8("an image"), "image");
say(store.append([{ ...entry(101), out: [image] }, entry(102)]));
store.integrate();
const token = store.putAttachment(store.checkpoint.checkpoint.size, "token.tsr", utf8("a token"), "token");
say(store.append([{ ...entry(103), out: [token] }]));
store.integrate();
store.close();
process.stdout.write('"done"\n');
