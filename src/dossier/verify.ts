/**
 * Checking a bundle whole, in Node or in a browser, without a network: its files, its description, the record in it with its times,
 * the exhibits against both, and the assessments, which are made again.
 */

import { fromUtf8 } from "../base/bytes.ts";
import type { Finding } from "../base/findings.ts";
import { groupsBy } from "../base/groups.ts";
import { sha256Hex } from "../base/hash.ts";
import type { Json, JsonObject } from "../base/json.ts";
import { canonicalJson, isObject } from "../base/json.ts";
import { tryJson } from "../base/json-text.ts";
import type { Rule } from "../doctrine/rule.ts";
import type { IntervalRun } from "../ledger/bounds.ts";
import { filesOf } from "../ledger/entry.ts";
import type { LogReader } from "../ledger/reader.ts";
import { BAG, BAGIT, readManifest } from "./bag.ts";
import { TOP } from "./bundle.ts";
import { historyOf } from "./bundle-ledger.ts";
import { BUNDLE_LIMITS, pathFlaw } from "./bundle-path.ts";
import { BUNDLING, bySha256, CRATE, type CrateFile, crateFiles, crateGraph } from "./crate.ts";
import { crateActions } from "./crate-actions.ts";
import { found } from "./findings.ts";
import { verifyAssessments } from "./verify-assessments.ts";
import { type CredentialsCheck, verifyCredentials } from "./verify-credentials.ts";
import { type LedgerVerified, type LedgerVerifyOptions, verifyExtract } from "./verify-ledger.ts";
import { verifyOffered } from "./verify-trust.ts";

/** The files of a bundle, wherever they are. */
export interface BundleSource {
  /** Paths of all files, with forward slashes. */
  readonly paths: readonly string[];
  /** The bytes of a file that is listed. */
  readonly read: (path: string) => Promise<Uint8Array>;
  /** What was found while it was opened: links in a folder, a zip of another program. */
  readonly findings?: readonly Finding[];
}

/** What the reader brings. */
export interface BundleVerifyOptions extends LedgerVerifyOptions {
  /** The bundle's number as it was given on another way: SHA-256 of its tag manifest, hex. */
  readonly number?: string;
  /** Called with the number of files checked so far. */
  readonly progress?: (files: number, of: number) => void;
  /** Validates Content Credentials of exhibits, where the host can. */
  readonly credentials?: CredentialsCheck;
  /** SHA-256 in hex, where the host has a quicker one. */
  readonly hash?: (bytes: Uint8Array) => string | Promise<string>;
  /** The program that checks, as bundles name their maker: `seedproof 0.1.0`. */
  readonly software?: string;
  /** The rule of this id that the host has, beside the one in the bundle. */
  readonly rule?: (id: string) => Rule | undefined;
}

/** A checked bundle. */
export interface BundleReport {
  /** Nothing fails. */
  readonly ok: boolean;
  readonly findings: readonly Finding[];
  /** SHA-256 of the tag manifest, which all other hashes hang on. */
  readonly number?: string;
  readonly files: number;
  /** What the description says of the whole. */
  readonly title?: { readonly en: string; readonly zh: string };
  readonly exhibits: readonly CheckedExhibit[];
  readonly ledgers: readonly CheckedLedger[];
}

/** A ledger, or the part of one that the bundle has. */
export interface CheckedLedger {
  readonly id: string;
  readonly origin?: string;
  readonly size: number;
  readonly disclosed: number;
  readonly gaps: readonly (readonly [from: number, to: number])[];
  readonly times: readonly IntervalRun[];
}

/** An exhibit with the entries that name it. */
export interface CheckedExhibit {
  readonly id: string;
  readonly name: string;
  readonly path: string;
  readonly role?: string;
  readonly sha256: string;
  /** Disclosed entries that name these bytes. */
  readonly entries: readonly { readonly ledger: string; readonly index: number }[];
  /** Milliseconds since 1970: the earliest time that these bytes are proven to have existed at. */
  readonly notAfter?: number;
}

