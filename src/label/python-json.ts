/**
 * JSON text as CPython's json.dumps writes it: a space behind each comma and colon, everything beyond ASCII escaped.
 * @see https://docs.python.org/3/library/json.html
 */

import { isObject } from "../base/json.ts";
import { tryJson } from "../base/json-text.ts";

/** Characters; recipes of NovelAI stay below 20,000. CWE-770. */
const MAX_CHARS = 4 * 1024 * 1024;

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\]:,]|[^\s{}[\]:,"]+/gs;

/**
 * The text of a JSON object in Python's form, with one member of the outermost object left out. Numbers keep the spelling that
 * they have, so that no float has to be printed the way Python does. `undefined` where the text is no JSON object.
 */
export function pythonJsonWithout(text: string, member: string): string | undefined {
  if (text.length > MAX_CHARS || !isObject(tryJson(text))) return undefined;
  let written = "";
  let depth = 0;
  let skipped = false;
  let memberStart = 0;
  for (const [token] of text.matchAll(TOKEN)) {
    const closes = token === "}" || token === "]";
    const betweenMembers = depth === 1 && (token === "," || closes);
    if (betweenMembers && skipped) {
      // The comma in front goes with the member; where it was the first, the one behind does.
      written = written.slice(0, memberStart);
      skipped = false;
      if (token === "," && memberStart === 1) continue;
    }
    if (closes) depth--;
    if (token === "," && depth === 1) memberStart = written.length;
    written += spelled(token);
    if (token === "{" || token === "[") depth++;
    if (depth === 1 && token === "{") memberStart = written.length;
    if (
      depth === 1 &&
      token === ":" &&
      written.slice(memberStart).replace(/^, /, "") === `${spelled(JSON.stringify(member))}: `
    ) {
      skipped = true;
    }
  }
  return written;
}

function spelled(token: string): string {
  if (token === ",") return ", ";
  if (token === ":") return ": ";
  return token.startsWith('"') ? ascii(JSON.stringify(JSON.parse(escapeControls(token)))) : token;
}

/** Raw control characters, which tolerant readers take, in the form that JSON.parse takes. */
function escapeControls(token: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is replaced
  return token.replace(/[\u0000-\u001f]/g, escaped);
}

/** DEL is ASCII and stays; everything above is escaped, surrogates one by one. */
function ascii(quoted: string): string {
  return quoted.replace(/[\u0080-\uffff]/g, escaped);
}

function escaped(c: string): string {
  return `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
