/** The description of a bundle's contents for other programs: RO-Crate 1.2 metadata in JSON-LD. @see https://w3id.org/ro/crate/1.2 */

import { utf8 } from "../base/bytes.ts";
import { sha256Hex } from "../base/hash.ts";
import type { Json, JsonObject } from "../base/json.ts";
import { isObject } from "../base/json.ts";
import type { Text } from "../base/texts.ts";
import type { BundleFiles } from "./bundle-input.ts";
import { crateActions } from "./crate-actions.ts";

/** Its place, which the standard fixes, in the payload. */
export const CRATE = "ro-crate-metadata.json";

const CONTEXT = "https://w3id.org/ro/crate/1.2/context";
const PROFILE = "https://w3id.org/ro/crate/1.2";

/** What is known of a file beside its bytes. */
export interface CrateNote {
  /** What the user calls it. */
  readonly name?: string;
  readonly mime?: string;
  readonly title?: Text;
  /** Its part in the bundle: `exhibit`, `document`, `rule`, `ledger`, … */
  readonly part: string;
  /** Id of the exhibit, where it is one. */
  readonly exhibit?: string;
  readonly role?: string;
  readonly lang?: string;
}

/** Facts of the whole. */
export interface CrateHead {
  readonly title: Text;
  readonly reference?: string;
  readonly made: string;
  readonly tool: { readonly name: string; readonly version: string };
}

/**
 * The metadata file for a payload.
 * @param notes - by path; every file of the payload has one
 * @param histories - PROV-JSON of what was recorded; each step that made a file is an action
 */
export function crateMetadata(
  head: CrateHead,
  payload: BundleFiles,
  notes: ReadonlyMap<string, CrateNote>,
  histories: readonly JsonObject[] = [],
): Uint8Array {
  const paths = [...payload.keys()].toSorted();
  const files = paths.map((path) => fileEntity(path, payload.get(path)!, notes.get(path)));
  const { actions, context } = crateActions(histories, bySha256(files));
  const graph: JsonObject[] = [
    { "@id": CRATE, "@type": "CreativeWork", conformsTo: { "@id": PROFILE }, about: { "@id": "./" } },
    root(head, paths, actions),
    ...surroundings(head),
    ...files,
    ...actions,
    ...context,
  ];
  return utf8(`${JSON.stringify({ "@context": [CONTEXT, TERMS], "@graph": graph }, null, 1)}\n`);
}

/** Files of a description by their hash: where the same bytes stand twice, the exhibit. */
export function bySha256(files: readonly JsonObject[]): Map<string, string> {
  const exhibitsLast = files.toSorted((a, b) => Number("seedproofExhibit" in a) - Number("seedproofExhibit" in b));
  return new Map(exhibitsLast.map((file) => [String(file.sha256), String(file["@id"])]));
}

/** Words that the context does not have, in the namespace that RO-Crate keeps for such. */
const NAMESPACE = "https://w3id.org/ro/terms/seedproof#";
const TERMS: JsonObject = {
  seedproofPart: `${NAMESPACE}part`,
  seedproofExhibit: `${NAMESPACE}exhibit`,
  seedproofRole: `${NAMESPACE}role`,
};
const MEANINGS: Readonly<Record<string, string>> = {
  part: "What a file is to the bundle: exhibit, document, rule, ledger, provenance and the like",
  exhibit: "Number of the exhibit in the case",
  role: "What an exhibit is to the case: image, copy, base, final and the like",
};

function root({ title, reference, made }: CrateHead, paths: readonly string[], actions: readonly JsonObject[]) {
  return {
    "@id": "./",
    "@type": "Dataset",
    name: [inLanguage(title.en, "en"), inLanguage(title.zh, "zh")],
    description: "Evidence about AI-generated images, with the means to check it. No legal advice.",
    datePublished: made,
    license: { "@id": "#rights" },
    ...(reference !== undefined && { identifier: { "@id": "#reference" } }),
    hasPart: paths.map((path) => ({ "@id": idOf(path) })),
    mentions: [BUNDLING, ...actions.map((action) => action["@id"]!)].map((id) => ({ "@id": id })),
  };
}

/** What is neither a file nor a step that was recorded: rights, reference, how the bundle was made, our words. */
function surroundings({ reference, made, tool }: CrateHead): JsonObject[] {
  return [
    {
      "@id": "#rights",
      "@type": "CreativeWork",
      name: "No licence",
      description:
        "This bundle grants no licence. Whether there are rights in what it holds, and whose, is what the case is about.",
    },
    ...(reference === undefined
      ? []
      : [{ "@id": "#reference", "@type": "PropertyValue", name: "Reference of the case", value: reference }]),
    {
      "@id": BUNDLING,
      "@type": "CreateAction",
      name: "The bundle was made",
      description: "The time is the one that the case states.",
      endTime: made,
      instrument: { "@id": TOOL },
      result: { "@id": "./" },
    },
    { "@id": TOOL, "@type": "SoftwareApplication", name: tool.name, version: tool.version, url: TOOL },
    ...Object.entries(MEANINGS).map(([label, comment]) => ({
      "@id": `${NAMESPACE}${label}`,
      "@type": "DefinedTerm",
      name: label,
      description: comment,
    })),
  ];
}

