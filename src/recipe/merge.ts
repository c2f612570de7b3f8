/** Merging: the account that leads, what the others add to it, and where they contradict it. */

import { comparableJson, isObject, type Json } from "../base/json.ts";
import type { Account, Statement } from "./account.ts";
import type { ToolId } from "./tools.ts";

/** One field on which two blocks, or two places of one block, say different things. */
export interface Conflict {
  /** JSON pointer into the recipe. */
  readonly field: string;
  /** What each block says; `block: null` is a value measured from the file itself. */
  readonly values: readonly { readonly block: number | null; readonly value: Json }[];
}

/** What all accounts of a file come to. */
export interface Merged {
  readonly tool: ToolId;
  readonly leading: Account | undefined;
  /** Statements of the leading account, then what the others add where it is silent. */
  readonly statements: readonly Statement[];
  readonly conflicts: readonly Conflict[];
}

const KINDS: readonly Account["kind"][] = ["recipe", "workflow", "label"];

/** Fields in which accounts are compared, each with what counts as the same. */
const COMPARED: readonly (readonly [field: RegExp, same: (value: Json) => string])[] = [
  [/^\/prompt\/(positive|negative)$/, (value) => String(value).trim()],
  [/^\/seed$/, String],
  [/^\/(size|clipSkip)$/, comparableJson],
  [/^\/passes\/\d+\/(steps|startStep|endStep|cfg|guidance|denoise)$/, rounded],
  [/^\/passes\/\d+\/seed$/, String],
  [/^\/passes\/\d+\/(sampler|scheduler)$/, (value) => (isObject(value) ? String(value.id) : String(value))],
  [/^\/models\/0(?:\/name)?$/, modelName],
  [/^\/models\/0\/hashes\/\d+$/, (value) => (isObject(value) ? String(value.value).toLowerCase() : String(value))],
];

/** Merges the accounts of one file, given in the order of the generators that made them. */
export function mergeAccounts(accounts: readonly Account[]): Merged {
  const ordered = [...accounts].sort((a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind));
  const leading = ordered[0];
  if (!leading) return { tool: "none", leading, statements: [], conflicts: [] };
  const rivals = ordered.filter((account) => account.kind === leading.kind).map(normalised);
  return {
    tool: leading.tool,
    leading,
    statements: joined(rivals),
    // Workflows say how such images are made, so that two of them may well differ.
    conflicts: conflictsOf(leading.kind === "recipe" ? rivals : rivals.slice(0, 1)),
  };
}

/** The account with the seed in both places where a recipe has it: readers state each value once. */
function normalised(account: Account): Account {
  const at = new Map(account.statements.map((statement) => [statement.path, statement]));
  const copies: Statement[] = [];
  const copy = (from: string, to: string): void => {
    const statement = at.get(from);
    if (statement && !at.has(to)) copies.push({ ...statement, path: to });
  };
  copy("/seed", "/passes/0/seed");
  copy("/passes/0/seed", "/seed");
  return copies.length === 0 ? account : { ...account, statements: [...account.statements, ...copies] };
}

/** Statements of the first account, then those of the others on parts of the recipe where nothing is said yet. */
function joined(accounts: readonly Account[]): Statement[] {
  const statements: Statement[] = [];
  for (const account of accounts) {
    const said = new Set(statements.map(({ path }) => partOf(path)));
    const sameRun = agrees(statements, account.statements);
    statements.push(...account.statements.filter(({ path }) => !said.has(partOf(path)) && (sameRun || isFirst(path))));
  }
  return statements;
}

/**
 * The part of a recipe that is said by one account as a whole. A prompt, a pass's field or an extra key stands alone;
 * the list of models and the list of adapters do not mix.
 */
function partOf(path: string): string {
  return /^\/(?:models|adapters|inputs|size|rng|variation|batch)\b/.exec(path)?.[0] ?? path;
}

/** Later passes are taken from another account only where it speaks of the same first run. */
function isFirst(path: string): boolean {
  return !/^\/passes\/(?!0\/)/.test(path);
}

function agrees(a: readonly Statement[], b: readonly Statement[]): boolean {
  const value = (statements: readonly Statement[], path: string): string | undefined => {
    const found = statements.find((statement) => statement.path === path);
    return found === undefined ? undefined : String(found.value);
  };
  return ["/passes/0/seed", "/passes/0/steps"].every((path) => {
    const [left, right] = [value(a, path), value(b, path)];
    return left === undefined || left === right;
  });
}

/** Every compared field with more than one value over all accounts. */
function conflictsOf(accounts: readonly Account[]): Conflict[] {
  const fields = new Map<string, Map<string, { block: number; value: Json }>>();
  for (const { statements, claims } of accounts) {
    for (const { path, value, source } of [...statements, ...claims]) {
      const same = COMPARED.find(([field]) => field.test(path))?.[1];
      if (!same) continue;
      const field = fieldOf(path, value);
      const values = fields.get(field) ?? new Map();
      const key = same(value);
      const shown = field === "/models/0/name" && isObject(value) ? (value.name ?? null) : value;
      if (!values.has(key)) values.set(key, { block: source.block, value: shown });
      fields.set(field, values);
    }
  }
  return [...fields]
    .filter(([field, values]) => values.size > 1 && !(field === "/passes/0/seed" && fields.has("/seed")))
    .map(([field, values]) => ({ field: field.replace(/#.*/, ""), values: [...values.values()] }));
}

/**
 * Hashes are compared within their kind only, wherever in the list they stand; a model that is stated whole is compared
 * with one whose name is a statement of its own.
 */
function fieldOf(path: string, value: Json): string {
  if (path === "/models/0") return "/models/0/name";
  return path.includes("/hashes/") && isObject(value) ? `${path.replace(/\d+$/, "0")}#${value.kind}` : path;
}

/** Numbers that differ only in how a program prints a float are the same: 0.87 and 0.8700000000000001. */
function rounded(value: Json): string {
  return typeof value === "number" ? String(Number(value.toPrecision(7))) : String(value);
}

/** A model's file name without folder and ending, as far as two tools agree on it. */
function modelName(value: Json): string {
  const name = isObject(value) ? String(value.name) : String(value);
  return name
    .replace(/^.*[\\/]/, "")
    .replace(/\.(safetensors|ckpt|pt|pth|gguf|sft|bin)$/i, "")
    .toLowerCase();
}
