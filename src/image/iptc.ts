/** IPTC-IIM captions inside Photoshop's resources of a JPEG. @see IPTC-NAA Information Interchange Model 4.2; Adobe Photoshop File Formats */

import type { Survey } from "./survey.ts";
import { be16, be32, fourCc } from "./uint.ts";

const IIM_RESOURCE = 0x0404;
const DATASET = 0x1c;
const APPLICATION_RECORD = 2;

/** Datasets of record 2 that hold text about the image as a whole. */
const NAMES: Readonly<Record<number, string>> = {
  5: "ObjectName",
  25: "Keywords",
  40: "SpecialInstructions",
  55: "DateCreated",
  65: "OriginatingProgram",
  80: "By-line",
  105: "Headline",
  110: "Credit",
  115: "Source",
  116: "CopyrightNotice",
  120: "Caption-Abstract",
};

/** Lists the IIM texts among the resources of an APP13 segment that starts with `Photoshop 3.0`. */
export function readIptc(survey: Survey, resources: Uint8Array, offset: number): void {
  for (let at = 0; at + 12 <= resources.length && fourCc(resources, at) === "8BIM" && survey.step(offset); ) {
    const id = be16(resources, at + 4);
    // A Pascal string, padded with its length byte to an even number of bytes.
    const name = (resources[at + 6]! + 2) & ~1;
    const length = be32(resources, at + 6 + name);
    const start = at + 10 + name;
    if (id === IIM_RESOURCE) readDatasets(survey, resources.subarray(start, start + length), offset);
    at = start + length + (length & 1);
  }
}

function readDatasets(survey: Survey, data: Uint8Array, offset: number): void {
  for (let at = 0; at + 5 <= data.length && data[at] === DATASET && survey.step(offset); ) {
    const length = be16(data, at + 3);
    // Lengths of 32 KiB and more have a form of their own, which texts do not need.
    if (length >= 0x8000) return;
    const key = data[at + 1] === APPLICATION_RECORD ? NAMES[data[at + 2]!] : undefined;
    const value = data.subarray(at + 5, at + 5 + length);
    if (key && value.length === length) survey.text({ where: "APP13/IPTC", key, offset, length }, value);
    at += 5 + length;
  }
}
