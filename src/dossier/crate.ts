/** The description of a bundle's contents for other programs: RO-Crate 1.1 metadata in JSON-LD. @see https://w3id.org/ro/crate/1.1 */

import { utf8 } from "../base/bytes.ts";
import { sha256Hex } from "../base/hash.ts";
import type { Json, JsonObject } from "../base/json.ts";
import { isObject } from "../base/json.ts";
import type { Text } from "../base/texts.ts";
import type { BundleFiles } from "./bundle-input.ts";

/** Its place, which the standard fixes, in the payload. */
export const CRATE = "ro-crate-metadata.json";

const CONTEXT = "https://w3id.org/ro/crate/1.1/context";
const PROFILE = "https://w3id.org/ro/crate/1.1";

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

/** The metadata file for a payload. @param notes - by path; every file of the payload has one */
export function crateMetadata(
  head: CrateHead,
  payload: BundleFiles,
  notes: ReadonlyMap<string, CrateNote>,
): Uint8Array {
  const paths = [...payload.keys()].toSorted();
  const graph: JsonObject[] = [
    { "@id": CRATE, "@type": "CreativeWork", conformsTo: { "@id": PROFILE }, about: { "@id": "./" } },
    root(head, paths),
    { "@id": "#tool", "@type": "SoftwareApplication", name: head.tool.name, softwareVersion: head.tool.version },
    ...paths.map((path) => fileEntity(path, payload.get(path)!, notes.get(path))),
  ];
  return utf8(`${JSON.stringify({ "@context": [CONTEXT, TERMS], "@graph": graph }, null, 1)}\n`);
}

/** Words that the context does not have. */
const TERMS: JsonObject = {
  sha256: "https://www.w3.org/ns/iana/link-relations/relation#sha256",
  seedproofPart: "urn:seedproof:terms:part",
  seedproofExhibit: "urn:seedproof:terms:exhibit",
  seedproofRole: "urn:seedproof:terms:role",
};

function root({ title, reference, made }: CrateHead, paths: readonly string[]): JsonObject {
  return {
    "@id": "./",
    "@type": "Dataset",
    name: [inLanguage(title.en, "en"), inLanguage(title.zh, "zh")],
    description: "Evidence about AI-generated images, with the means to check it. No legal advice.",
    datePublished: made,
    ...(reference !== undefined && { identifier: reference }),
    creator: { "@id": "#tool" },
    hasPart: paths.map((path) => ({ "@id": idOf(path) })),
  };
}

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
    ...(title && { description: [inLanguage(title.en, "en"), inLanguage(title.zh, "zh")] }),
    ...(exhibit !== undefined && { seedproofExhibit: exhibit }),
    ...(role !== undefined && { seedproofRole: role }),
    ...(lang !== undefined && { inLanguage: lang }),
  };
}

/** A path as a relative reference. @see RFC 3986, section 3.3 */
const idOf = (path: string): string => path.split("/").map(encodeURIComponent).join("/");

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

/** The files that a crate describes; `undefined` where it is no RO-Crate of this kind. */
export function crateFiles(crate: Json): CrateFile[] | undefined {
  const graph = isObject(crate) && Array.isArray(crate["@graph"]) ? (crate["@graph"] as readonly Json[]) : undefined;
  if (!graph?.some((one) => isObject(one) && one["@id"] === CRATE)) return undefined;
  return graph.flatMap((one) => {
    if (!isObject(one) || one["@type"] !== "File" || typeof one["@id"] !== "string") return [];
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
