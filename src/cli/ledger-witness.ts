/** `seedproof ledger witness`: cosigning somebody's ledger, so that it cannot be shown in two versions. */

import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { toHex } from "../base/bytes.ts";
import { SeedproofError } from "../base/errors.ts";
import { parseLogInfo } from "../ledger/log.ts";
import { formatVkey, KEY_TYPES, parseVkey, type Signer, type VerifierKey } from "../ledger/note.ts";
import { workspace } from "../node/home.ts";
import { ledgerFolders } from "../node/ledger-home.ts";
import { SignerFolder } from "../node/ledger-keys.ts";
import { witnessServer } from "../node/witness-server.ts";
import { EXIT, type GlobalOptions, note, print, printJson } from "./output.ts";

interface ServeOptions extends GlobalOptions {
  readonly log?: readonly string[];
  readonly name?: string;
  readonly port: string;
  readonly host: string;
}

/** `ledger witness serve`: answers until it is stopped. */
export async function serve(options: ServeOptions): Promise<number> {
  const signer = witnessKey(options);
  const { witness: folder, log } = ledgerFolders(workspace(options.home));
  const own = join(log, "log.json");
  const sources = options.log ?? (existsSync(own) ? [own] : []);
  if (sources.length === 0) throw new SeedproofError("cli.usage", "name the logs to witness with --log");
  const server = witnessServer({ folder, signer, logs: sources.flatMap(readLogKeys) });
  const port = Number(options.port);
  if (!Number.isInteger(port) || port < 0 || port > 65535)
    throw new SeedproofError("cli.usage", "a port is 0 to 65535");
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, options.host, resolve);
  });
  const address = `http://${options.host}:${(server.address() as AddressInfo).port}`;
  const vkey = formatVkey(signer.key);
  if (options.json) printJson({ address, vkey });
  else {
    print(address);
    print(vkey);
    note("Stop with Ctrl-C.");
  }
  await new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => server.close(() => resolve()));
  });
  return EXIT.ok;
}

/** `ledger witness key`. */
export function showKey(options: GlobalOptions & { name?: string }): number {
  const vkey = formatVkey(witnessKey(options).key);
  if (options.json) printJson({ vkey });
  else print(vkey);
  return EXIT.ok;
}

/** The witness's key, made at its first use. */
function witnessKey(options: GlobalOptions & { name?: string }): Signer {
  const { keys } = ledgerFolders(workspace(options.home));
  const folder = new SignerFolder(keys, "witness");
  if (existsSync(join(keys, "witness.key"))) return folder.signer();
  const name = options.name ?? `seedproof.local/witness/${toHex(new Uint8Array(randomBytes(4)))}`;
  return folder.create(name, new Uint8Array(randomBytes(32)), KEY_TYPES.cosignature);
}

/** Keys from a `log.json`, whose origin they all sign for, or one key as text. */
function readLogKeys(source: string): VerifierKey[] {
  if (!existsSync(source)) return [parseVkey(source)];
  return parseLogInfo(new Uint8Array(readFileSync(source))).keys.map(({ vkey }) => parseVkey(vkey));
}
