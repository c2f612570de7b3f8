/** Boxes beside the image that hold metadata, in files of any kind that is made of boxes. */

import type { Box } from "./boxes.ts";
import { bytesSource } from "./source.ts";
import type { Survey } from "./survey.ts";
import { readTiff, tiffOfBox } from "./tiff.ts";
import { fourCc } from "./uint.ts";

/** @see C2PA specification 2.1, section A.5.1 */
const C2PA_UUID = "d8fec3d61b0e483c92975828877ec481";
/** @see XMP specification part 3, section 1.2.7.1 */
const XMP_UUID = "be7acfcb97a942e89c71999491e3afac";

/** Lists a box that is metadata: XMP and C2PA under their UUIDs, EXIF, XML, JUMBF, the `comf` of ComfyUI savers, any of them in Brotli. */
export function readSideBox(survey: Survey, box: Box): void {
  const { type, offset, start, end } = box;
  const length = end - start;
  const isUuid = box.uuid === XMP_UUID || box.uuid === C2PA_UUID;
  if (!(isUuid || type === "brob" || type in NAMES) || !survey.spend(length, offset, type.trim())) return;
  const data = survey.source.read(start, length);
  if (box.uuid === XMP_UUID) survey.text({ where: "uuid", key: "xmp", offset, length }, data);
  else if (box.uuid === C2PA_UUID) listC2pa(survey, box, data);
  else if (type === "brob") readCompressed(survey, box, data);
  else listNamed(survey, type, "", offset, data);
}

/** Boxes whose content is one block, with the block's key. */
const NAMES: Readonly<Record<string, string>> = { Exif: "", "xml ": "xmp", jumb: "c2pa", comf: "comf" };

function listNamed(survey: Survey, type: string, outer: string, offset: number, data: Uint8Array): void {
  const place = { where: outer + type.trim(), key: NAMES[type]!, offset, length: data.length };
  if (type === "Exif") readTiff(survey, bytesSource(tiffOfBox(data)), { outer: `${place.where}/`, offset });
  else if (type === "jumb") survey.binary(place, data);
  else survey.text(place, data);
}

/** A `brob` box: the type of the box that it stands for, then that box's content in Brotli. @see ISO 18181-2, 9.3 */
function readCompressed(survey: Survey, box: Box, data: Uint8Array): void {
  const type = fourCc(data, 0);
  const place = { where: `brob/${type.trim()}`, key: NAMES[type] ?? "", offset: box.offset, length: data.length };
  const content = survey.unbrotli(place, data.subarray(4));
  if (content && type in NAMES) listNamed(survey, type, "brob/", box.offset, content);
  else if (content) survey.text(place, content);
  else survey.binary(place, data);
}

/**
 * Version and flags, a purpose, and for `manifest` the offset of the next such box; then the manifest store, which
 * alone is the block's bytes. @see C2PA specification 2.1, section A.5.1
 */
function listC2pa(survey: Survey, box: Box, data: Uint8Array): void {
  const nul = data.indexOf(0, 4);
  const isManifest = nul > 0 && String.fromCharCode(...data.subarray(4, Math.min(nul, 64))) === "manifest";
  const store = isManifest ? data.subarray(nul + 1 + 8) : data;
  survey.binary({ where: "uuid", key: "c2pa", offset: box.offset, length: data.length }, store);
}