/** What a manifest says of a file. */
interface Listed {
  readonly sha256: string;
  readonly manifest: string;
}

/** Verifies a bundle. Never throws for what its files hold. */
export async function verifyBundle(source: BundleSource, options: BundleVerifyOptions): Promise<BundleReport> {
  const check = new BundleCheck(source, options);
  return check.run();
}

class BundleCheck {
  private readonly findings: Finding[];
  private readonly source: BundleSource;
  private readonly options: BundleVerifyOptions;
  private readonly paths: ReadonlySet<string>;

  constructor(source: BundleSource, options: BundleVerifyOptions) {
    // One order, whatever folder or archive the files came from.
    this.source = { ...source, paths: source.paths.toSorted() };
    this.options = options;
    this.findings = [...(source.findings ?? [])];
    this.paths = new Set(source.paths);
  }

  async run(): Promise<BundleReport> {
    for (const file of [BAG.declaration, BAG.manifest, BAG.tagManifest]) {
      if (!this.paths.has(file)) this.findings.push(found("dossier.no-bundle", { file }, { file }));
    }
    if (!this.paths.has(BAG.tagManifest)) return this.report({ exhibits: [], ledgers: [] });
    const number = await this.hash(await this.source.read(BAG.tagManifest));
    const hashes = await this.files();
    this.number(number);
    await this.maker();
    await this.bag(hashes);
    const described = await this.crate(hashes);
    const ledgers = await this.ledgers();
    const exhibits = this.exhibits(hashes, described, ledgers);
    await this.theCase(hashes, described, ledgers);
    this.findings.push(...(await verifyCredentials(this.source, exhibits, this.options.credentials)));
    this.findings.push(
      ...(await verifyAssessments(this.source, this.options.rule)),
      ...(await verifyOffered(this.source, this.hash)),
    );
    return this.report({ number, exhibits, ...(await this.title()), ledgers: [...ledgers].map(shown) });
  }

  private report(parts: Omit<BundleReport, "ok" | "findings" | "files">): BundleReport {
    const ok = this.findings.every(({ level }) => level !== "fails");
    return { ok, findings: this.findings, files: this.source.paths.length, ...parts };
  }

  private readonly hash = async (bytes: Uint8Array): Promise<string> => (this.options.hash ?? sha256Hex)(bytes);

  private number(number: string): void {
    const given = this.options.number?.toLowerCase().replaceAll(/\s/g, "");
    const code = given === undefined ? "number" : given === number ? "number-holds" : "number-differs";
    this.findings.push(found(`dossier.${code}`, { number }, { file: BAG.tagManifest }));
  }

  /** Says where another version made the bundle. */
  private async maker(): Promise<void> {
    const { software: here } = this.options;
    const text = this.paths.has(BAG.info) ? (fromUtf8(await this.source.read(BAG.info)) ?? "") : "";
    const by = /^Bag-Software-Agent: (.{1,200})$/m.exec(text)?.[1];
    if (here === undefined || by === undefined || by === here) return;
    this.findings.push(found("dossier.made-by-other", { by, here }, { file: BAG.info }));
  }

  /** Every file against its manifest, in both directions. Gives the hashes of all files that were read. */
  private async files(): Promise<Map<string, string>> {
    const before = this.findings.length;
    const listed = new Map<string, Listed>();
    for (const manifest of [BAG.manifest, BAG.tagManifest]) {
      for (const { path, sha256 } of await this.manifest(manifest)) listed.set(path, { sha256, manifest });
    }
    const hashes = new Map<string, string>();
    for (const [i, path] of this.source.paths.entries()) {
      this.options.progress?.(i, this.source.paths.length);
      await this.file(path, listed.get(path), hashes);
    }
    for (const [path, { manifest }] of listed) {
      if (this.paths.has(path)) continue;
      this.findings.push(found("dossier.file-missing", { file: path, manifest }, { file: path }));
    }
    const broken = this.findings.slice(before).some(({ level }) => level === "fails");
    if (!broken) this.findings.push(found("dossier.files-hold", { count: this.source.paths.length }));
    return hashes;
  }

