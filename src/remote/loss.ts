/** What of a recipe a server will not follow, as findings. */

import type { Finding } from "../base/findings.ts";
import type { Text } from "../base/texts.ts";

/** @param pointer - JSON pointer into the recipe */
export function loss(pointer: string, text: Text): Finding {
  return { code: "remote.loss", level: "informs", text, where: { pointer } };
}

/** A setting that the server does not offer. */
export function notOffered(pointer: string, what: string): Finding {
  return loss(pointer, { en: `the server does not offer ${what}`, zh: `服务器不提供 ${what}` });
}
