/** An image of the embedded engine as a file: pixels, the recipe in A1111's text and in our block, and what it is. */

import { utf8 } from "../base/bytes.ts";
import { embed } from "../image/embed.ts";
import { encodePng } from "../image/encode-png.ts";
import type { Raster } from "../image/raster.ts";
import type { Recipe } from "../recipe/recipe.ts";
import { ownBlock, SEEDPROOF_KEY } from "../recipe/seedproof.ts";
import { writeInfotext } from "../recipe/write-infotext.ts";

/** The XMP packet that names the image as made by a trained model. @see IPTC Photo Metadata Standard, Digital Source Type */
const XMP =
  '<?xpacket begin="\uFEFF" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">' +
  '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" ' +
  'xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"><Iptc4xmpExt:DigitalSourceType>' +
  "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia</Iptc4xmpExt:DigitalSourceType>" +
  '</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>';

/** A text of a PNG beside the recipe's own, such as ComfyUI's `prompt` and `workflow`. */
export interface PngText {
  readonly key: string;
  readonly text: string;
}

/** The file. The same arguments give the same bytes. */
export function ownPng(raster: Raster, recipe: Recipe, further: readonly PngText[] = []): Uint8Array {
  return ownTexts(encodePng(raster), recipe, further);
}

/** A PNG file of ours with the texts put into it. */
export function ownTexts(png: Uint8Array, recipe: Recipe, further: readonly PngText[] = []): Uint8Array {
  const texts = [
    { where: "tEXt", key: "parameters", text: writeInfotext(recipe).text },
    ...further.map(({ key, text }) => ({ where: "tEXt", key, text })),
    { where: "tEXt", key: SEEDPROOF_KEY, text: ownBlock(recipe, "generated") },
  ];
  return embed(png, { texts, xmp: utf8(XMP) });
}
