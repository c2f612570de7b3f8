/** Adding properties to XMP packets; what is in a packet stays as it is. @see ISO 16684-1, section 7 */

import { SeedproofError } from "../base/errors.ts";
import { escapeXml } from "./xmp.ts";
import { XMP_NS } from "./xmp-names.ts";

/** A property with a text. */
export interface XmpText {
  readonly prefix: keyof typeof XMP_NS;
  readonly name: string;
  readonly value: string;
}

const RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
const EMPTY =
  `<?xpacket begin="\uFEFF" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">` +
  `<rdf:RDF xmlns:rdf="${RDF}"></rdf:RDF></x:xmpmeta><?xpacket end="w"?>`;

/**
 * The packet with these properties behind its own; a new one where there is none.
 * @throws SeedproofError `image.xmp-malformed` when the packet has no end of its RDF
 */
export function addXmp(packet: string | undefined, properties: readonly XmpText[]): string {
  const text = packet ?? EMPTY;
  if (properties.length === 0) return text;
  const end = [...text.matchAll(/<\/[\w-]{1,64}:RDF\s*>/g)].at(-1)?.index;
  if (end === undefined) throw new SeedproofError("image.xmp-malformed", "the packet has no end of its RDF");
  return text.slice(0, end) + description(properties) + text.slice(end);
}

function description(properties: readonly XmpText[]): string {
  const prefixes = [...new Set(properties.map(({ prefix }) => prefix))];
  const names = prefixes.map((prefix) => ` xmlns:${prefix}="${XMP_NS[prefix]}"`).join("");
  const elements = properties.map(
    ({ prefix, name, value }) => `<${prefix}:${name}>${escapeXml(value)}</${prefix}:${name}>`,
  );
  return `<rdf:Description xmlns:rdf="${RDF}" rdf:about=""${names}>${elements.join("")}</rdf:Description>`;
}
