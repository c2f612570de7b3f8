/** What a certificate says of itself: names and dates, by a bounded walk over its DER. No signature is checked here. @see RFC 5280, section 4.1 */

import { fromLatin1, fromUtf8 } from "./bytes.ts";

/** Names of a certificate's subject or issuer. */
export interface CertificateName {
  readonly commonName?: string;
  readonly organization?: string;
  readonly country?: string;
}

/** Facts of a certificate. Dates are RFC 3339 in UTC. */
export interface CertificateFacts {
  readonly subject: CertificateName;
  readonly issuer: CertificateName;
  readonly notBefore: string | undefined;
  readonly notAfter: string | undefined;
}

/** A DER element: its tag, its content, and the index behind it. */
interface Element {
  readonly tag: number;
  readonly content: Uint8Array;
  readonly end: number;
}

const SEQUENCE = 0x30;

/** The facts of an X.509 certificate in DER, or `undefined` where the bytes are none. */
export function certificateFacts(der: Uint8Array): CertificateFacts | undefined {
  const tbs = children(children(der)[0]?.content)[0];
  const fields = children(tbs?.content).filter(({ tag }) => tag !== 0xa0);
  const [, , issuer, validity, subject] = fields;
  if (issuer?.tag !== SEQUENCE || validity?.tag !== SEQUENCE || subject?.tag !== SEQUENCE) return undefined;
  const [notBefore, notAfter] = children(validity.content).map(timeOf);
  return { subject: nameOf(subject), issuer: nameOf(issuer), notBefore, notAfter };
}

/** Object identifiers of the name's parts, in hex of their content. */
const PARTS: Readonly<Record<string, keyof CertificateName>> = {
  "85,4,3": "commonName",
  "85,4,10": "organization",
  "85,4,6": "country",
};

/** A name is a list of sets of pairs; the last pair of a kind is the most specific. */
function nameOf(name: Element): CertificateName {
  const found: { -readonly [part in keyof CertificateName]: string } = {};
  for (const set of children(name.content)) {
    for (const pair of children(set.content)) {
      const [type, value] = children(pair.content);
      const part = type?.tag === 0x06 ? PARTS[type.content.join(",")] : undefined;
      if (part && value) found[part] = textOf(value);
    }
  }
  return found;
}

/** UTF8String, PrintableString, IA5String, T61String; BMPString in UTF-16. */
function textOf({ tag, content }: Element): string {
  if (tag === 0x1e) return new TextDecoder("utf-16be").decode(content);
  return fromUtf8(content) ?? fromLatin1(content);
}

/** UTCTime with years 1950 to 2049, or GeneralizedTime. */
function timeOf({ tag, content }: Element): string | undefined {
  const text = fromLatin1(content);
  const full = tag === 0x17 ? `${text < "5" ? "20" : "19"}${text}` : text;
  const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(full);
  return match ? `${match[1]}-${match[2]}-${match[3]}T${match[4]}:${match[5]}:${match[6]}Z` : undefined;
}

/** No structure of a certificate's outer part has more elements. CWE-770. */
const MAX_CHILDREN = 256;

/** Elements in a row, up to where the bytes stop to be DER. */
function children(bytes: Uint8Array | undefined): Element[] {
  const found: Element[] = [];
  for (let at = 0; bytes && at < bytes.length && found.length < MAX_CHILDREN; ) {
    const element = elementAt(bytes, at);
    if (!element) break;
    found.push(element);
    at = element.end;
  }
  return found;
}

function elementAt(bytes: Uint8Array, at: number): Element | undefined {
  const [tag, first] = [bytes[at], bytes[at + 1]];
  if (tag === undefined || first === undefined || first === 0x80 || first > 0x84) return undefined;
  const more = first < 0x80 ? 0 : first & 0x7f;
  let length = more === 0 ? first : 0;
  for (let i = 0; i < more; i++) length = length * 256 + (bytes[at + 2 + i] ?? Number.POSITIVE_INFINITY);
  const from = at + 2 + more;
  const end = from + length;
  return end <= bytes.length ? { tag, content: bytes.subarray(from, end), end } : undefined;
}
