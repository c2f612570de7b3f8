/** A bundle for tests: a record of twelve entries in memory, of which some are disclosed, two exhibits, a case, a rule, a document. */

import { utf8 } from "../../src/base/bytes.ts";
import { sha256Hex } from "../../src/base/hash.ts";
import { assess } from "../../src/doctrine/assess.ts";
import { type Case, checkedCase, factsOf } from "../../src/doctrine/case.ts";
import { makeBundle } from "../../src/dossier/bundle.ts";
import type { BundleFiles, BundleInput } from "../../src/dossier/bundle-input.ts";
import { type Disclosure, ledgerExtract } from "../../src/dossier/bundle-ledger.ts";
import { memorySource } from "../../src/dossier/sources.ts";
import { type BundleReport, type BundleVerifyOptions, verifyBundle } from "../../src/dossier/verify.ts";
import { type Entry, seal } from "../../src/ledger/entry.ts";
import { nodeSha256 } from "../../src/node/bundle-files.ts";
import { folderReader, nodeHasher, nodeVerify } from "../../src/node/ledger-folder.ts";
import { openRule } from "../../src/node/rule-files.ts";
import { entry, newStore } from "../node/ledger-helpers.ts";

export const IMAGE = utf8("the bytes of an image");
export const COPY = utf8("the bytes of an alleged copy");
/** Stands in the contents of an entry that is not disclosed. */
export const SECRET = "a prompt that nobody else shall read";

const fileOf = (role: string, bytes: Uint8Array) => ({ role, sha256: sha256Hex(bytes), size: bytes.length });

/** The record: an image is made at 5, a secret kept at 8. */
export function recordReader() {
  const { fs, store } = newStore();
  const secret = seal({ prompt: SECRET }, new Uint8Array(32).fill(3));
  const shown = seal({ prompt: "a prompt for all" }, new Uint8Array(32).fill(4));
  const made: Entry = { ...entry(5, "generation.completed"), out: [fileOf("image", IMAGE)], commit: shown.commit };
  const entries = Array.from({ length: 11 }, (_, i) => entry(i + 1, "note"));
  entries[4] = made;
  entries[7] = { ...entry(8, "note"), commit: secret.commit };
  for (const one of [...entries.slice(0, 6)]) store.append([one]);
  store.integrate();
  store.append(entries.slice(6));
  store.integrate();
  const reader = folderReader("/log", fs);
  const payloads = new Map([
    [shown.commit.hash, shown.payload],
    [secret.commit.hash, secret.payload],
  ]);
  return {
    list: reader.list,
    read: async (path: string) => payloads.get(path.replace(/^blobs\/sha256\/(..)\//, "$1")) ?? reader.read(path),
  };
}

const RULE = openRule("cn.bic.zhou.2025").rule;

function caseOf(exhibits: readonly { id: string; name: string; role: string; bytes: Uint8Array }[]): Case {
  const at = "2026-11-29T12:00:00Z";
  return checkedCase({
    ...{ schema: "seedproof-case/1", ref: "2026/1", title: "A cat", date: at, parties: [], questions: [] },
    exhibits: exhibits.map(({ id, name, role, bytes }) => ({
      ...{ id, name, role, file: `exhibits/${id}`, bytes: bytes.length, sha256: sha256Hex(bytes) },
      ...{ receivedFrom: "the claimant", receivedAt: at },
    })),
    ...{ custody: [], declarations: [] },
    facts: [{ key: "image.ai_label", value: ["implicit"], grade: "C", by: "the claimant", time: at }],
  });
}

/** Entries 5 and 9, with the payload of the first. */
export const SOME: Disclosure = {
  entry: (_, index) => index === 5 || index === 9,
  file: (role, _, index) => role === "payload" && index === 5,
};

export async function bundleInput(disclosure: Disclosure = SOME): Promise<BundleInput> {
  const exhibits = [
    { id: "E1", name: "猫 1.png", role: "image", bytes: IMAGE },
    { id: "E2", name: "copy.png", role: "copy", bytes: COPY },
  ];
  const theCase = caseOf(exhibits);
  return {
    title: { en: "A cat", zh: "一只猫" },
    reference: "2026/1",
    made: "2026-11-29T12:00:00Z",
    tool: { name: "seedproof", version: "0.0.0" },
    caseFile: utf8(JSON.stringify(theCase)),
    facts: factsOf(theCase, undefined),
    rules: [{ name: `${RULE.id}.json`, bytes: utf8(JSON.stringify(RULE)) }],
    assessments: [{ rule: RULE.id, result: assess(RULE, factsOf(theCase, undefined)) }],
    exhibits,
    documents: [{ name: "dossier.en.html", bytes: utf8("<p>A dossier</p>"), lang: "en" }],
    ledgers: [{ id: "record", ...(await ledgerExtract(recordReader(), disclosure)) }],
    environment: { os: "none" },
    verifier: utf8("<!doctype html><title>verify</title>"),
  };
}

export const bundle = async (input?: BundleInput): Promise<BundleFiles> => makeBundle(input ?? (await bundleInput()));

const NO_TRUST = { timestamps: { roots: [] }, witnesses: [], beacons: [], headers: new Map<number, Uint8Array>() };

export function verify(
  files: ReadonlyMap<string, Uint8Array>,
  more: Partial<BundleVerifyOptions> = {},
): Promise<BundleReport> {
  const options = { trust: NO_TRUST, hasher: nodeHasher, ed25519: nodeVerify, hash: nodeSha256, ...more };
  return verifyBundle(memorySource(files), options);
}

/** Code and file of each finding that fails. */
export function fails({ findings }: BundleReport): string[] {
  return findings
    .filter(({ level }) => level === "fails")
    .map(({ code, where }) => `${code} ${where?.file ?? ""}`.trim());
}
