/** Writing to the ledger: making it, events, checkpoints, erasure, keys. */

import { readFileSync } from "node:fs";
import { toHex } from "../base/bytes.ts";
import { SeedproofError } from "../base/errors.ts";
import type { Json } from "../base/json.ts";
import { parseJson } from "../base/json-text.ts";
import { decodeEntry, filesOf } from "../ledger/entry.ts";
import { formatNote } from "../ledger/note.ts";
import { readEntry } from "../ledger/reader.ts";
import { workspace } from "../node/home.ts";
import { folderReader } from "../node/ledger-folder.ts";
import { createLedger, ledgerFolders, prepareEntry } from "../node/ledger-home.ts";
import { moment } from "../node/moment.ts";
import { readStdin } from "../node/stdin.ts";
import { indexOf, SOFTWARE, writing } from "./ledger-run.ts";
import { EXIT, type GlobalOptions, note, print, printJson } from "./output.ts";

/** `ledger init`. */
export function init(options: GlobalOptions & { origin?: string }): number {
  const home = workspace(options.home);
  const store = createLedger(home, SOFTWARE, options.origin);
  const { origin, vkey } = store.info;
  store.close();
  const { log } = ledgerFolders(home);
  if (options.json) printJson({ folder: log, origin, vkey, size: 1 });
  else {
    print(log);
    print(vkey);
    note("Give this key to whoever may verify the ledger one day; keep the folder keys/ to yourself.");
  }
  return EXIT.ok;
}

/** `ledger append`. */
export async function append(
  options: GlobalOptions & { body?: string; file?: string[]; inClear?: boolean; session?: string; checkpoint: boolean },
  [type]: readonly string[],
): Promise<number> {
  const text = options.body === "-" ? new TextDecoder().decode(readStdin()) : options.body;
  const body: Json | undefined = text === undefined ? undefined : parseJson(text);
  const files = (options.file ?? []).map((file) => ({ role: "file", bytes: new Uint8Array(readFileSync(file)) }));
  const appended = await writing(options, (store) => {
    const { inClear, session } = options;
    const event = {
      type: type!,
      files,
      ...(body !== undefined && { body }),
      ...(inClear !== undefined && { inClear }),
      ...(session !== undefined && { session }),
    };
    const [one] = store.append([prepareEntry(store, event, SOFTWARE)]);
    if (options.checkpoint) store.integrate();
    return { ...one!, size: store.checkpoint.checkpoint.size };
  });
  if (options.json) printJson(appended);
  else print(String(appended.index));
  return EXIT.ok;
}

/** `ledger checkpoint`. */
export async function checkpoint(options: GlobalOptions): Promise<number> {
  const signed = await writing(options, (store) => store.integrate());
  const text = formatNote(signed.note);
  const { size, root, origin } = signed.checkpoint;
  if (options.json) printJson({ origin, size, root: toHex(root), checkpoint: text });
  else process.stdout.write(text);
  return EXIT.ok;
}

/** `ledger erase`. */
export async function erase(options: GlobalOptions & { reason: string }, [place]: readonly string[]): Promise<number> {
  const index = indexOf(place!);
  const reader = folderReader(ledgerFolders(workspace(options.home)).log);
  const erased = await writing(options, async (store) => {
    const { size } = store.integrate().checkpoint;
    const bytes = await readEntry(reader, index, size);
    if (!bytes) throw new SeedproofError("ledger.proof-range", `a log of ${size} entries has no entry ${index}`);
    const hashes = filesOf(decodeEntry(bytes)).flatMap(({ path, sha256 }) => (path ? [] : [sha256]));
    const reasons = hashes.map((sha256) => ({ sha256, entry: index, reason: options.reason }));
    store.append(reasons.map((body) => ({ v: 1, type: "erasure", t: moment(), sw: SOFTWARE, body })));
    for (const hash of hashes) store.eraseBlob(hash);
    store.integrate();
    return hashes;
  });
  if (options.json) printJson({ index, erased });
  else for (const hash of erased) print(hash);
  return EXIT.ok;
}

/** `ledger rotate-key`. */
export async function rotateKey(options: GlobalOptions): Promise<number> {
  const { index, vkey } = await writing(options, (store) => {
    const { index } = store.rotateKey(crypto.getRandomValues(new Uint8Array(32)), { t: moment(), sw: SOFTWARE });
    return { index, vkey: store.info.vkey };
  });
  if (options.json) printJson({ index, vkey });
  else print(vkey);
  return EXIT.ok;
}
