/** An account: what one block, or one set of blocks, says about how the image was made, statement by statement. */

import type { Finding } from "../base/findings.ts";
import type { Json } from "../base/json.ts";
import type { Span } from "../base/json-text.ts";
import type { Text } from "../base/texts.ts";
import type { ToolId } from "./tools.ts";

/**
 * How a value came to be: `recorded` as it stands in the bytes · `derived` computed from what stands there (a graph
 * followed, a name normalised) · `defaulted` not said, the tool's documented default · `repaired` said, but damaged.
 */
export type Status = "recorded" | "derived" | "defaulted" | "repaired";

/** Which bytes said it. */
export interface Source {
  /** Index of the block in the file's list. */
  readonly block: number;
  /** Range in the block's decoded text, in UTF-16 code units. */
  readonly span?: Span;
  /** JSON pointer into the block's text. */
  readonly pointer?: string;
}

/** One value of a recipe with the bytes that said it. */
export interface Statement {
  /** JSON pointer into the recipe: `/seed`, `/passes/0/steps`. Objects without statements for their members are one value. */
  readonly path: string;
  readonly value: Json;
  readonly source: Source;
  readonly status: Status;
}

/** A damage that a tolerant reader mended, always said. */
export interface Repair {
  readonly code: string;
  readonly text: Text;
  readonly block: number;
  readonly span?: Span;
}

/** What one set of blocks says. Several accounts of one image are compared; where they differ is a conflict. */
export interface Account {
  readonly tool: ToolId;
  /**
   * `recipe`: says how this image was made · `workflow`: says how such images are made, or less than a recipe needs ·
   * `label`: says that or by whom it was made.
   */
  readonly kind: "recipe" | "workflow" | "label";
  /** Index of the block that it mainly rests on. */
  readonly block: number;
  /** Indices of all blocks that it has read; no other generator reads them again. */
  readonly blocks: readonly number[];
  readonly statements: readonly Statement[];
  /**
   * Values that the file gives for a field but that cannot be the field's value (the seed -1 of a random seed): they
   * take part in conflicts, never in the recipe.
   */
  readonly claims: readonly Statement[];
  readonly repairs: readonly Repair[];
  readonly findings: readonly Finding[];
}

/** What a statement may say about its source beside the block that the draft is about. */
export interface SourceHint {
  readonly block?: number;
  readonly span?: Span;
  readonly pointer?: string;
  readonly status?: Status;
}

/** An account in the making. `say` ignores `undefined`, so a reader states each field in one line. */
export interface Draft {
  say(path: string, value: Json | undefined, hint?: SourceHint): void;
  /** Whether something was stated at this path. */
  says(path: string): boolean;
  /** Notes a value that cannot be the field's; see {@link Account.claims}. */
  claim(path: string, value: Json | undefined, hint?: SourceHint): void;
  repair(code: string, text: Text, span?: Span): void;
  find(finding: Finding): void;
  /** Marks further blocks as read by this account. */
  alsoReads(...blocks: readonly number[]): void;
  done(kind: Account["kind"]): Account;
}

/** Starts the account of `tool` that rests on the block with this index. */
export function draftAccount(tool: ToolId, block: number): Draft {
  const statements: Statement[] = [];
  const claims: Statement[] = [];
  const repairs: Repair[] = [];
  const findings: Finding[] = [];
  const blocks = new Set([block]);
  return {
    say(path, value, { status = "recorded", ...place } = {}) {
      if (value === undefined) return;
      blocks.add(place.block ?? block);
      statements.push({ path, value, source: { block, ...place }, status });
    },
    says: (path) => statements.some((statement) => statement.path === path),
    claim(path, value, { status = "recorded", ...place } = {}) {
      if (value !== undefined) claims.push({ path, value, source: { block, ...place }, status });
    },
    repair(code, text, span) {
      repairs.push({ code, text, block, ...(span && { span }) });
    },
    find(finding) {
      findings.push(finding);
    },
    alsoReads(...more) {
      for (const index of more) blocks.add(index);
    },
    done: (kind) => ({ tool, kind, block, blocks: [...blocks], statements, claims, repairs, findings }),
  };
}
