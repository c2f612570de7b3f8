/**
 * Making a bundle: originals, record, assessment, documents and the means to check them, as the files of one folder. The same input
 * gives the same bytes.
 */

import { utf8 } from "../base/bytes.ts";
import { SeedproofError } from "../base/errors.ts";
import { canonicalJson, type JsonObject } from "../base/json.ts";
import { makeBag } from "./bag.ts";
import type { BundleFile, BundleFiles, BundleInput, BundleLedger } from "./bundle-input.ts";
import { foldedPath, pathFlaw, safeName } from "./bundle-path.ts";
import { CRATE, type CrateNote, crateMetadata } from "./crate.ts";
import { GO_CHECK } from "./go-check.ts";
import { guide } from "./guide.ts";

/** Names of the files for people at the top of a bundle. */
export const TOP = { guide: "VERIFY.md", verifier: "verify.html" } as const;

/** A payload under construction: files, and what is known of each. */
interface Payload {
  readonly files: Map<string, Uint8Array>;
  readonly notes: Map<string, CrateNote>;
  /** Paths as careless file systems compare them. */
  readonly taken: Set<string>;
}

/**
 * All files of a bundle by path.
 * @throws SeedproofError `dossier.path-unfit`, `dossier.path-twice` for names that cannot stand beside each other
 */
export function makeBundle(input: BundleInput): BundleFiles {
  const payload: Payload = { files: new Map(), notes: new Map(), taken: new Set() };
  const add = (path: string, bytes: Uint8Array, note: CrateNote): void => put(payload, path, bytes, note);
  addJson(input, add);
  for (const { id, role, ...file } of input.exhibits) {
    add(`exhibits/${id}/${safeName(file.name)}`, file.bytes, {
      part: "exhibit",
      exhibit: id,
      ...(role && { role }),
      ...noteOf(file),
    });
  }
  for (const { lang, ...file } of input.documents ?? []) {
    add(`documents/${safeName(file.name)}`, file.bytes, { part: "document", ...(lang && { lang }), ...noteOf(file) });
  }
  for (const file of input.rules ?? [])
    add(`rules/${safeName(file.name)}`, file.bytes, { part: "rule", ...noteOf(file) });
  for (const file of input.trust ?? [])
    add(`trust/${safeName(file.name)}`, file.bytes, { part: "trust", ...noteOf(file) });
  for (const ledger of input.ledgers ?? []) addLedger(ledger, add);
  if (input.ledgers?.length) add("check-ledger.go", utf8(GO_CHECK), { part: "check" });
  add(CRATE, crateMetadata(input, payload.files, payload.notes, historiesOf(input)), { part: "crate" });
  return makeBag(payload.files, tagsOf(input, payload.files), infoOf(input));
}

/** Histories in the order of their files. */
function historiesOf({ ledgers = [] }: BundleInput): JsonObject[] {
  const byName = ledgers.toSorted((a, b) => (safeName(a.id) < safeName(b.id) ? -1 : 1));
  return byName.flatMap(({ prov }) => (prov ? [prov] : []));
}

type Add = (path: string, bytes: Uint8Array, note: CrateNote) => void;

function addLedger({ id, files, prov }: BundleLedger, add: Add): void {
  const name = safeName(id);
  for (const [path, bytes] of files) add(`ledgers/${name}/${path}`, bytes, { part: "ledger" });
  if (prov) add(`provenance/${name}.json`, json(prov), { part: "provenance" });
}

const json = (value: unknown): Uint8Array => utf8(`${canonicalJson(JSON.parse(JSON.stringify(value)))}\n`);

/** Parts that are JSON: in canonical form, so that the same content has the same hash; `case.json` as the user wrote it. */
function addJson({ caseFile, facts, measured, assessments, environment }: BundleInput, add: Add): void {
  if (caseFile) add("case.json", caseFile, { part: "case" });
  if (facts !== undefined) add("facts.json", json(facts), { part: "facts" });
  if (measured !== undefined) add("measured.json", json(measured), { part: "measured" });
  if (environment !== undefined) add("environment.json", json(environment), { part: "environment" });
  for (const { rule, result } of assessments ?? []) {
    add(`assessments/${safeName(rule)}.json`, json(result), { part: "assessment", name: rule });
  }
}

function noteOf({ name, mime, title }: BundleFile): Pick<CrateNote, "name" | "mime" | "title"> {
  return { name, ...(mime && { mime }), ...(title && { title }) };
}

function put({ files, notes, taken }: Payload, path: string, bytes: Uint8Array, note: CrateNote): void {
  const flaw = pathFlaw(path);
  if (flaw)
    throw new SeedproofError("dossier.path-unfit", `${path} cannot stand in a bundle (${flaw})`, {
      where: { file: path },
    });
  const folded = foldedPath(path);
  if (taken.has(folded)) {
    throw new SeedproofError("dossier.path-twice", `two files of the bundle would be called ${path}`, {
      where: { file: path },
    });
  }
  taken.add(folded);
  files.set(path, bytes);
  notes.set(path, note);
}

function tagsOf(input: BundleInput, payload: BundleFiles): Map<string, Uint8Array> {
  const tags = new Map([[TOP.guide, utf8(guide(input, payload))] as [string, Uint8Array]]);
  if (input.verifier) tags.set(TOP.verifier, input.verifier);
  return tags;
}

function infoOf({ made, title, reference, tool }: BundleInput) {
  const software = `${tool.name} ${tool.version}`;
  return { made, title: `${title.en} / ${title.zh}`, software, ...(reference !== undefined && { reference }) };
}
