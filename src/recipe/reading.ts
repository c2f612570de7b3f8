/** Reading the blocks of a file: the recipe, where each value comes from, and what contradicts what. */

import { utf8 } from "../base/bytes.ts";
import type { Finding } from "../base/findings.ts";
import type { Json } from "../base/json.ts";
import { locateJson, type Span } from "../base/json-text.ts";
import type { Block } from "../image/block.ts";
import type { Container } from "../image/container.ts";
import { readPastedInfotext } from "./a1111.ts";
import type { Account, Repair, Statement, Status } from "./account.ts";
import { conflictFinding } from "./conflict-finding.ts";
import { foldRecipe } from "./fold.ts";
import { GENERATORS } from "./generators.ts";
import { type Conflict, mergeAccounts } from "./merge.ts";
import { privateFindings } from "./private-data.ts";
import type { Recipe } from "./recipe.ts";
import { recipeHash } from "./recipe-hash.ts";
import { type Reproducibility, reproducibilityOf } from "./reproducibility.ts";
import { finalSize, sameSize } from "./size.ts";
import type { ToolId } from "./tools.ts";

/** Which bytes a recipe value came from. */
export interface Provenance {
  readonly block: number;
  /** File offset and length of the block, as in {@link Block}. */
  readonly offset: number | null;
  readonly length: number;
  /** Range in the block's decoded text, in UTF-16 code units. */
  readonly span?: Span;
  readonly pointer?: string;
  readonly status: Status;
}

/** `partial`: a workflow or label, but no recipe of this image. */
export type ReadingStatus = "recipe" | "partial" | "none";

/** What the blocks of one file say about how the image was made. */
export interface Reading {
  readonly status: ReadingStatus;
  readonly tool: ToolId;
  readonly recipe?: Recipe;
  readonly recipeHash?: string;
  /** By JSON pointer into the recipe. */
  readonly provenance: Readonly<Record<string, Provenance>>;
  readonly conflicts: readonly Conflict[];
  readonly repairs: readonly Repair[];
  readonly findings: readonly Finding[];
  readonly reproducibility: Reproducibility;
  readonly accounts: readonly Account[];
}

/** Asks every generator in turn; a block belongs to the first that reads it. */
export function accountsOf(container: Pick<Container, "kind" | "pixels" | "blocks">): Account[] {
  const accounts: Account[] = [];
  const taken = new Set<number>();
  const all = container.blocks.map((block, index) => ({ index, block }));
  for (const generator of GENERATORS) {
    const entries = all.filter(({ index }) => !taken.has(index));
    if (entries.length === 0) break;
    for (const account of generator.read({ container: container.kind, pixels: container.pixels, entries })) {
      accounts.push(account);
      for (const index of account.blocks) taken.add(index);
    }
  }
  return accounts;
}

/** Reads a walked file. Pure and total: what cannot be followed is in the findings. */
export function readContainer(container: Walked): Reading {
  return readingOf(container, accountsOf(container));
}

/** Keys under which tools store JSON; text that was pasted has lost its own. */
const JSON_KEYS = [
  "seedproof",
  "prompt",
  "parameters",
  "Comment",
  "invokeai_metadata",
  "generation_data",
  "sd-metadata",
  "workflow",
];

