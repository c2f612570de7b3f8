/** A case: who asks what about which exhibits. The schema of `case.json`, `seedproof-case/1`. */

import { z } from "zod";
import { SeedproofError } from "../base/errors.ts";
import { isObject, pointer } from "../base/json.ts";
import { parseJson } from "../base/json-text.ts";
import type { Text } from "../base/texts.ts";
import type { Fact } from "./fact.ts";
import type { ComparisonReport, Report } from "./reports.ts";
import { factDefinition } from "./vocabulary.ts";

/** Limits of case files: they come from strangers. */
export const CASE_LIMITS = {
  /** Characters of `case.json`. A thousand facts have some 300,000. CWE-770. */
  chars: 4 * 1024 * 1024,
  /** Characters of one text. */
  text: 20_000,
  exhibits: 500,
  facts: 2000,
} as const;

const text = z.string().min(1).max(CASE_LIMITS.text);
/** A text in both languages, or one text as its author wrote it. */
const said = z.union([text, z.strictObject({ en: text, zh: text })]);
const exhibitId = z.string().regex(/^E[1-9][0-9]{0,3}$/, "E and a number");
const hash = z.string().regex(/^[0-9a-f]{64}$/, "64 lower-case hex digits");
const time = z.iso.datetime({ offset: true });

/**
 * What an exhibit is to the case. `image`: the image in question · `copy`: the alleged copy · `base`, `final`: before and after
 * a person's changes · `ledger`: a record · `certificate`: what an experiment of Seedproof printed · `simulation`: a history made
 * up afterwards · `third-party`: a record kept by someone without interest · `document`: anything else.
 */
export const EXHIBIT_ROLES = [
  "image",
  "copy",
  "base",
  "final",
  "ledger",
  "certificate",
  "simulation",
  "third-party",
  "document",
] as const;

/** A path inside the case's folder: no root, no way up, no separator of another system. */
const inside = z
  .string()
  .max(1000)
  .refine((path) => isInside(path), "a path inside the case's folder");

const exhibit = z.strictObject({
  id: exhibitId,
  role: z.enum(EXHIBIT_ROLES),
  /** File or folder under the case's folder. */
  file: inside,
  /** What it was called when it came; shown as text, never used as a path. */
  name: text,
  /** Bytes of the file, or of all files of a folder. */
  bytes: z.int().min(0),
  /** Of the file, or of a folder's list of hashes and names. */
  sha256: hash,
  receivedFrom: said,
  receivedAt: time,
  /** Made by Seedproof itself in this case: what it says was measured here. */
  made: z.boolean().optional(),
  note: said.optional(),
});

const factValue = z.union([z.boolean(), z.number(), z.string().max(2000), z.array(z.string().max(500)).max(200)]);

const fact = z.strictObject({
  key: z.string().max(100),
  value: factValue,
  range: z.tuple([z.number(), z.number()]).optional(),
  grade: z.enum(["T", "C"]),
  exhibit: exhibitId.optional(),
  time: time.optional(),
  by: z.string().min(1).max(500),
  detail: z.strictObject({ en: text, zh: text }).optional(),
});

const measuredFact = fact.extend({
  grade: z.enum(["M", "R", "T", "S", "X", "C", "U"]),
  by: z.string().max(500).optional(),
  method: z.string().max(200).optional(),
});

/** A question, with the facts and rules that answer it; the outcomes under all rules where none is named. */
const question = z.strictObject({
  id: z.string().regex(/^Q[1-9][0-9]{0,2}$/),
  text: said,
  facts: z.array(z.string().max(100)).max(50).optional(),
  rules: z.array(z.string().max(500)).max(50).optional(),
});

const measuredHead = z.object({
  at: time,
  tool: z.string().max(100),
  environment: z.record(z.string().max(40), z.string().max(300)),
});

const caseSchema = z.strictObject({
  schema: z.literal("seedproof-case/1"),
  /** The case's number or name. */
  ref: text,
  title: said,
  /** The date of the dossier: everything that is built from the case carries it. */
  date: time,
  parties: z.array(z.strictObject({ id: z.string().regex(/^[a-z][a-z0-9-]{0,40}$/), role: text, name: text })).max(100),
  questions: z.array(question).max(100),
  exhibits: z.array(exhibit).max(CASE_LIMITS.exhibits),
  custody: z.array(z.strictObject({ exhibit: exhibitId, at: time, who: said, what: said, sha256: hash })).max(5000),
  declarations: z.array(z.strictObject({ by: text, at: time, text: said })).max(500),
  /** What people say. A claim, or what a third party's record among the exhibits says; never more. */
  facts: z.array(fact).max(CASE_LIMITS.facts),
  /** Ids or paths of rules; all that come with Seedproof where absent. */
  rules: z.array(z.string().max(500)).max(100).optional(),
  parameters: z.record(z.string(), z.record(z.string(), z.strictObject({ value: z.number(), why: text }))).optional(),
  /** Whether AI was used in writing the report, for the notice that asks it. */
  aiInReport: said.optional(),
});

/** A case. */
export type Case = z.infer<typeof caseSchema>;

/** One exhibit of a case. */
export type Exhibit = Case["exhibits"][number];

/** One thing that a person said. */
export type SaidFact = Case["facts"][number];

/** A text as it was said, in either language. */
export type Said = string | Text;

/** What was said, in both languages; one text stands for both. */
export function bilingual(said: Said): Text {
  return typeof said === "string" ? { en: said, zh: said } : said;
}

/** Whether a path stays inside a folder, on every system. */
export function isInside(path: string): boolean {
  const parts = path.split("/");
  return (
    path !== "" &&
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
    !/[\\:\u0000-\u001f]/.test(path) &&
    parts.every((part) => part !== "" && part !== "." && part !== "..")
  );
}

