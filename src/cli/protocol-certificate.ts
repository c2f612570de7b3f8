/** The certificate of a protocol for people: what was done, with what, and every hash. */

import type { Finding } from "../base/findings.ts";
import { sha256Hex } from "../base/hash.ts";
import { canonicalJson, isObject, type Json } from "../base/json.ts";
import type { Lang, Text } from "../base/texts.ts";
import type { EngineIdentity } from "../engine/engine.ts";
import type { ProtocolRun } from "../engine/protocols.ts";
import type { Recipe } from "../recipe/recipe.ts";
import { writeInfotext } from "../recipe/write-infotext.ts";
import { findingLine } from "./output.ts";

/** What is certified. */
export interface Certificate {
  readonly protocol: string;
  readonly requirement: string;
  readonly about: string;
  readonly tool: string;
  /** RFC 3339 in UTC, by this computer's clock. */
  readonly started: string;
  readonly ended: string;
  readonly runs: readonly ProtocolRun[];
  readonly recipe: Recipe;
  readonly recipeSha256: string;
  readonly engine: EngineIdentity;
  readonly findings: readonly Finding[];
}

/** SHA-256 over the canonical JSON (RFC 8785) of a recipe, lower-case hex. */
export function recipeHash(recipe: Recipe): string {
  return sha256Hex(canonicalJson(JSON.parse(JSON.stringify(recipe)) as Json));
}

/** Line by line; hashes are SHA-256 in full. */
export function certificateLines(certificate: Certificate, lang: Lang): string[] {
  const { protocol, requirement, about, tool, started, ended, runs, recipe, recipeSha256, engine, findings } =
    certificate;
  const field = (name: keyof typeof FIELDS, value: string): string => `${FIELDS[name][lang]}: ${value}`;
  return [
    `${protocol} (${requirement}): ${about}`,
    `${tool}, ${started} – ${ended}`,
    "",
    ...writeInfotext(recipe).text.split("\n"),
    field("recipe", recipeSha256),
    "",
    field("engine", `${engine.name} ${engine.fingerprint}`),
    ...hashLines(engine),
    "",
    ...runs.flatMap(({ role, change, pixelsSha256, sha256, fingerprint }) => [
      `${role.padEnd(8)} ${pixelsSha256}  ${JSON.stringify(change)}`,
      ...(sha256 === undefined ? [] : [`         ${field("file", sha256)}`]),
      ...(fingerprint === undefined || fingerprint === engine.fingerprint
        ? []
        : [`         ${field("engine", fingerprint)}`]),
    ]),
    "",
    ...findings.map((finding) => findingLine(finding, lang)),
  ];
}

const FIELDS = {
  recipe: { en: "SHA-256 of the recipe", zh: "配方 SHA-256" },
  engine: { en: "fingerprint of the engine", zh: "引擎指纹" },
  file: { en: "file", zh: "文件" },
} as const satisfies Readonly<Record<string, Text>>;

/** The parts of the fingerprint that are files: the runtime, weights, adapters. A server states what it states. */
function hashLines({ runtime, binarySha256, weights, adapters, url, environment }: EngineIdentity): string[] {
  const server = url === undefined ? [] : [`  ${String(url)}  ${canonicalJson(environment ?? null)}`];
  const build = binarySha256 === undefined ? [] : [`  ${String(binarySha256)}  ${String(runtime)}`];
  const files = isObject(weights) ? Object.entries(weights).map(([name, hash]) => `  ${String(hash)}  ${name}`) : [];
  const merged = (Array.isArray(adapters) ? adapters.filter(isObject) : []).map(
    ({ name, sha256, weight }) => `  ${String(sha256)}  ${String(name)} × ${String(weight)}`,
  );
  return [...server, ...build, ...files, ...merged];
}
