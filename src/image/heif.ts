/**
 * Items of HEIF files (AVIF, HEIC): EXIF, XMP and whatever else stands beside the coded image.
 * @see ISO 14496-12, section 8.11; ISO 23008-12
 */

import { concatBytes, fromLatin1 } from "../base/bytes.ts";
import { type Box, boxes, findBox } from "./boxes.ts";
import type { Pixels } from "./container.ts";
import { bytesSource } from "./source.ts";
import type { Survey } from "./survey.ts";
import { readTiff, tiffOfBox } from "./tiff.ts";
import { be16, be32, be64, fourCc } from "./uint.ts";

/** Items that are metadata; all others are coded images, tiles and how they lie. */
const METADATA = new Set(["Exif", "mime", "uri "]);

interface Item {
  readonly type: string;
  /** Name, content type and content encoding as stored, a comma for each NUL. */
  readonly key: string;
}

interface Extent {
  readonly offset: number;
  readonly length: number;
}

/** Lists the metadata items of a file's `meta` box, and gives the size of its primary item. */
export function readHeifMeta(survey: Survey, meta: Box): Pixels | undefined {
  const parts = new Map<string, Box>();
  for (const box of boxes(survey, meta.start + 4, meta.end)) parts.set(box.type, box);
  const { iinf, iloc, idat, iprp, pitm } = Object.fromEntries(parts);
  const items = iinf ? readItems(survey, iinf) : new Map<number, Item>();
  const places = iloc ? readPlaces(survey, iloc, idat) : new Map<number, Extent[]>();
  for (const [id, item] of items) {
    const extents = places.get(id);
    if (METADATA.has(item.type) && extents?.length) listItem(survey, item, extents);
  }
  return iprp && pitm ? sizeOf(survey, iprp, readPrimary(survey, pitm)) : undefined;
}

function readItems(survey: Survey, iinf: Box): Map<number, Item> {
  const items = new Map<number, Item>();
  const { source } = survey;
  const version = source.read(iinf.start, 1)[0];
  for (const box of boxes(survey, iinf.start + (version === 0 ? 6 : 8), iinf.end)) {
    if (box.type !== "infe") continue;
    const entry = source.read(box.start, Math.min(box.end - box.start, 4096));
    const wide = entry[0] === 3;
    const at = wide ? 8 : 6;
    const key = fromLatin1(entry.subarray(at + 6)).replaceAll("\0", ",");
    items.set(wide ? be32(entry, 4) : be16(entry, 4), { type: fourCc(entry, at + 2), key });
  }
  return items;
}

/** Where each item stands. Items made of other items are left out: no metadata is. @see ISO 14496-12, section 8.11.3 */
function readPlaces(survey: Survey, iloc: Box, idat: Box | undefined): Map<number, Extent[]> {
  const places = new Map<number, Extent[]>();
  const table = survey.source.read(iloc.start, iloc.end - iloc.start);
  const version = table[0]!;
  const [offsetSize, lengthSize] = [table[4]! >> 4, table[4]! & 15];
  const [baseSize, indexSize] = [table[5]! >> 4, version === 0 ? 0 : table[5]! & 15];
  const wide = version === 2;
  let at = wide ? 10 : 8;
  for (let left = wide ? be32(table, 6) : be16(table, 6); left > 0 && at < table.length; left--) {
    const id = wide ? be32(table, at) : be16(table, at);
    at += wide ? 4 : 2;
    const method = version === 0 ? 0 : be16(table, at) & 15;
    at += (version === 0 ? 0 : 2) + 2;
    const base = uint(table, at, baseSize) + (method === 1 ? (idat?.start ?? 0) : 0);
    at += baseSize;
    const extents: Extent[] = [];
    const count = be16(table, at);
    at += 2;
    for (let i = 0; i < count && at < table.length && survey.step(iloc.offset); i++) {
      const offset = base + uint(table, at + indexSize, offsetSize);
      extents.push({ offset, length: uint(table, at + indexSize + offsetSize, lengthSize) });
      at += indexSize + offsetSize + lengthSize;
    }
    if (method < 2) places.set(id, extents);
  }
  return places;
}

function uint(bytes: Uint8Array, at: number, size: number): number {
  if (size === 8) return be64(bytes, at);
  return size === 4 ? be32(bytes, at) : 0;
}

function listItem(survey: Survey, item: Item, extents: readonly Extent[]): void {
  const length = extents.reduce((sum, extent) => sum + extent.length, 0);
  const place = { where: `heif ${item.type.trim()}`, key: item.key, offset: extents[0]!.offset, length };
  if (!survey.spend(length, place.offset, place.where)) return;
  const parts = extents.map(({ offset, length }) => survey.source.read(offset, length));
  const data = parts.length === 1 ? parts[0]! : concatBytes(...parts);
  if (data.length < length) survey.note("image.value-malformed", place.offset, { what: place.where });
  else if (item.type !== "Exif") survey.text(place, data);
  else readTiff(survey, bytesSource(tiffOfBox(data)), { outer: "heif Exif/", offset: place.offset });
}

function readPrimary(survey: Survey, pitm: Box): number {
  const data = survey.source.read(pitm.start, 8);
  return data[0] === 0 ? be16(data, 4) : be32(data, 4);
}

/** The `ispe` among the properties of an item. @see ISO 23008-12, sections 6.5.3 and 9.3 */
function sizeOf(survey: Survey, iprp: Box, item: number): Pixels | undefined {
  const ipco = findBox(survey, iprp.start, iprp.end, "ipco");
  const ipma = findBox(survey, iprp.start, iprp.end, "ipma");
  if (!ipco || !ipma) return undefined;
  const owned = new Set(propertiesOf(survey, ipma, item));
  let number = 0;
  for (const box of boxes(survey, ipco.start, ipco.end)) {
    number++;
    if (box.type !== "ispe" || !owned.has(number)) continue;
    const data = survey.source.read(box.start, 12);
    return { width: be32(data, 4), height: be32(data, 8) };
  }
  return undefined;
}

/** Numbers, from 1, of the properties of an item. */
function propertiesOf(survey: Survey, ipma: Box, item: number): number[] {
  const table = survey.source.read(ipma.start, ipma.end - ipma.start);
  const [idSize, numberSize] = [table[0] === 0 ? 2 : 4, table[3]! & 1 ? 2 : 1];
  for (let at = 8; at < table.length; ) {
    const id = idSize === 2 ? be16(table, at) : be32(table, at);
    const count = table[at + idSize] ?? 0;
    at += idSize + 1;
    if (id === item) {
      const numberAt = (i: number): number =>
        numberSize === 2 ? be16(table, at + 2 * i) & 0x7fff : (table[at + i] ?? 0) & 0x7f;
      return Array.from({ length: count }, (_, i) => numberAt(i));
    }
    at += count * numberSize;
  }
  return [];
}
