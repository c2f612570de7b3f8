/** Namespaces of XMP properties that are read and written here, and the values that say how an image came about. */

import type { Block } from "./block.ts";

/** Namespace URIs by their usual prefix. */
export const XMP_NS = {
  /** GB 45438-2025, as TC260-PG-20259A places its label in images. */
  TC260: "http://www.tc260.org.cn/ns/AIGC/1.0/",
  dc: "http://purl.org/dc/elements/1.1/",
  exif: "http://ns.adobe.com/exif/1.0/",
  /** IPTC Photo Metadata Standard, extension schema. */
  Iptc4xmpExt: "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
  photoshop: "http://ns.adobe.com/photoshop/1.0/",
  plus: "http://ns.useplus.org/ldf/xmp/1.0/",
  xmp: "http://ns.adobe.com/xap/1.0/",
} as const;

/** Whether a block holds an XMP packet. */
export function isXmp({ text }: Block): boolean {
  return text !== undefined && /<(?:x:xmpmeta|rdf:RDF)\b/.test(text.slice(0, 4096));
}

/**
 * Whether an IPTC digital source type says that a model made the image or a part of it. C2PA uses the same terms.
 * @see https://cv.iptc.org/newscodes/digitalsourcetype/
 */
export function saysModelMade(digitalSourceType: string): boolean {
  return /(?:trainedAlgorithmic(?:Media|Data)|compositeWithTrainedAlgorithmicMedia|compositeSynthetic|algorithmicMedia)$/i.test(
    digitalSourceType.trim(),
  );
}