  private async file(path: string, listed: Listed | undefined, hashes: Map<string, string>): Promise<void> {
    const where = { file: path };
    if (pathFlaw(path)) this.findings.push(found("dossier.file-unfit", { file: path }, where));
    else if (listed === undefined && path !== BAG.tagManifest) {
      this.findings.push(found("dossier.file-added", { file: path }, where));
    } else {
      const bytes = await this.source.read(path);
      if (bytes.length > BUNDLE_LIMITS.fileBytes) {
        this.findings.push(found("dossier.too-large", { file: path }, where));
        return;
      }
      const hash = await this.hash(bytes);
      hashes.set(path, hash);
      if (listed !== undefined && hash !== listed.sha256) {
        this.findings.push(found("dossier.file-changed", { file: path, manifest: listed.manifest }, where));
      }
    }
  }

  /** Lines of a manifest; the payload's manifest lists what is below `data/`, the other what is not. */
  private async manifest(file: string) {
    const lines = this.paths.has(file) ? readManifest(await this.source.read(file)) : [];
    const payload = file === BAG.manifest;
    if (lines?.every(({ path }) => path.startsWith("data/") === payload && path !== BAG.tagManifest)) return lines;
    this.findings.push(found("dossier.manifest-malformed", { file }, { file }));
    return lines ?? [];
  }

  /** The declaration, and the count of the payload. */
  private async bag(hashes: ReadonlyMap<string, string>): Promise<void> {
    const text = async (file: string) => (hashes.has(file) ? (fromUtf8(await this.source.read(file)) ?? "") : "");
    if ((await text(BAG.declaration)) !== BAGIT) {
      this.findings.push(found("dossier.bag-malformed", { file: BAG.declaration }, { file: BAG.declaration }));
    }
    const payload = [...hashes.keys()].filter((path) => path.startsWith("data/"));
    let bytes = 0;
    for (const path of payload) bytes += (await this.source.read(path)).length;
    const oxum = /^Payload-Oxum: (\d+\.\d+)$/m.exec(await text(BAG.info))?.[1];
    if (oxum !== `${bytes}.${payload.length}`)
      this.findings.push(found("dossier.oxum-differs", {}, { file: BAG.info }));
    for (const file of [TOP.guide]) {
      if (!this.paths.has(file)) this.findings.push(found("dossier.no-bundle", { file }, { file }));
    }
  }

  private async json(path: string): Promise<Json | undefined> {
    return this.paths.has(path) ? tryJson(fromUtf8(await this.source.read(path)) ?? "") : undefined;
  }

  /** The description against the files, in both directions. */
  private async crate(hashes: ReadonlyMap<string, string>): Promise<readonly CrateFile[]> {
    const file = `data/${CRATE}`;
    const crate = (await this.json(file)) ?? null;
    const described = crateFiles(crate);
    if (!described) {
      this.findings.push(found("dossier.crate-malformed", { file }, { file }));
      return [];
    }
    const before = this.findings.length;
    const said = new Map(described.map((one) => [`data/${one.path}`, one]));
    for (const [path, one] of said) {
      if (hashes.get(path) === one.sha256 && (await this.source.read(path)).length === one.size) continue;
      this.findings.push(found("dossier.crate-differs", { file: path }, { file: path }));
    }
    for (const path of hashes.keys()) {
      if (!path.startsWith("data/") || path === file || said.has(path)) continue;
      this.findings.push(found("dossier.crate-differs", { file: path }, { file: path }));
    }
    if (this.findings.length === before) this.findings.push(found("dossier.crate-holds", {}, { file }));
    await this.steps(crateGraph(crate));
    return described;
  }

