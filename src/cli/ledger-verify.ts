/** Verifying ledgers and comparing them. */

import { existsSync } from "node:fs";
import { toHex } from "../base/bytes.ts";
import { SeedproofError } from "../base/errors.ts";
import { type IntervalRun, intervalAt } from "../ledger/bounds.ts";
import type { PlacedEntry } from "../ledger/entry.ts";
import { fsck } from "../ledger/fsck.ts";
import { comparePriority } from "../ledger/priority.ts";
import { checkHeld, type VerifyReport } from "../ledger/verify.ts";
import { workspace } from "../node/home.ts";
import { folderReader, nodeHasher, nodeVerify } from "../node/ledger-folder.ts";
import { ledgerFolders } from "../node/ledger-home.ts";
import { highWater, missing, type VerifyArguments, verifyHome } from "../node/ledger-verify.ts";
import { shownBound } from "../node/record-export.ts";
import { indexOf, statusOf } from "./ledger-run.ts";
import { EXIT, findingLine, type GlobalOptions, langFor, localised, note, print, printJson } from "./output.ts";

/** Options of verification. */
export interface TrustOptions extends GlobalOptions, VerifyArguments {}

/** `ledger verify`. */
export async function verifyCommand(options: TrustOptions, [folder]: readonly string[]): Promise<number> {
  const report = await verifyHome(workspace(options.home), options, folder);
  const { ok, info, checkpoint, pending, findings, times } = report;
  const lang = langFor(options);
  if (options.json) {
    const head = checkpoint && { size: checkpoint.checkpoint.size, root: toHex(checkpoint.checkpoint.root) };
    const runs = times.map(({ from, to, notBefore, notAfter }) => ({
      from,
      to: to - 1,
      ...(notBefore && { notBefore: shownBound(notBefore) }),
      ...(notAfter && { notAfter: shownBound(notAfter) }),
    }));
    printJson({
      ok,
      origin: info?.origin,
      size: 0,
      ...head,
      pending,
      findings: localised(findings, lang),
      times: runs,
    });
  } else for (const one of findings) print(findingLine(one, lang));
  return statusOf(findings);
}

/** `ledger fsck`. */
export async function fsckCommand(
  options: GlobalOptions & { quick?: boolean; deep?: boolean; first?: boolean },
): Promise<number> {
  const home = workspace(options.home);
  const { log } = ledgerFolders(home);
  if (!existsSync(log)) throw missing(log);
  const level = options.quick ? "quick" : options.deep ? "deep" : "full";
  const reader = folderReader(log);
  const report = await fsck(reader, {
    ...{ level, hasher: nodeHasher, ed25519: nodeVerify },
    ...(options.first && { firstOnly: true }),
  });
  const { checkpoint, info, pending } = report;
  const held = checkpoint && info ? await checkHeld(reader, info, checkpoint.checkpoint.size, highWater(home)) : [];
  const findings = [...report.findings, ...held];
  const lang = langFor(options);
  const status = statusOf(findings);
  if (options.json) {
    const head = checkpoint && { size: checkpoint.checkpoint.size, root: toHex(checkpoint.checkpoint.root) };
    printJson({ ok: status === EXIT.ok, level, size: 0, ...head, pending, findings: localised(findings, lang) });
  } else for (const one of findings) print(findingLine(one, lang));
  return status;
}

/** `ledger priority`. */
export async function priorityCommand(options: TrustOptions, args: readonly string[]): Promise<number> {
  const home = workspace(options.home);
  const [folderA, indexA, folderB, indexB] = args;
  const [a, b] = [await verifyHome(home, options, folderA), await verifyHome(home, options, folderB)];
  const [inA, inB] = [indexOf(indexA!), indexOf(indexB!)];
  const claim = (own: VerifyReport, at: number, other: VerifyReport, otherAt: number) => ({
    interval: intervalOf(own.times, at),
    buildsOnOther: buildsOn(own, at, other.entries[otherAt]),
  });
  const result = comparePriority(claim(a, inA, b, inB), claim(b, inB, a, inA));
  const lang = langFor(options);
  const trusted = a.ok && b.ok;
  if (options.json) printJson({ ...(localised(result, lang) as object), trusted });
  else {
    print(result.text[lang]);
    if (result.settle) print(result.settle[lang]);
  }
  if (!trusted) note("A ledger fails its verification; the comparison stands on it.");
  if (!trusted || result.verdict === "contradictory") return EXIT.fails;
  return result.verdict === "proven" ? EXIT.ok : EXIT.cannotTell;
}

function intervalOf(times: readonly IntervalRun[], index: number) {
  const run = times.find(({ from, to }) => from <= index && index < to);
  if (!run) throw new SeedproofError("ledger.proof-range", `a ledger has no entry ${index}`);
  return intervalAt(index, run.notBefore ? [run.notBefore] : [], run.notAfter ? [run.notAfter] : []);
}

/** Whether an entry, or one before it in its log, names a file that the other entry made. */
function buildsOn(own: VerifyReport, at: number, other: PlacedEntry | undefined): boolean {
  const made = new Set((other?.entry.out ?? []).filter(({ path }) => !path).map(({ sha256 }) => sha256));
  return own.entries.slice(0, at + 1).some(({ entry }) => (entry.in ?? []).some(({ sha256 }) => made.has(sha256)));
}
