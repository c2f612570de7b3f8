/** Measuring a case: what Seedproof can tell of its exhibits by itself, as facts and as the tables of a dossier. */

import { readFileSync } from "node:fs";
import { arch, cpus, platform } from "node:os";
import { join } from "node:path";
import { SeedproofError } from "../base/errors.ts";
import { isObject, type JsonObject } from "../base/json.ts";
import { parseJson } from "../base/json-text.ts";
import { comparisonJson } from "../compare/pair/comparison-json.ts";
import type { Exhibit, Measured } from "../doctrine/case.ts";
import type { Fact } from "../doctrine/fact.ts";
import { certificateFacts, certificateKind, unchangedFacts } from "../doctrine/facts-certificate.ts";
import { imageFacts } from "../doctrine/facts-image.ts";
import { type GradedEvent, type ImageInQuestion, processFacts } from "../doctrine/facts-process.ts";
import type { CertificateReport, ComparisonReport, ImageReport, LedgerReport, Report } from "../doctrine/reports.ts";
import { pixelHash } from "../image/pixel-hash.ts";
import { blobPath } from "../ledger/entry.ts";
import { eventsOf, type ProcessEvent } from "../process/event.ts";
import { stepsOf } from "../process/tables.ts";
import { checkExhibits, exhibitPath, type OpenCase } from "./case-folder.ts";
import { readLedgerExhibit } from "./case-ledger.ts";
import { compareBytes } from "./compare-files.ts";
import { decodeDisplayed } from "./pixels.ts";
import { readImage } from "./read-image.ts";

/** Limits of measuring. */
const MEASURE_LIMITS = {
  /** Images of a record that are decoded to find the image in question by its pixels. */
  decoded: 200,
  /** Alleged copies that are compared: each takes seconds. */
  copies: 20,
} as const;

/** Facts with what was found on one exhibit. */
interface Found {
  readonly facts: readonly Fact[];
  readonly report: Report;
}

/**
 * Measures every exhibit of a case. What cannot be read says so in its report and gives no facts.
 * @param now - RFC 3339
 * @throws SeedproofError `doctrine.exhibit-altered` where an exhibit is not what was received
 */
export async function measureCase(
  open: OpenCase,
  now: string,
  tool: string,
  environment: Measured["environment"] = environmentHere(),
): Promise<Measured> {
  const broken = (await checkExhibits(open)).find(({ level }) => level === "fails");
  if (broken)
    throw new SeedproofError("doctrine.exhibit-altered", broken.text.en, broken.where ? { where: broken.where } : {});
  const { exhibits } = open.theCase;
  const images = new Map<string, ImageReport>();
  for (const exhibit of exhibits) {
    if (isPicture(exhibit)) images.set(exhibit.id, await readPicture(open, exhibit));
  }
  const question = exhibits.find(({ role }) => role === "image");
  const inQuestion = question && images.get(question.id);
  const found = new Map<string, Found>();
  for (const exhibit of exhibits) {
    const image = images.get(exhibit.id);
    found.set(
      exhibit.id,
      image ? ofImage(image, exhibit, now) : await quietly(() => ofOther(open, exhibit, now, inQuestion)),
    );
  }
  const compared = await comparisons(open, now, found);
  const reports = compared.flatMap(({ report }) => report ?? []);
  return {
    schema: "seedproof-measured/1",
    at: now,
    ...{ tool, environment },
    facts: [...found.values(), ...compared].flatMap(({ facts }) => facts).concat(unchanged(exhibits, images, now)),
    exhibits: Object.fromEntries([...found].map(([id, { report }]) => [id, report])),
    ...(reports.length > 0 && { comparisons: reports }),
  };
}

/** What the measuring ran on: what a reader needs to repeat it, and nothing that names the person. */
function environmentHere(): Measured["environment"] {
  const [cpu] = cpus();
  return {
    runtime: `Node.js ${process.versions.node} (V8 ${process.versions.v8})`,
    system: `${platform()} ${arch()}`,
    processor: cpu?.model.trim() ?? "unknown",
    crypto: `OpenSSL ${process.versions.openssl}`,
    network: "none used",
  };
}

function isPicture({ role }: Exhibit): boolean {
  return role === "image" || role === "copy" || role === "base" || role === "final";
}

