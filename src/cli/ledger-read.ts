/** Reading the ledger: what it is, its entries, proofs, a copy for publication. */

import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { toHex } from "../base/bytes.ts";
import { SeedproofError } from "../base/errors.ts";
import { gradeOf, type IntervalRun } from "../ledger/bounds.ts";
import { readCheckpoint } from "../ledger/checkpoint.ts";
import { blobPath, type PlacedEntry, unseal } from "../ledger/entry.ts";
import { fsck } from "../ledger/fsck.ts";
import { leafHash } from "../ledger/merkle.ts";
import { formatNote } from "../ledger/note.ts";
import { formatProof } from "../ledger/proof.ts";
import { prove, readEntry } from "../ledger/reader.ts";
import { workspace } from "../node/home.ts";
import { folderReader, nodeVerify } from "../node/ledger-folder.ts";
import { ledgerFolders } from "../node/ledger-home.ts";
import { missing, verifyHome } from "../node/ledger-verify.ts";
import { publishedFiles, shownBound } from "../node/record-export.ts";
import { indexOf, statusOf, writing } from "./ledger-run.ts";
import { EXIT, type GlobalOptions, langFor, localised, print, printJson } from "./output.ts";

/** `ledger show`. */
export async function show(options: GlobalOptions): Promise<number> {
  const { log } = ledgerFolders(workspace(options.home));
  const reader = folderReader(log);
  const { info, checkpoint, pending, findings } = await fsck(reader, { level: "quick", ed25519: nodeVerify });
  if (!info || !checkpoint) throw missing(log);
  const { size, root } = checkpoint.checkpoint;
  const { origin, vkey, created, keys } = info;
  if (options.json) {
    const lang = langFor(options);
    const head = formatNote(checkpoint.note);
    const shown = { folder: log, origin, vkey, created, keys, size, root: toHex(root), pending, checkpoint: head };
    printJson({ ...shown, findings: localised(findings, lang) });
  } else {
    for (const line of [log, vkey, `${size} entries, ${pending} pending`, toHex(root)]) print(line);
  }
  return statusOf(findings);
}

/** `ledger list`. */
export async function list(options: GlobalOptions & { from: string; limit: string }): Promise<number> {
  const home = workspace(options.home);
  const { log } = ledgerFolders(home);
  const reader = folderReader(log);
  const report = await verifyHome(home, {});
  if (!report.checkpoint) throw missing(log);
  const from = indexOf(options.from);
  const chosen = report.entries.slice(from, from + indexOf(options.limit));
  const rows = await Promise.all(chosen.map((placed) => row(placed, report.times, reader.read)));
  const { size } = report.checkpoint.checkpoint;
  if (options.json) printJson({ size, pending: report.pending, entries: rows });
  else
    for (const { index, type, t, grade } of rows) print(`${String(index).padStart(6)}  ${t.wall}  ${grade}  ${type}`);
  return EXIT.ok;
}

/** An entry as it is shown: with its contents where they are kept, and its bounds. */
async function row(
  { entry, index, bytes }: PlacedEntry,
  times: readonly IntervalRun[],
  read: (path: string) => Promise<Uint8Array | undefined>,
) {
  const { commit } = entry;
  const payload = commit && (await read(blobPath(commit.hash)));
  const body = payload ? unseal(payload, commit) : entry.body;
  const { notBefore, notAfter } = times.find((one) => one.from <= index && index < one.to) ?? {};
  const bounds = {
    ...(notBefore && { notBefore: shownBound(notBefore) }),
    ...(notAfter && { notAfter: shownBound(notAfter) }),
  };
  const grade = gradeOf({ ...(notBefore && { notBefore }), ...(notAfter && { notAfter }) });
  return { index, leaf: toHex(leafHash(bytes)), ...entry, ...(body !== undefined && { body }), ...bounds, grade };
}

/** `ledger prove`; an entry that is only promised gets its checkpoint first. */
export async function proveEntry(
  options: GlobalOptions & { output?: string },
  [place]: readonly string[],
): Promise<number> {
  const index = indexOf(place!);
  const { log } = ledgerFolders(workspace(options.home));
  const reader = folderReader(log);
  const head = async () => {
    const bytes = await reader.read("checkpoint");
    if (!bytes) throw missing(log);
    return readCheckpoint(bytes);
  };
  let signed = await head();
  if (index >= signed.checkpoint.size) {
    await writing(options, (store) => store.integrate());
    signed = await head();
  }
  const proof = await prove(reader, index, signed);
  const entry = (await readEntry(reader, index, signed.checkpoint.size))!;
  const text = formatProof(proof);
  if (options.output && options.output !== "-") writeFileSync(options.output, text);
  const { size, root } = signed.checkpoint;
  if (options.json) {
    const hashes = { root: toHex(root), leaf: toHex(leafHash(entry)), path: proof.path.map(toHex) };
    printJson({ index, size, ...hashes, entry: new TextDecoder().decode(entry), proof: text });
  } else if (!options.output || options.output === "-") process.stdout.write(text);
  return EXIT.ok;
}

/** `ledger export`. */
export async function exportTo(
  options: GlobalOptions & { withFiles?: boolean },
  [dir]: readonly string[],
): Promise<number> {
  const { log } = ledgerFolders(workspace(options.home));
  if (!existsSync(join(log, "log.json"))) throw missing(log);
  if (existsSync(dir!) && readdirSync(dir!).length > 0) {
    throw new SeedproofError("cli.usage", `${dir} is not empty`);
  }
  await writing(options, (store) => store.integrate());
  const reader = folderReader(log);
  const files = await publishedFiles(reader, options.withFiles === true);
  for (const [path, bytes] of files) {
    mkdirSync(join(dir!, path, ".."), { recursive: true });
    writeFileSync(join(dir!, path), bytes);
  }
  if (options.json) printJson({ folder: dir, files: files.size, withFiles: options.withFiles === true });
  else print(`${files.size} files`);
  return EXIT.ok;
}
