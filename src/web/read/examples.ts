/** Examples to read: real files of other programs; their origin and licence stand in `samples/`. */

import label from "@samples/raw__data_fixtures_provenance_grok-1.jpg?url";
import hires from "@samples/sdm__jpg_reforge-hires.jpeg?url";
import graph from "@samples/sdm__png_comfyui-anima.png?url";
import signed from "@samples/sdm__png_novelai-curated.png?url";
import type { Text } from "../../base/texts.ts";
import graphSmall from "./examples/graph.webp?url";
import hiresSmall from "./examples/hires.webp?url";
import labelSmall from "./examples/label.webp?url";
import signedSmall from "./examples/signed.webp?url";
import { READ } from "./texts.ts";

/** One example: the file, a small picture of it, and what is worth seeing in it. */
export interface Example {
  readonly name: string;
  readonly url: string;
  readonly small: string;
  readonly about: Text;
}

/** The examples, in the order in which they teach. */
export const EXAMPLES: readonly Example[] = [
  { name: "novelai-signed.png", url: signed, small: signedSmall, about: READ.exampleSigned },
  { name: "reforge-hires.jpeg", url: hires, small: hiresSmall, about: READ.exampleHires },
  { name: "comfyui.png", url: graph, small: graphSmall, about: READ.exampleGraph },
  { name: "grok.jpg", url: label, small: labelSmall, about: READ.exampleLabel },
];
