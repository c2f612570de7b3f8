/** The data set described in Croissant 1.0 (docs.mlcommons.org/croissant/docs/croissant-spec.html). */

import type { DatasetOptions } from "./dataset.ts";
import { GROUP_NAMES } from "./tags.ts";

const CONTEXT = {
  "@language": "en",
  "@vocab": "https://schema.org/",
  citeAs: "cr:citeAs",
  column: "cr:column",
  conformsTo: "dct:conformsTo",
  cr: "http://mlcommons.org/croissant/",
  rai: "http://mlcommons.org/croissant/RAI/",
  data: { "@id": "cr:data", "@type": "@json" },
  dataType: { "@id": "cr:dataType", "@type": "@vocab" },
  dct: "http://purl.org/dc/terms/",
  extract: "cr:extract",
  field: "cr:field",
  fileProperty: "cr:fileProperty",
  fileObject: "cr:fileObject",
  fileSet: "cr:fileSet",
  format: "cr:format",
  includes: "cr:includes",
  isLiveDataset: "cr:isLiveDataset",
  jsonPath: "cr:jsonPath",
  key: "cr:key",
  md5: "cr:md5",
  parentField: "cr:parentField",
  path: "cr:path",
  recordSet: "cr:recordSet",
  references: "cr:references",
  regex: "cr:regex",
  repeated: "cr:repeated",
  replace: "cr:replace",
  sc: "https://schema.org/",
  separator: "cr:separator",
  source: "cr:source",
  subField: "cr:subField",
  transform: "cr:transform",
} as const;

function field(name: string, description: string, dataType: string, jsonPath: string): object {
  const source = { fileObject: { "@id": "manifest" }, extract: { jsonPath } };
  return { "@type": "cr:Field", "@id": `scenes/${name}`, name, description, dataType, source };
}

/**
 * The description of one data set.
 *
 * @param manifestSha256 - of manifest.jsonl, hex
 */
export function croissant(options: DatasetOptions, n: number, manifestSha256: string): object {
  const { seed, split, world, size, captions, variant } = options;
  const chosen = variant === undefined ? "" : ` --variant ${variant}`;
  return {
    "@context": CONTEXT,
    "@type": "sc:Dataset",
    conformsTo: "http://mlcommons.org/croissant/1.0",
    name: `seedproof-scenes-${variant ?? split}-world${world}-seed${seed}`,
    description: `${n} illustrated scenes of ${size} × ${size} pixels, drawn by code from tags and a seed. No outside picture was used.`,
    license: "https://www.apache.org/licenses/LICENSE-2.0",
    version: "1.0.0",
    isLiveDataset: false,
    "rai:dataCollection": `Drawn by models/training/scenes of Seedproof: npm run scenes -- --n ${n} --seed ${seed} --split ${split} --world ${world} --captions ${captions}${chosen}`,
    distribution: [
      {
        "@type": "cr:FileObject",
        "@id": "manifest",
        name: "manifest.jsonl",
        contentUrl: "manifest.jsonl",
        encodingFormat: "application/jsonlines",
        sha256: manifestSha256,
      },
      { "@type": "cr:FileSet", "@id": "images", name: "images", encodingFormat: "image/png", includes: "*.png" },
    ],
    recordSet: [
      {
        "@type": "cr:RecordSet",
        "@id": "scenes",
        name: "scenes",
        field: [
          field("index", "Number of the scene in the data set", "sc:Integer", "$.index"),
          field("captions", "Captions in natural words", "sc:Text", "$.captions"),
          field("sha256", "SHA-256 of the pixels (RGB, 8 bit, row by row)", "sc:Text", "$.sha256"),
          ...GROUP_NAMES.map((group) => field(group, `Tag of the group ${group}`, "sc:Text", `$.tags.${group}`)),
        ],
      },
    ],
  };
}