/** A reading without its blocks, with the pixel hash. */
async function readPicture(open: OpenCase, exhibit: Exhibit): Promise<ImageReport> {
  const path = exhibitPath(open, exhibit);
  const { blocks: _blocks, provenance: _bytes, ...reading } = await readImage(path);
  const pixelsSha256 = await pixelsOf(path);
  return {
    kind: "image",
    ...reading,
    file: exhibit.name,
    ...(pixelsSha256 && { pixelsSha256 }),
  };
}

async function pixelsOf(input: string | Uint8Array): Promise<string | undefined> {
  try {
    return pixelHash(await decodeDisplayed(input));
  } catch (error) {
    if (error instanceof SeedproofError) return undefined;
    throw error;
  }
}

function ofImage(report: ImageReport, exhibit: Exhibit, now: string): Found {
  return { report, facts: exhibit.role === "image" ? imageFacts(report, exhibit.id, now) : [] };
}

async function quietly(measure: () => Promise<Found>): Promise<Found> {
  try {
    return await measure();
  } catch (error) {
    if (!(error instanceof SeedproofError)) throw error;
    return { facts: [], report: { kind: "unreadable", code: error.code, why: error.message } };
  }
}

async function ofOther(open: OpenCase, exhibit: Exhibit, now: string, image: ImageReport | undefined): Promise<Found> {
  switch (exhibit.role) {
    case "ledger":
      return ofLedger(open, exhibit, now, image);
    case "certificate":
      return ofCertificate(open, exhibit, now, image?.pixelsSha256);
    case "simulation":
      return ofSimulation(open, exhibit, now);
    default:
      return { facts: [], report: { kind: "document" } };
  }
}

async function ofLedger(open: OpenCase, exhibit: Exhibit, now: string, image: ImageReport | undefined): Promise<Found> {
  const path = exhibitPath(open, exhibit);
  const { report, graded } = await readLedgerExhibit(path, join(open.folder, "trust"));
  const inQuestion = image?.sha256 ? await findByPixels(path, graded, image) : undefined;
  const facts = report.ok ? processFacts(graded, exhibit.id, now, inQuestion) : [];
  return { report, facts: [...facts, ...timeFacts(report, exhibit.id, now, image?.sha256)] };
}

/** Pixel hashes of the record's images, only where none has the very bytes. */
async function findByPixels(log: string, graded: readonly GradedEvent[], image: ImageReport): Promise<ImageInQuestion> {
  const { sha256 = "", pixelsSha256 } = image;
  const made = eventsOf(
    graded.map(({ event }) => event),
    "generation.completed",
  ).flatMap(({ data }) => data.images.map((file) => file.sha256));
  const pixelsSeen = new Map<string, string>();
  if (pixelsSha256 && !made.includes(sha256)) {
    for (const hash of [...new Set(made)].slice(0, MEASURE_LIMITS.decoded)) {
      const pixels = await quietPixels(join(log, blobPath(hash)));
      if (pixels) pixelsSeen.set(hash, pixels);
    }
  }
  return { sha256, pixelsOf: pixelsSeen, ...(pixelsSha256 && { pixelsSha256 }) };
}

/** A blob that was erased hides nothing: its hash alone then has to do. */
async function quietPixels(path: string): Promise<string | undefined> {
  try {
    return await pixelsOf(new Uint8Array(readFileSync(path)));
  } catch {
    return undefined;
  }
}

/** The bounds of the entry that first names the image in question: what a third party vouches for. */
function timeFacts(report: LedgerReport, exhibit: string, time: string, sha256: string | undefined): Fact[] {
  const first = sha256 === undefined ? undefined : report.events.find(({ files }) => files.includes(sha256));
  const fact = (key: string, bound: { readonly time: string; readonly source: string } | undefined): Fact[] =>
    bound ? [{ key, value: bound.time, grade: "T", exhibit, method: "time/1", time, by: bound.source }] : [];
  return first
    ? [...fact("time.not_later_than", first.notAfter), ...fact("time.not_earlier_than", first.notBefore)]
    : [];
}

function ofCertificate(open: OpenCase, exhibit: Exhibit, now: string, pixelsSha256: string | undefined): Found {
  const value = readObject(exhibitPath(open, exhibit));
  const grade = exhibit.made ? "M" : "S";
  const facts = certificateFacts(value, { exhibit: exhibit.id, time: now, grade }, pixelsSha256);
  return { facts, report: { kind: "certificate", of: certificateKind(value), certificate: value } };
}