  /** The steps that the description tells are those of the histories, which are made again from the entries. */
  private async steps(graph: readonly JsonObject[]): Promise<void> {
    const told = graph.filter((one) => one["@type"] === "CreateAction" && one["@id"] !== BUNDLING);
    const paths = this.source.paths.filter((path) => /^data\/provenance\/[^/]+\.json$/.test(path)).toSorted();
    if (told.length === 0 && paths.length === 0) return;
    const histories: JsonObject[] = [];
    for (const path of paths) {
      const history = await this.json(path);
      if (isObject(history)) histories.push(history);
    }
    const { actions, context } = crateActions(histories, bySha256(graph.filter((one) => one["@type"] === "File")));
    const spoken = new Set(context.map((one) => one["@id"]));
    const around = graph.filter((one) => spoken.has(one["@id"]!));
    const where = { file: `data/${CRATE}` };
    if (told.length === 0 && actions.length > 0) {
      this.findings.push(found("dossier.steps-untold", { steps: actions.length }, where));
      return;
    }
    const again = [...actions, ...context];
    const here = [...told, ...around];
    const same = (of: (entity: JsonObject) => JsonObject): boolean =>
      canonicalJson(again.map(of)) === canonicalJson(here.map(of));
    const code = same((entity) => entity) ? "hold" : same(withoutWords) ? "worded" : "differ";
    this.findings.push(found(`dossier.steps-${code}`, { steps: told.length }, where));
  }

  private async title(): Promise<Pick<BundleReport, "title">> {
    const root = crateGraph((await this.json(`data/${CRATE}`)) ?? null).find((one) => one["@id"] === "./");
    const names = Array.isArray(root?.name) ? (root.name as readonly Json[]) : [];
    const inLanguage = (lang: string) => {
      const one = names.find((name) => isObject(name) && name["@language"] === lang);
      return isObject(one) && typeof one["@value"] === "string" ? one["@value"].slice(0, 500) : undefined;
    };
    const [en, zh] = [inLanguage("en"), inLanguage("zh")];
    return en !== undefined && zh !== undefined ? { title: { en, zh } } : {};
  }

