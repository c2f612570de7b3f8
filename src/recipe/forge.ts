/**
 * Forge and the programs made from it: Forge Classic, Forge Neo, reForge. Their infotexts are A1111's with further keys.
 * @see https://github.com/lllyasviel/stable-diffusion-webui-forge, modules_forge/forge_version.py
 */

import type { Family } from "./infotext/account.ts";
import type { Infotext } from "./infotext/infotext.ts";
import type { ToolId } from "./tools.ts";

/** Their `Version`: `f2.0.1v1.10.1-previous-…`, `f1.0.0v2-v1.10.1RC-latest-…` (reForge alone has f1), `classic`, `neo`. */
const VERSIONS: readonly (readonly [version: RegExp, tool: ToolId])[] = [
  [/\bneo\b/i, "forge-neo"],
  [/\bclassic\b/i, "forge-classic"],
  [/^f1\.|reforge/i, "reforge"],
  [/^f\d|forge/i, "forge"],
];

/** Keys that Forge alone writes. */
const OWN_KEYS =
  /^(?:Module \d{1,2}|Hires Module \d{1,2}|Distilled CFG Scale|Hires Distilled CFG Scale|Diffusion in Low Bits)$/i;

/** Forge and its kin. */
export const forgeFamily: Family = {
  tool: ({ parameters }: Infotext) => {
    const version = parameters.find(({ key }) => key === "Version")?.value;
    const named = VERSIONS.find(([form]) => form.test(version ?? ""))?.[1];
    if (named || version !== undefined) return named;
    return parameters.some(({ key }) => OWN_KEYS.test(key)) ? "forge" : undefined;
  },
};