/**
 * Reads `case.json`.
 * @throws SeedproofError `doctrine.case-too-long`, `doctrine.case-malformed` with the JSON pointer, `base.json-malformed`
 */
export function readCase(json: string): Case {
  if (json.length > CASE_LIMITS.chars) {
    throw new SeedproofError("doctrine.case-too-long", `case.json has at most ${CASE_LIMITS.chars} characters`);
  }
  return checkedCase(parseJson(json));
}

/** A case of a value. @throws SeedproofError `doctrine.case-malformed` */
export function checkedCase(value: unknown): Case {
  const parsed = caseSchema.safeParse(value);
  if (!parsed.success) throw malformed(parsed.error.issues[0]!);
  const { exhibits, facts, custody, parties, questions } = parsed.data;
  const ids = exhibits.map(({ id }) => id);
  unique(ids, "/exhibits");
  for (const [at, named] of [
    ["/parties", parties],
    ["/questions", questions],
  ] as const) {
    unique(
      named.map(({ id }) => id),
      at,
    );
  }
  for (const [i, one] of facts.entries()) checkSaid(one, exhibits, `/facts/${i}`);
  for (const [i, { exhibit: id }] of custody.entries())
    if (!ids.includes(id)) throw unknownExhibit(id, `/custody/${i}`);
  return parsed.data;
}

function malformed({
  path,
  message,
}: {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}): SeedproofError {
  const at = pointer(...path.map(String));
  return new SeedproofError("doctrine.case-malformed", `case.json: ${message} (at ${at || "/"})`, {
    where: { pointer: at },
  });
}

function unique(ids: readonly string[], at: string): void {
  const twice = ids.findIndex((id, i) => ids.indexOf(id) < i);
  if (twice >= 0) throw malformed({ path: [at.slice(1), twice, "id"], message: `${ids[twice]} is given twice` });
}

function unknownExhibit(id: string, at: string): SeedproofError {
  return new SeedproofError("doctrine.exhibit-unknown", `the case has no exhibit ${id}`, { where: { pointer: at } });
}

/** What people say fits the vocabulary, and rests on a third party's record where it is graded so. */
function checkSaid(fact: SaidFact, exhibits: readonly Exhibit[], at: string): void {
  const problem = unfit(fact);
  if (problem) throw new SeedproofError("doctrine.fact-unfit", problem, { where: { pointer: at } });
  const on = fact.exhibit === undefined ? undefined : exhibits.find(({ id }) => id === fact.exhibit);
  if (fact.exhibit !== undefined && !on) throw unknownExhibit(fact.exhibit, at);
  if (fact.grade === "T" && on?.role !== "third-party") {
    throw new SeedproofError("doctrine.fact-unfit", `${fact.key} is graded T but rests on no third party's record`, {
      where: { pointer: at },
    });
  }
}

/** Why a value is no value of a fact; `undefined` where it is. */
export function unfit({ key, value }: Pick<Fact, "key" | "value">): string | undefined {
  const definition = factDefinition(key);
  if (!definition) return `no fact ${key} is in the vocabulary`;
  const { type, values } = definition;
  const isWord = (word: unknown): boolean => typeof word === "string" && (values?.includes(word) ?? true);
  const fits =
    type === "yesno"
      ? typeof value === "boolean"
      : type === "count"
        ? Number.isSafeInteger(value) && Number(value) >= 0
        : type === "share"
          ? typeof value === "number" && value >= 0 && value <= 1
          : type === "number"
            ? typeof value === "number" && Number.isFinite(value)
            : type === "list"
              ? Array.isArray(value) && value.every(isWord)
              : type === "instant"
                ? typeof value === "string" && !Number.isNaN(Date.parse(value))
                : isWord(value);
  const expected = values ? `one of ${values.join(", ")}` : `a value of type ${type}`;
  return fits ? undefined : `${JSON.stringify(value)} is no value of ${key}: ${expected}`;
}

/** Facts that were measured for a case, with what the tables of a dossier are made of. */
export interface Measured {
  readonly schema: "seedproof-measured/1";
  /** RFC 3339: when it was measured. */
  readonly at: string;
  readonly tool: string;
  /** What it ran on. */
  readonly environment: Readonly<Record<string, string>>;
  readonly facts: readonly Fact[];
  /** What was found on each exhibit, by its id. */
  readonly exhibits: Readonly<Record<string, Report>>;
  /** The image in question beside each alleged copy, where hashes did not decide. */
  readonly comparisons?: readonly ComparisonReport[];
}

/** Reads `measured.json`. @throws SeedproofError `doctrine.measured-malformed` */
export function readMeasured(json: string): Measured {
  const value = json.length <= 16 * CASE_LIMITS.chars ? parseJson(json) : undefined;
  const facts = isObject(value) ? z.array(measuredFact).max(CASE_LIMITS.facts).safeParse(value.facts) : undefined;
  const head =
    isObject(value) && measuredHead.safeParse({ at: value.at, tool: value.tool, environment: value.environment });
  if (
    !isObject(value) ||
    value.schema !== "seedproof-measured/1" ||
    !head ||
    !head.success ||
    !facts?.success ||
    !isObject(value.exhibits)
  ) {
    throw new SeedproofError("doctrine.measured-malformed", "measured.json is not of the form seedproof-measured/1");
  }
  return value as unknown as Measured;
}

/** All facts of a case: what was measured, then what people say. */
export function factsOf(theCase: Case, measured: Measured | undefined): Fact[] {
  return [...(measured?.facts ?? []), ...theCase.facts.map((fact): Fact => JSON.parse(JSON.stringify(fact)) as Fact)];
}