  private async ledgers(): Promise<Map<string, LedgerVerified>> {
    const ids = new Set(this.source.paths.flatMap((path) => /^data\/ledgers\/([^/]+)\//.exec(path)?.[1] ?? []));
    if (ids.size === 0) this.findings.push(found("dossier.no-ledger"));
    const verified = new Map<string, LedgerVerified>();
    for (const id of ids) verified.set(id, await this.ledger(id));
    return verified;
  }

  private async ledger(id: string): Promise<LedgerVerified> {
    const place = `data/ledgers/${id}`;
    const paths = this.source.paths.flatMap((path) =>
      path.startsWith(`${place}/`) ? [path.slice(place.length + 1)] : [],
    );
    const read: LogReader["read"] = async (path) =>
      this.paths.has(`${place}/${path}`) ? this.source.read(`${place}/${path}`) : undefined;
    const verified = await verifyExtract(place, { read }, paths, this.options);
    this.findings.push(...verified.findings, ...(await this.history(id, paths, read)));
    return verified;
  }

  /** The history as PROV says what the disclosed entries say: it is made again from them. */
  private async history(id: string, paths: readonly string[], read: LogReader["read"]): Promise<Finding[]> {
    const file = `data/provenance/${id}.json`;
    if (!this.paths.has(file)) return [];
    const files = new Map<string, Uint8Array>();
    for (const path of paths) files.set(path, (await read(path))!);
    try {
      const made = historyOf(files);
      const same = made !== undefined && canonicalJson(made) === canonicalJson((await this.json(file)) ?? null);
      return [found(same ? "dossier.history-holds" : "dossier.history-differs", { file }, { file })];
    } catch {
      return [found("dossier.history-differs", { file }, { file })];
    }
  }

  /** Each exhibit with the entries that name its bytes, and so with the time by which they existed. */
  private exhibits(
    hashes: ReadonlyMap<string, string>,
    described: readonly CrateFile[],
    ledgers: ReadonlyMap<string, LedgerVerified>,
  ): CheckedExhibit[] {
    const naming = entriesByFile(ledgers);
    return described.flatMap(({ exhibit: id, path, name, role }) => {
      // The bytes that are here count, not those that the description speaks of.
      const sha256 = hashes.get(`data/${path}`);
      if (id === undefined || sha256 === undefined) return [];
      const entries = naming.get(sha256) ?? [];
      const bounds = entries.flatMap(({ notAfter: time }) => (time === undefined ? [] : [time]));
      const notAfter = bounds.length > 0 ? Math.min(...bounds) : undefined;
      if (ledgers.size > 0) this.findings.push(exhibitFinding(id, entries, notAfter, path));
      const more = { ...(role !== undefined && { role }), ...(notAfter !== undefined && { notAfter }) };
      const named = entries.map(({ ledger, index }) => ({ ledger, index }));
      return [{ id, name, path: `data/${path}`, sha256, entries: named, ...more }];
    });
  }

  /** Exhibits that the case lists by hash: those that are here are the listed ones. */
  private async theCase(
    hashes: ReadonlyMap<string, string>,
    described: readonly CrateFile[],
    ledgers: ReadonlyMap<string, LedgerVerified>,
  ): Promise<void> {
    const file = "data/case.json";
    if (!this.paths.has(file)) return;
    const value = await this.json(file);
    const listed = isObject(value) && Array.isArray(value.exhibits) ? (value.exhibits as readonly Json[]) : undefined;
    if (!listed) {
      this.findings.push(found("dossier.case-malformed", { file, why: "it lists no exhibits" }, { file }));
      return;
    }
    for (const one of listed) {
      if (!isObject(one) || typeof one.id !== "string") continue;
      const here = described.filter(({ exhibit }) => exhibit === one.id);
      const values = { exhibit: one.id };
      // A ledger stands in the bundle as its disclosed part, which its own check covers.
      if (ledgers.has(one.id)) continue;
      if (here.length === 0) this.findings.push(found("dossier.exhibit-missing", values, { file }));
      else if (here.some(({ path }) => hashes.get(`data/${path}`) !== one.sha256)) {
        this.findings.push(found("dossier.exhibit-differs", values, { file: `data/${here[0]!.path}` }));
      }
    }
  }
}

/** What a step or a thing around it is, without our own words for it; the names of people, programs and files are none. */
function withoutWords({ description: _, ...entity }: JsonObject): JsonObject {
  const { name: _name, ...rest } = entity;
  return entity["@type"] === "CreateAction" ? rest : entity;
}

/** An entry that names a file, with the time by which it existed. */
interface Naming {
  readonly ledger: string;
  readonly index: number;
  readonly notAfter?: number;
}

function entriesByFile(ledgers: ReadonlyMap<string, LedgerVerified>): Map<string, Naming[]> {
  const namings = [...ledgers].flatMap(([ledger, { entries, times }]) =>
    entries.flatMap(({ entry, index }) => {
      const bound = times.find(({ from, to }) => from <= index && index < to)?.notAfter;
      // An authority that the reader does not name may be the maker's own.
      const outside = bound && bound.grade !== "T2" ? { notAfter: bound.time } : {};
      return filesOf(entry).map(({ sha256 }) => ({ sha256, ledger, index, ...outside }));
    }),
  );
  return groupsBy(namings, ({ sha256 }) => sha256);
}

function exhibitFinding(
  exhibit: string,
  [first]: readonly Naming[],
  notAfter: number | undefined,
  path: string,
): Finding {
  const where = { file: `data/${path}` };
  if (!first) return found("dossier.exhibit-unrecorded", { exhibit }, where);
  const values = { exhibit, index: first.index, ledger: first.ledger };
  const code = notAfter === undefined ? "dossier.exhibit-named" : "dossier.exhibit-recorded";
  const time = notAfter === undefined ? "–" : new Date(notAfter).toISOString();
  return found(code, { ...values, notAfter: time }, { ...where, entry: first.index });
}

function shown([id, { info, size, entries, gaps, times }]: readonly [string, LedgerVerified]): CheckedLedger {
  return { id, ...(info && { origin: info.origin }), size, disclosed: entries.length, gaps, times };
}