/** Histories made up afterwards: each fact is X, whatever the file says of itself. */
function ofSimulation(open: OpenCase, exhibit: Exhibit, now: string): Found {
  const value = readObject(exhibitPath(open, exhibit));
  const histories = Array.isArray(value.histories) ? value.histories.filter(isObject) : [];
  const told = histories.map(({ story, events }) => ({
    story: String(story),
    events: (Array.isArray(events) ? events.filter(isObject) : []).map(
      (event) => ({ ...event, simulated: true }) as unknown as ProcessEvent,
    ),
  }));
  const longest = told.toSorted((a, b) => b.events.length - a.events.length)[0];
  const graded = (longest?.events ?? []).map((event, index): GradedEvent => ({ index, event, grade: "X" }));
  return {
    facts: processFacts(graded, exhibit.id, now).filter(({ key }) => key !== "process.order_usual"),
    report: { kind: "simulation", stories: told.map(({ story, events }) => ({ story, steps: stepsOf(events) })) },
  };
}

/** @throws SeedproofError `doctrine.exhibit-unfit` */
function readObject(path: string): JsonObject {
  const value = parseJson(readFileSync(path, "utf8"));
  if (!isObject(value)) throw new SeedproofError("doctrine.exhibit-unfit", "the exhibit is no JSON object");
  return value;
}

/**
 * The image in question beside each alleged copy: by hash where that decides, else by the calibrated comparison. One that was run
 * for the case with more questions, such as where the mark stands, is not asked again.
 */
async function comparisons(open: OpenCase, now: string, found: ReadonlyMap<string, Found>): Promise<Compared[]> {
  const { exhibits } = open.theCase;
  const image = exhibits.find(({ role }) => role === "image");
  if (!image) return [];
  const done = [...found.values()].flatMap(({ report }) => (isComparison(report) ? [report.certificate] : []));
  const asked = exhibits
    .filter(({ role }) => role === "copy")
    .filter((copy) => !done.some((one) => isAbout(one, image) && isAbout(one, copy)))
    .slice(0, MEASURE_LIMITS.copies);
  const compared: Compared[] = [];
  for (const copy of asked) compared.push(...(await comparison(open, now, image, copy)));
  return compared;
}

function isComparison(report: Report): report is CertificateReport {
  return report.kind === "certificate" && report.of === "comparison";
}

function isAbout({ a, b }: JsonObject, { sha256 }: Exhibit): boolean {
  return [a, b].some((side) => isObject(side) && side.sha256 === sha256);
}

/** Facts of a pair, with the comparison where one was made. */
interface Compared {
  readonly facts: readonly Fact[];
  readonly report?: ComparisonReport;
}

async function comparison(open: OpenCase, now: string, image: Exhibit, copy: Exhibit): Promise<Compared[]> {
  const source = { exhibit: copy.id, time: now, grade: "M" } as const;
  const exact = (value: string): Compared[] => [
    { facts: [{ ...source, key: "compare.copy_verdict", value, method: "hash/1" }] },
  ];
  if (image.sha256 === copy.sha256) return exact("identical-bytes");
  const sides = [image, copy].map((exhibit) => ({
    name: exhibit.id,
    bytes: new Uint8Array(readFileSync(exhibitPath(open, exhibit))),
  }));
  try {
    const compared = await compareBytes(sides[0]!, sides[1]!);
    const json = JSON.parse(JSON.stringify(comparisonJson(compared))) as JsonObject;
    if (compared.verdict === "identical-pixels") return exact("identical-pixels");
    const facts = certificateFacts(json, source, undefined);
    return [{ facts, report: { a: image.id, b: copy.id, comparison: json } }];
  } catch (error) {
    // A picture that cannot be decoded says so in its own report.
    if (error instanceof SeedproofError) return [];
    throw error;
  }
}

/** The image before and after a person's changes: where all pixels are equal, nothing was changed. */
function unchanged(exhibits: readonly Exhibit[], images: ReadonlyMap<string, ImageReport>, now: string): Fact[] {
  const [base, final] = (["base", "final"] as const).map((role) => exhibits.find((exhibit) => exhibit.role === role));
  const hash = base && images.get(base.id)?.pixelsSha256;
  if (!final || hash === undefined || hash !== images.get(final.id)?.pixelsSha256) return [];
  return unchangedFacts((key, value) => ({
    ...{ key, value, grade: "M", exhibit: final.id, method: "hash/1", time: now },
  }));
}
