/** `seedproof verify`: whether a bundle holds, what fails in it, and what nobody can tell from it. */

import type { Command } from "commander";
import type { Finding, Level } from "../base/findings.ts";
import type { Lang, Text } from "../base/texts.ts";
import { type BundleReport, verifyBundle } from "../dossier/verify.ts";
import type { CredentialsCheck } from "../dossier/verify-credentials.ts";
import { parseVkey } from "../ledger/note.ts";
import { nodeSha256, openBundle } from "../node/bundle-files.ts";
import { workspace } from "../node/home.ts";
import { nodeHasher, nodeVerify } from "../node/ledger-folder.ts";
import { readTrust } from "../node/ledger-home.ts";
import { shownBound } from "../node/record-export.ts";
import { bundledRule } from "../node/rule-files.ts";
import { EXIT, findingLine, type GlobalOptions, langFor, localised, print, printJson, styled } from "./output.ts";
import { TOOL } from "./version.ts";

interface VerifyOptions extends GlobalOptions {
  readonly ca?: readonly string[];
  readonly vkey?: string;
  readonly number?: string;
  readonly bitcoinHeader?: readonly string[];
}

/** Registers the command. */
export function registerVerify(program: Command): void {
  program
    .command("verify")
    .description(
      "check a bundle: every file, the record and its times, the exhibits, the assessments; needs no network",
    )
    .argument("<bundle>", "folder, zip, or the PDF of a dossier with the bundle attached")
    .option("--number <sha256>", "the bundle's number, as you were given it on another way")
    .option("--vkey <key>", "the record's public key, as its owner gave it to you")
    .option("--ca <pem...>", "roots of timestamp authorities that you believe, beside those of the workspace")
    .option("--bitcoin-header <height=file...>", "headers of Bitcoin blocks that you know")
    .action(async (bundle: string, _: object, command: Command) => {
      process.exitCode = await verify(bundle, command.optsWithGlobals());
    });
}

async function verify(bundle: string, options: VerifyOptions): Promise<number> {
  const { vkey, number } = options;
  const { time } = readTrust(workspace(options.home), options);
  const report = await verifyBundle(openBundle(bundle), {
    trust: time,
    hasher: nodeHasher,
    ed25519: nodeVerify,
    hash: nodeSha256,
    credentials: validated,
    software: TOOL,
    rule: bundledRule,
    ...(vkey !== undefined && { pinned: parseVkey(vkey) }),
    ...(number !== undefined && { number }),
  });
  const lang = langFor(options);
  if (options.json) printJson(localised(published(report), lang));
  else for (const line of lines(report, lang)) print(line);
  return report.ok ? EXIT.ok : EXIT.fails;
}

/** The validator is loaded only where an exhibit has credentials. */
async function validated(bytes: Uint8Array): ReturnType<CredentialsCheck> {
  const { exhibitCredentials } = await import("../node/credentials.ts");
  return exhibitCredentials(bytes);
}

/** The report with its times as text. */
function published({ ledgers, exhibits, ...rest }: BundleReport): object {
  return {
    ...rest,
    exhibits: exhibits.map(({ notAfter, ...one }) => ({
      ...one,
      ...(notAfter !== undefined && { notAfter: new Date(notAfter).toISOString() }),
    })),
    ledgers: ledgers.map(({ gaps, times, ...one }) => ({
      ...one,
      gaps: gaps.map(([from, to]) => ({ from, to: to - 1 })),
      times: times.map(({ from, to, notBefore, notAfter }) => ({
        ...{ from, to: to - 1 },
        ...(notBefore && { notBefore: shownBound(notBefore) }),
        ...(notAfter && { notAfter: shownBound(notAfter) }),
      })),
    })),
  };
}

const HEADS: Readonly<Record<Level, Text>> = {
  fails: { en: "Fails", zh: "不成立" },
  holds: { en: "Holds", zh: "成立" },
  informs: { en: "To know, and what this cannot tell", zh: "须知及无法判断的事项" },
};

const OUTCOME: Readonly<Record<"ok" | "fails", Text>> = {
  ok: { en: "The bundle holds: nothing in it contradicts anything else in it.", zh: "证据包成立：包内各项互不矛盾。" },
  fails: { en: "The bundle does not hold.", zh: "证据包不成立。" },
};

function lines({ ok, findings, title }: BundleReport, lang: Lang): string[] {
  const part = (level: Level): string[] => {
    const some = findings.filter((finding: Finding) => finding.level === level);
    return some.length === 0
      ? []
      : ["", styled("bold", HEADS[level][lang]), ...some.map((one) => findingLine(one, lang))];
  };
  return [
    ...(title ? [styled("bold", title[lang])] : []),
    OUTCOME[ok ? "ok" : "fails"][lang],
    ...part("fails"),
    ...part("holds"),
    ...part("informs"),
  ];
}
