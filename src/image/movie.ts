/**
 * The `moov` box of MP4 and QuickTime: size of the picture and metadata, in each of the places that writers use.
 * @see ISO 14496-12, section 8.10; Apple, QuickTime File Format, "Metadata"
 */

import { fromLatin1, fromUtf8 } from "../base/bytes.ts";
import { type Box, boxes, findBox } from "./boxes.ts";
import type { Pixels } from "./container.ts";
import type { Survey } from "./survey.ts";
import { decodeText, decodeUtf16, isPrintable } from "./text.ts";
import { be16, be32, fourCc } from "./uint.ts";

/** Lists the metadata of a `moov` box and gives the size of its first track with a picture. */
export function readMovie(survey: Survey, moov: Box): Pixels | undefined {
  let pixels: Pixels | undefined;
  for (const box of boxes(survey, moov.start, moov.end)) {
    if (box.type === "trak") pixels ??= readTrackSize(survey, box);
    else if (box.type === "udta") readUserData(survey, box);
    else if (box.type === "meta") readMeta(survey, box, "moov/meta");
  }
  return pixels;
}

/** Width and height end the track header, each 16.16 fixed point. Sound has none. */
function readTrackSize(survey: Survey, trak: Box): Pixels | undefined {
  const tkhd = findBox(survey, trak.start, trak.end, "tkhd");
  if (!tkhd) return undefined;
  const data = survey.source.read(tkhd.end - 8, 8);
  const [width, height] = [be16(data, 0), be16(data, 4)];
  return width && height ? { width, height } : undefined;
}

function readUserData(survey: Survey, udta: Box): void {
  for (const box of boxes(survey, udta.start, udta.end)) {
    const { type, offset, start, end } = box;
    if (type === "meta") {
      readMeta(survey, box, "moov/udta/meta");
      continue;
    }
    const data = readValue(survey, start, end);
    const place = { where: "moov/udta", key: type, offset, length: end - start };
    // QuickTime's own texts start with their length and language.
    const quickTime = type.startsWith("©") && be16(data, 0) + 4 <= data.length;
    const value = quickTime ? data.subarray(4, 4 + be16(data, 0)) : data;
    if (type === "XMP_") survey.text({ ...place, key: "xmp" }, value);
    else if (value.length > 0 && isPrintable(value)) survey.text(place, value);
  }
}

/** A `meta` box with `ilst`: its items are named by number in `keys` (`mdta`), by type (iTunes), or by `mean` and `name`. */
function readMeta(survey: Survey, meta: Box, where: string): void {
  // QuickTime's is a plain box, MPEG's has version and flags.
  const plain = fourCc(survey.source.read(meta.start + 4, 4), 0) === "hdlr";
  const parts = new Map<string, Box>();
  for (const box of boxes(survey, meta.start + (plain ? 0 : 4), meta.end)) parts.set(box.type, box);
  const keys = readKeys(survey, parts.get("keys"));
  const list = parts.get("ilst");
  if (!list) return;
  for (const item of items(survey, list)) readItem(survey, item, where, keys);
}

interface ListItem extends Box {
  /** The type as a number: the index into `keys`. */
  readonly number: number;
}

/** Items of a list. Their types may be numbers, which are no names of boxes. */
function* items(survey: Survey, list: Box): Generator<ListItem> {
  for (let offset = list.start; offset + 8 <= list.end && survey.step(offset); ) {
    const head = survey.source.read(offset, 8);
    const length = be32(head, 0);
    if (length < 8 || offset + length > list.end) {
      survey.note("image.malformed", offset, { what: "ilst" });
      return;
    }
    const [type, number] = [fourCc(head, 4), be32(head, 4)];
    yield { type, number, uuid: "", offset, start: offset + 8, end: offset + length };
    offset += length;
  }
}

/** Names by number from 1. @see QuickTime File Format, "Metadata item keys atom" */
function readKeys(survey: Survey, keys: Box | undefined): string[] {
  const names = [""];
  if (!keys) return names;
  const table = readValue(survey, keys.start, keys.end);
  for (let at = 8; at + 8 <= table.length && survey.step(keys.start + at); ) {
    const length = be32(table, at);
    if (length < 8) break;
    names.push(decodeText(table.subarray(at + 8, at + length)).text);
    at += length;
  }
  return names;
}

function readItem(survey: Survey, item: ListItem, where: string, keys: readonly string[]): void {
  let key = keys[item.number] ?? item.type;
  for (const box of boxes(survey, item.start, item.end)) {
    if (box.type === "name") key = fromLatin1(readValue(survey, box.start + 4, box.end));
    if (box.type !== "data") continue;
    const value = readValue(survey, box.start + 8, box.end);
    const place = { where, key, offset: item.offset, length: value.length };
    listValue(survey, place, be32(survey.source.read(box.start, 4), 0) & 0xffffff, value);
  }
}

const UTF8 = 1;
const UTF16 = 2;

/** Values without a stated type, and texts stated as something else, are told by their bytes; covers and numbers are none. */
function listValue(survey: Survey, place: Parameters<Survey["text"]>[0], type: number, value: Uint8Array): void {
  if (type === UTF16) survey.textAs(place, "utf16", decodeUtf16(value, "BE"));
  else if (type === UTF8 || (type === 0 && isPrintable(value) && fromUtf8(value) !== undefined))
    survey.text(place, value);
}

function readValue(survey: Survey, start: number, end: number): Uint8Array {
  const length = Math.max(0, end - start);
  return survey.spend(length, start, "moov") ? survey.source.read(start, length) : new Uint8Array(0);
}