/** Reads generation data that a person pasted, with every repair said. It is block 0, and nothing is measured. */
export function readPasted(text: string): Reading {
  const block = (key: string): Block => ({
    where: "text",
    key,
    offset: 0,
    length: utf8(text).length,
    encoding: "utf8",
    text,
  });
  const pasted = (key: string): Walked => ({ kind: "unknown", pixels: undefined, blocks: [block(key)], findings: [] });
  if (/^\s*[{[]/.test(text)) {
    const readings = JSON_KEYS.map((key) => readContainer(pasted(key)));
    const best =
      readings.find(({ status }) => status === "recipe") ?? readings.find(({ status }) => status === "partial");
    if (best) return best;
  }
  const account = readPastedInfotext(text);
  return account ? readingOf(pasted("parameters"), [account]) : readContainer(pasted("Description"));
}

/** What reading needs of a walked file. */
export type Walked = Pick<Container, "kind" | "pixels" | "blocks" | "findings">;

function readingOf(container: Walked, accounts: readonly Account[]): Reading {
  const { tool, leading, statements, conflicts } = mergeAccounts(accounts);
  const status = leading === undefined ? "none" : leading.kind === "recipe" ? "recipe" : "partial";
  const recipe = status === "recipe" ? foldRecipe(statements) : undefined;
  const all = recipe ? [...conflicts, ...sizeConflict(recipe, statements, container)] : conflicts;
  return {
    status,
    tool,
    ...(recipe && { recipe, recipeHash: recipeHash(recipe) }),
    provenance: recipe ? provenanceOf(statements, container.blocks) : {},
    conflicts: all,
    repairs: accounts.flatMap((account) => account.repairs),
    findings: [
      ...container.findings,
      ...accounts.flatMap((account) => account.findings),
      ...all.map(conflictFinding),
      ...privateFindings(container.blocks),
    ],
    reproducibility: recipe ? reproducibilityOf(tool, recipe) : { ready: false, missing: ["prompt", "seed", "model"] },
    accounts,
  };
}

/** The bytes behind each statement; spans of JSON values are located in one pass over each block. */
function provenanceOf(statements: readonly Statement[], blocks: readonly Block[]): Record<string, Provenance> {
  const located = spansOf(statements, blocks);
  const provenance: Record<string, Provenance> = {};
  for (const { path, source, status } of statements) {
    const block = blocks[source.block];
    if (!block || Object.hasOwn(provenance, path)) continue;
    const span =
      source.span ?? (source.pointer === undefined ? undefined : located.get(source.block)?.get(source.pointer));
    provenance[path] = {
      block: source.block,
      offset: block.offset,
      length: block.length,
      ...(span && { span }),
      ...(source.pointer !== undefined && { pointer: source.pointer }),
      status,
    };
  }
  return provenance;
}

function spansOf(statements: readonly Statement[], blocks: readonly Block[]): Map<number, Map<string, Span>> {
  const wanted = new Map<number, Set<string>>();
  for (const { source } of statements) {
    if (source.span || source.pointer === undefined) continue;
    const pointers = wanted.get(source.block) ?? new Set();
    wanted.set(source.block, pointers.add(source.pointer));
  }
  return new Map([...wanted].map(([index, pointers]) => [index, spansInBlock(blocks[index]?.text ?? "", pointers)]));
}

/**
 * A block may hold its JSON behind a prefix such as `prompt:`. Where a pointer goes on inside a text that is JSON itself,
 * the value's range is that of the text.
 */
function spansInBlock(text: string, pointers: ReadonlySet<string>): Map<string, Span> {
  const from = text.search(/[[{]/);
  if (from < 0) return new Map();
  try {
    const spans = locateJson(text.slice(from), [...pointers].flatMap(withParents));
    return new Map(
      [...pointers].flatMap((pointer) => {
        const span = withParents(pointer)
          .map((path) => spans.get(path))
          .find(Boolean);
        return span ? [[pointer, [span[0] + from, span[1] + from] as const] as const] : [];
      }),
    );
  } catch {
    return new Map();
  }
}

/** A pointer and the pointers to what holds its value, from the inside out, without the whole. */
function withParents(pointer: string): string[] {
  const parents: string[] = [];
  for (let path = pointer; path !== ""; path = path.slice(0, path.lastIndexOf("/"))) parents.push(path);
  return parents;
}

/** The recipe leads to another size than the file has: cropped, enlarged, or a picture of something else. */
function sizeConflict(recipe: Recipe, statements: readonly Statement[], { pixels }: Walked): Conflict[] {
  const size = finalSize(recipe);
  const source = statements.find(({ path }) => path.startsWith("/size"))?.source;
  if (!size || !pixels || !source || sameSize(size, pixels)) return [];
  const measured: Json = { width: pixels.width, height: pixels.height };
  const recorded: Json = { width: size.width, height: size.height };
  return [
    {
      field: "/size",
      values: [
        { block: source.block, value: recorded },
        { block: null, value: measured },
      ],
    },
  ];
}
