/** `seedproof ledger anchor`: outside evidence of time for the newest checkpoint. */

import { readFileSync } from "node:fs";
import { SeedproofError } from "../base/errors.ts";
import { fsck } from "../ledger/fsck.ts";
import { workspace } from "../node/home.ts";
import { type AnchorResult, anchorLedger } from "../node/ledger-anchor.ts";
import { folderReader, nodeHasher, nodeVerify } from "../node/ledger-folder.ts";
import { keepRoot, ledgerFolders, readHeader, readTrust } from "../node/ledger-home.ts";
import { SOFTWARE, writing } from "./ledger-run.ts";
import { EXIT, errorJson, findingLine, type GlobalOptions, langFor, localised, print, printJson } from "./output.ts";

interface AnchorOptions extends GlobalOptions {
  readonly tsa?: readonly string[];
  readonly ots?: readonly string[];
  readonly beacon?: readonly string[];
  readonly witness?: readonly string[];
  readonly ca?: readonly string[];
  readonly bitcoinHeader?: readonly string[];
}

/** `ledger anchor`. */
export async function anchor(options: AnchorOptions): Promise<number> {
  const { tsa, ots, beacon, witness } = options;
  if (!tsa && !ots && !beacon && !witness) {
    throw new SeedproofError("cli.usage", "name at least one of --tsa, --ots, --beacon, --witness");
  }
  const home = workspace(options.home);
  for (const file of options.ca ?? []) keepRoot(home, readFileSync(file, "utf8"));
  const reader = folderReader(ledgerFolders(home).log);
  const { time } = readTrust(home, {});
  const headers = new Map((options.bitcoinHeader ?? []).map(readHeader));
  const { results, size } = await writing(options, async (store) => {
    const { entries } = await fsck(reader, { level: "deep", hasher: nodeHasher, ed25519: nodeVerify });
    const context = { store, reader, sw: SOFTWARE, timestamps: time.timestamps, witnesses: time.witnesses, entries };
    const results = await anchorLedger(context, {
      ...(tsa && { tsa }),
      ...(ots && { ots }),
      ...(beacon && { beacon }),
      ...(witness && { witness }),
      headers,
    });
    return { results, size: store.checkpoint.checkpoint.size };
  });
  report(results, size, options);
  const failed = results.filter(({ entry }) => entry === undefined).length;
  return failed === 0 ? EXIT.ok : results.length === failed ? EXIT.fails : EXIT.incomplete;
}

function report(results: readonly AnchorResult[], size: number, options: AnchorOptions): void {
  const lang = langFor(options);
  const shown = results.map(({ error, ...rest }) => ({ ...rest, ...(error && { error: errorJson(error) }) }));
  if (options.json) printJson({ size, anchors: localised(shown, lang) });
  else
    for (const { kind, source, entry, findings, error } of results) {
      print(`${entry === undefined ? "✕" : "✓"} ${kind} ${source}${error ? `: ${error.message}` : ""}`);
      for (const one of findings) print(`  ${findingLine(one, lang)}`);
    }
}