const TOOL = "urn:seedproof:tool";

/** The step that made the bundle itself; all others are recorded ones. */
export const BUNDLING = "#bundling";

const inLanguage = (value: string, language: string): JsonObject => ({ "@value": value, "@language": language });

function fileEntity(path: string, bytes: Uint8Array, note: CrateNote | undefined): JsonObject {
  const { name, mime, title, part, exhibit, role, lang } = note ?? { part: "other" };
  return {
    "@id": idOf(path),
    "@type": "File",
    name: name ?? path.split("/").at(-1)!,
    contentSize: String(bytes.length),
    encodingFormat: mime ?? mimeOf(path),
    sha256: sha256Hex(bytes),
    seedproofPart: part,
    description: title
      ? [inLanguage(title.en, "en"), inLanguage(title.zh, "zh")]
      : (DESCRIPTIONS[part] ?? "Goes along with the bundle"),
    ...(exhibit !== undefined && { seedproofExhibit: exhibit }),
    ...(role !== undefined && { seedproofRole: role }),
    ...(lang !== undefined && { inLanguage: lang }),
  };
}

/** What files are, by their part. */
const DESCRIPTIONS: Readonly<Record<string, string>> = {
  exhibit: "An exhibit of the case, byte for byte",
  document: "The dossier, for people",
  rule: "A legal test that was used, with its sources",
  assessment: "What a legal test gives on the facts",
  ledger: "The disclosed part of a record: entries, proofs, hashes of all others",
  provenance: "The disclosed history as PROV-JSON",
  trust: "A certificate that the maker believes",
  check: "Checks the record with Go's own packages",
  case: "The case as the user wrote it",
  facts: "All facts with their grades of proof",
  measured: "What was measured on each exhibit",
  environment: "System and software of the measuring",
};

/** A path as a relative reference; letters of every script stand as they are. @see RFC 3987, section 2.2 */
function idOf(path: string): string {
  return path
    .split("/")
    .map((part) => part.replaceAll(/[^\p{L}\p{M}\p{N}._~-]/gu, encodeURIComponent))
    .join("/");
}

const MIMES: Readonly<Record<string, string>> = {
  json: "application/json",
  md: "text/markdown",
  html: "text/html",
  pdf: "application/pdf",
  pem: "application/x-pem-file",
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  webp: "image/webp",
  go: "text/x-go",
  tsr: "application/timestamp-reply",
  tsq: "application/timestamp-query",
  txt: "text/plain",
};

function mimeOf(path: string): string {
  return MIMES[/\.(\w+)$/.exec(path)?.[1]?.toLowerCase() ?? ""] ?? "application/octet-stream";
}

/** One file as a crate describes it. */
export interface CrateFile {
  readonly path: string;
  readonly sha256: string;
  readonly size: number;
  readonly name: string;
  readonly part: string;
  readonly exhibit?: string;
  readonly role?: string;
}

/** What a crate describes; empty where it is no RO-Crate of this kind. */
export function crateGraph(crate: Json): readonly JsonObject[] {
  const graph = isObject(crate) && Array.isArray(crate["@graph"]) ? (crate["@graph"] as readonly Json[]) : [];
  return graph.filter(isObject);
}

/** The files that a crate describes; `undefined` where it is no RO-Crate of this kind. */
export function crateFiles(crate: Json): CrateFile[] | undefined {
  const graph = crateGraph(crate);
  if (!graph.some((one) => one["@id"] === CRATE)) return undefined;
  return graph.flatMap((one) => {
    if (one["@type"] !== "File" || typeof one["@id"] !== "string") return [];
    const path = pathOf(one["@id"]);
    const text = (key: string) => (typeof one[key] === "string" ? (one[key] as string) : undefined);
    const [exhibit, role] = [text("seedproofExhibit"), text("seedproofRole")];
    return [
      {
        path,
        sha256: text("sha256") ?? "",
        size: Number(text("contentSize") ?? Number.NaN),
        name: text("name") ?? path,
        part: text("seedproofPart") ?? "other",
        ...(exhibit !== undefined && { exhibit }),
        ...(role !== undefined && { role }),
      },
    ];
  });
}

function pathOf(id: string): string {
  try {
    return id.split("/").map(decodeURIComponent).join("/");
  } catch {
    return id;
  }
}
