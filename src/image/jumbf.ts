/** JUMBF: boxes of labelled content, nested. C2PA stores are made of it. @see ISO 19566-5 */

import { fromLatin1, fromUtf8 } from "../base/bytes.ts";
import { be32, be64, fourCc } from "./uint.ts";

/** Limits of the JUMBF reader; what stands beyond them is left out. */
export const JUMBF_LIMITS = {
  /** Superboxes in superboxes; C2PA nests four deep. CWE-674. */
  depth: 16,
  /** Boxes of one store; the largest seen has some 600. CWE-770. */
  boxes: 16_384,
} as const;

/** A box that holds boxes, told apart from its siblings by its label. */
export interface Superbox {
  /** The first four characters of its type, `c2pa`, `c2ma`, `c2as`, `cbor`, …, where they are letters. */
  readonly type: string;
  readonly label: string;
  /** Bytes of the whole superbox behind its own header: what C2PA's hashes are over. */
  readonly content: Uint8Array;
  readonly superboxes: readonly Superbox[];
  readonly boxes: readonly ContentBox[];
}

/** A box with content: `cbor`, `json`, `bfdb`, `bidb`, `uuid`, … */
export interface ContentBox {
  readonly type: string;
  readonly data: Uint8Array;
}

/**
 * The superboxes that the bytes hold one after the other, as far as they are well formed. Bytes that begin with a
 * description are one superbox whose header the container has kept for itself, as in JPEG XL.
 */
export function readJumbf(bytes: Uint8Array): Superbox[] {
  const budget = { left: JUMBF_LIMITS.boxes };
  if (bytes.length > 8 && fourCc(bytes, 4) === "jumd") return superbox(bytes, 0, budget);
  return boxesOf(bytes, budget).flatMap(({ type, data }) => (type === "jumb" ? superbox(data, 0, budget) : []));
}

/** The superbox that these labels lead to, from the outermost inwards; `undefined` where one is missing. */
export function atLabels(superboxes: readonly Superbox[], ...labels: readonly string[]): Superbox | undefined {
  const [first, ...rest] = labels;
  const found = superboxes.find(({ label }) => label === first);
  return found === undefined || rest.length === 0 ? found : atLabels(found.superboxes, ...rest);
}

/** The data of a superbox's first box of this type. */
export function dataOf(box: Superbox | undefined, type: string): Uint8Array | undefined {
  return box?.boxes.find((content) => content.type === type)?.data;
}

function superbox(content: Uint8Array, depth: number, budget: { left: number }): Superbox[] {
  const [description, ...rest] = boxesOf(content, budget);
  if (description?.type !== "jumd" || description.data.length < 17) return [];
  const nested = depth < JUMBF_LIMITS.depth ? rest.filter(({ type }) => type === "jumb") : [];
  return [
    {
      type: fourCc(description.data, 0),
      label: labelOf(description.data),
      content,
      superboxes: nested.flatMap(({ data }) => superbox(data, depth + 1, budget)),
      boxes: rest.filter(({ type }) => type !== "jumb"),
    },
  ];
}

/** Type (16 bytes), toggles of which bit 1 says that a label follows, label up to a NUL. @see ISO 19566-5, A.3 */
function labelOf(description: Uint8Array): string {
  if ((description[16]! & 2) === 0) return "";
  const nul = description.indexOf(0, 17);
  const bytes = description.subarray(17, nul < 0 ? description.length : nul);
  return fromUtf8(bytes) ?? fromLatin1(bytes);
}

function boxesOf(bytes: Uint8Array, budget: { left: number }): ContentBox[] {
  const boxes: ContentBox[] = [];
  for (let at = 0; at + 8 <= bytes.length && budget.left-- > 0; ) {
    const declared = be32(bytes, at);
    const long = declared === 1 && at + 16 <= bytes.length;
    const length = long ? be64(bytes, at + 8) : declared === 0 ? bytes.length - at : declared;
    const header = long ? 16 : 8;
    if (length < header || at + length > bytes.length) break;
    boxes.push({ type: fourCc(bytes, at + 4), data: bytes.subarray(at + header, at + length) });
    at += length;
  }
  return boxes;
}
