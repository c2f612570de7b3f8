/** The version of the package, from its manifest. */

import { readFileSync } from "node:fs";
import { toolName } from "../base/tool.ts";

const manifest = readFileSync(new URL("../../package.json", import.meta.url), "utf8");

/** Semantic version of this package. */
export const VERSION: string = (JSON.parse(manifest) as { version: string }).version;

/** The program as what it made names it. */
export const TOOL: string = toolName(VERSION);
