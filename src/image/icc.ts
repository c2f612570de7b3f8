/** Colour profiles: only their names, as a trace of what saved a file. @see ICC.1:2022, sections 7.2, 7.3 and 10 */

import type { Survey } from "./survey.ts";
import { decodeText, decodeUtf16 } from "./text.ts";
import { be32, fourCc } from "./uint.ts";

/** Longest part of a name that is shown. */
const NAME = 80;

/** Notes that a profile is embedded, by its own description or else by `name`. */
export function noteProfile(survey: Survey, offset: number, profile: Uint8Array, name = ""): void {
  survey.note("image.colour-profile", offset, { name: (describe(profile) || name || "?").slice(0, NAME) });
}

/** The `desc` tag of a profile: ASCII in version 2, UTF-16 in version 4. */
function describe(profile: Uint8Array): string {
  const count = Math.min(be32(profile, 128), 100);
  for (let i = 0; i < count; i++) {
    const entry = 132 + 12 * i;
    if (fourCc(profile, entry) !== "desc") continue;
    const tag = profile.subarray(be32(profile, entry + 4)).subarray(0, Math.min(be32(profile, entry + 8), 4096));
    if (fourCc(tag, 0) === "desc") return decodeText(tag.subarray(12, 12 + be32(tag, 8))).text;
    // Records of language, country, length and place; the first is the one to show.
    if (fourCc(tag, 0) === "mluc") return decodeUtf16(tag.subarray(be32(tag, 24)).subarray(0, be32(tag, 20)), "BE");
  }
  return "";
}
