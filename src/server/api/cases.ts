/** `/api/v1/cases`: cases of the workspace with their exhibits, what people say, facts, and assessments under legal tests. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { SeedproofError } from "../../base/errors.ts";
import { toolName } from "../../base/tool.ts";
import {
  bilingual,
  CASE_LIMITS,
  type Case,
  EXHIBIT_ROLES,
  factsOf,
  type SaidFact,
  unfit,
} from "../../doctrine/case.ts";
import { leavesOf } from "../../doctrine/check-rule.ts";
import { factName, factValueText } from "../../doctrine/explain.ts";
import { SOURCE_TEXTS, VOCABULARY } from "../../doctrine/vocabulary.ts";
import { checkExhibits, exhibitPath, type OpenCase } from "../../node/case-folder.ts";
import { hasLedger } from "../../node/ledger-home.ts";
import { removedExhibits } from "../../node/removed-exhibits.ts";
import { bundledRuleIds, bundledRules, openRule } from "../../node/rule-files.ts";
import type { AppParts } from "../app.ts";
import { CASE_ID } from "../cases/case-store.ts";
import { type Api, operation } from "../contract.ts";
import { SHA256 } from "../jobs/job.ts";
import { keepImage } from "../pictures/keep-image.ts";

const ID = z.object({ id: z.string().regex(CASE_ID) });
const text = z.string().min(1).max(CASE_LIMITS.text);
const said = z.union([text, z.object({ en: text, zh: text })]);
const time = z.iso.datetime({ offset: true });
const exhibitId = z.string().regex(/^E[1-9][0-9]{0,3}$/);
const CASE = z.looseObject({ id: z.string(), case: z.looseObject({ ref: z.string() }) });

const HEAD = z.object({
  ref: z.string().min(1).max(200),
  title: said,
  date: time,
  parties: z
    .array(z.object({ role: z.string().min(1).max(500), name: z.string().min(1).max(2000) }))
    .max(100)
    .default([]),
  questions: z
    .array(z.object({ text: said, facts: z.array(z.string().max(100)).max(50).optional() }))
    .max(100)
    .default([]),
  /** Ids of rules that come with Seedproof; all of them where absent. A path is none. */
  rules: z.array(z.string().max(100)).min(1).max(100).optional(),
  /** Values of settable parameters by rule and name, each with its reason. */
  parameters: z
    .record(z.string().max(100), z.record(z.string().max(100), z.object({ value: z.number(), why: text })))
    .optional(),
});

const LIST = operation({
  id: "listCases",
  method: "get",
  path: "/cases",
  summary: "The cases of the workspace.",
  answer: z.object({ cases: z.array(z.looseObject({ id: z.string(), ref: z.string() })) }),
});

const DOCTRINE = operation({
  id: "doctrine",
  method: "get",
  path: "/doctrine",
  summary: "Rules that come with Seedproof, with the parameters that can be set, and the vocabulary of facts.",
  answer: z.object({
    rules: z.array(z.looseObject({ id: z.string() })),
    facts: z.array(z.looseObject({ key: z.string() })),
  }),
});

const CREATE = operation({
  id: "createCase",
  method: "post",
  path: "/cases",
  summary: "Makes a case.",
  body: HEAD,
  answer: CASE,
});

const GET = operation({
  id: "getCase",
  method: "get",
  path: "/cases/{id}",
  summary:
    "A case: exhibits and whether each is unchanged, what people say, facts with their grades, and what is unknown.",
  params: ID,
  answer: CASE,
});

const CHANGE = operation({
  id: "changeCase",
  method: "put",
  path: "/cases/{id}",
  summary: "Changes what stands at the head of a case: title, date, parties, questions, rules, parameters.",
  params: ID,
  body: HEAD.partial(),
  answer: CASE,
});

const ABOUT = z.object({
  role: z.enum(EXHIBIT_ROLES),
  receivedFrom: said,
  receivedAt: time.optional(),
  note: text.optional(),
});

const ADD_EXHIBIT = operation({
  id: "addExhibit",
  method: "post",
  path: "/cases/{id}/exhibits",
  summary: "Takes an image of the workspace, or its ledger, into a case: copied and hashed before and after.",
  params: ID,
  body: ABOUT.extend({
    source: z.discriminatedUnion("of", [
      z.object({ of: z.literal("image"), image: SHA256, name: z.string().min(1).max(300) }),
      z.object({ of: z.literal("ledger") }),
    ]),
  }),
  answer: CASE,
});

const SEND_EXHIBIT = operation({
  id: "sendExhibit",
  method: "post",
  path: "/cases/{id}/exhibits/file",
  summary: "Takes a file that is sent into a case.",
  params: ID,
  query: z.object({
    name: z.string().min(1).max(300),
    role: z.enum(EXHIBIT_ROLES),
    from: text,
    at: time.optional(),
    note: text.optional(),
  }),
  takesBytes: true,
  answer: CASE,
});

const ADD_COMPARISON = operation({
  id: "addComparison",
  method: "post",
  path: "/cases/{id}/comparisons",
  summary:
    "Takes a comparison into a case: both images, what it found as a certificate made here, its page and figure.",
  params: ID,
  body: z.object({ comparison: z.string().regex(/^[\w-]{1,64}$/), receivedFrom: said, receivedAt: time.optional() }),
  answer: CASE,
});

const REMOVE_EXHIBIT = operation({
  id: "removeExhibit",
  method: "delete",
  path: "/cases/{id}/exhibits/{exhibit}",
  summary: "Takes an exhibit out of a case again, as long as no fact rests on it; it is kept aside until it is erased.",
  params: ID.extend({ exhibit: exhibitId }),
  answer: CASE,
});

const RESTORE_EXHIBIT = operation({
  id: "restoreExhibit",
  method: "post",
  path: "/cases/{id}/removed/{exhibit}/restore",
  summary: "Puts an exhibit that was taken out back in its old place, with its number, files and custody.",
  params: ID.extend({ exhibit: exhibitId }),
  answer: CASE,
});

const ERASE_EXHIBIT = operation({
  id: "eraseExhibit",
  method: "delete",
  path: "/cases/{id}/removed/{exhibit}",
  summary: "Erases an exhibit that was taken out, for good.",
  params: ID.extend({ exhibit: exhibitId }),
  answer: CASE,
});

const PICTURE = operation({
  id: "getExhibitPicture",
  method: "get",
  path: "/cases/{id}/exhibits/{exhibit}/picture",
  summary: "A small picture of an exhibit that is an image.",
  params: ID.extend({ exhibit: exhibitId }),
  answer: "bytes",
});

const SAY = operation({
  id: "sayFact",
  method: "post",
  path: "/cases/{id}/facts",
  summary:
    "Enters what a person says: a claim (C), or what a third party's record among the exhibits says (T); never more.",
  params: ID,
  body: z.object({
    key: z.string().max(100),
    value: z.union([z.boolean(), z.number(), z.string().max(2000), z.array(z.string().max(500)).max(200)]),
    by: z.string().min(1).max(500),
    exhibit: exhibitId.optional(),
  }),
  answer: CASE,
});

const UNSAY = operation({
  id: "unsayFact",
  method: "delete",
  path: "/cases/{id}/facts/{index}",
  summary: "Takes back what a person said, by its place in the case.",
  params: ID.extend({ index: z.coerce.number().int().min(0).max(CASE_LIMITS.facts) }),
  answer: CASE,
});

const DECLARE = operation({
  id: "declare",
  method: "post",
  path: "/cases/{id}/declarations",
  summary: "Enters a statement in a person's own words.",
  params: ID,
  body: z.object({ by: z.string().min(1).max(500), text: said }),
  answer: CASE,
});

const UNDECLARE = operation({
  id: "undeclare",
  method: "delete",
  path: "/cases/{id}/declarations/{index}",
  summary: "Takes a statement back, by its place in the case.",
  params: ID.extend({ index: z.coerce.number().int().min(0).max(500) }),
  answer: CASE,
});

const MEASURE = operation({
  id: "measureCase",
  method: "post",
  path: "/cases/{id}/measure",
  summary: "Measures all exhibits again, in a thread; an event `case` says when it is done.",
  params: ID,
  answer: z.object({ measuring: z.boolean() }),
});

const ASSESS = operation({
  id: "assessCase",
  method: "get",
  path: "/cases/{id}/assessment",
  summary:
    "A case under its rules, or under others: each element on the evidence and under the burden, and what would change it.",
  params: ID,
  query: z.object({ rules: z.string().max(4_000).optional() }),
  answer: z.looseObject({ rules: z.array(z.looseObject({})) }),
});

const PREVIEW = operation({
  id: "previewDossier",
  method: "get",
  path: "/cases/{id}/preview.html",
  summary: "The dossier of a case as it would be now, as HTML that loads and runs nothing.",
  params: ID,
  query: z.object({ lang: z.enum(["en", "zh"]).default("en") }),
  answer: "bytes",
});

/** Adds the operations. */
export function casesApi(
  api: Api,
  parts: Pick<
    AppParts,
    "home" | "version" | "images" | "library" | "pictures" | "comparisons" | "cases" | "caseThread" | "measuring"
  >,
): void {
  const { home, version, images, pictures, comparisons, cases, caseThread, measuring } = parts;
  const tool = toolName(version);
  const now = (): string => new Date().toISOString();

  const shown = (id: string, open = cases.open(id)) => caseAnswer(id, open, measuring.isMeasuring(id));
  const measure = (id: string): void => void measuring.measure(id);
  const knownRules = (ids: readonly string[] | undefined): void => {
    const known = bundledRuleIds();
    const other = ids?.find((id) => !known.includes(id));
    if (other !== undefined)
      throw new SeedproofError("doctrine.rule-not-found", `${other} is no rule that comes with Seedproof`);
  };

  api.on(LIST, () => ({ cases: cases.ids().flatMap((id) => headOf(id, () => cases.open(id))) }));
  api.on(DOCTRINE, () => doctrineAnswer());
  api.on(CREATE, ({ body }) => {
    knownRules(body.rules);
    const { parties, questions, ...head } = body;
    const id = cases.create({
      ...{ schema: "seedproof-case/1", ...plain(head), parties: numbered(parties), questions: asked(questions) },
      ...{ exhibits: [], custody: [], declarations: [], facts: [] },
    });
    return shown(id);
  });
  api.on(GET, async ({ params: { id } }) => ({ ...shown(id), findings: await checkExhibits(cases.open(id)) }));
  api.on(CHANGE, async ({ params: { id }, body }) => {
    knownRules(body.rules);
    const { parties, questions, ...head } = body;
    const open = await cases.change(id, (before) => ({
      ...before,
      ...plain(head),
      ...(parties && { parties: numbered(parties) }),
      ...(questions && { questions: asked(questions) }),
    }));
    return shown(id, open);
  });
  api.on(ADD_EXHIBIT, async ({ params: { id }, body: { source, receivedAt, note, ...about } }) => {
    if (source.of === "ledger" && !hasLedger(home))
      throw new SeedproofError("record.none", "this workspace has no ledger yet");
    if (source.of === "image") await keepImage(parts, source.image);
    const from = source.of === "ledger" ? { path: home } : { path: images.file(source.image) };
    const named = { name: source.of === "ledger" ? "ledger" : source.name };
    await cases.take(id, from, { ...about, ...named, receivedAt: receivedAt ?? now(), ...(note && { note }) });
    measure(id);
    return shown(id);
  });
  api.on(SEND_EXHIBIT, async ({ params: { id }, query: { name, role, from, at, note }, bytes }) => {
    const about = { role, receivedFrom: from, receivedAt: at ?? now(), ...(note && { note }) };
    await cases.take(id, { name, bytes: await bytes() }, about);
    measure(id);
    return shown(id);
  });
  api.on(ADD_COMPARISON, async ({ params: { id }, body: { comparison, receivedFrom, receivedAt = now() } }) => {
    const { state, a, b } = comparisons.get(comparison);
    if (state !== "done") throw new SeedproofError("compare.not-done", "this comparison has no result");
    const folder = comparisons.folder(comparison);
    const { theCase } = cases.open(id);
    const hasImage = theCase.exhibits.some(({ role }) => role === "image");
    for (const [side, role] of [
      [a, hasImage ? "document" : "image"],
      [b, "copy"],
    ] as const) {
      if (theCase.exhibits.some(({ sha256 }) => sha256 === side.image)) continue;
      await cases.take(id, { path: images.file(side.image) }, { role, name: side.name, receivedFrom, receivedAt });
    }
    const made = { receivedAt: now(), made: true, receivedFrom: madeHere(tool) } as const;
    for (const [file, role] of [
      ["report.json", "certificate"],
      ["figure.png", "document"],
      ["page.html", "document"],
    ] as const) {
      const path = join(folder, file);
      if (!existsSync(path)) continue;
      await cases.take(
        id,
        { path },
        { ...made, role, name: `compare-${file}`, note: `compare ${a.name} ${b.name}`.slice(0, 500) },
      );
    }
    measure(id);
    return shown(id);
  });
  api.on(REMOVE_EXHIBIT, async ({ params: { id, exhibit } }) => {
    const open = await cases.removeExhibit(id, exhibit);
    measure(id);
    return shown(id, open);
  });
  api.on(RESTORE_EXHIBIT, async ({ params: { id, exhibit } }) => {
    const open = await cases.restoreExhibit(id, exhibit);
    measure(id);
    return shown(id, open);
  });
  api.on(ERASE_EXHIBIT, async ({ params: { id, exhibit } }) => shown(id, await cases.eraseExhibit(id, exhibit)));
  api.on(PICTURE, async ({ params: { id, exhibit }, c }) => {
    const open = cases.open(id);
    const one = open.theCase.exhibits.find((each) => each.id === exhibit);
    if (!one || !PICTURES.has(one.role)) throw new SeedproofError("file.not-found", "there is no such picture");
    const path = exhibitPath(open, one);
    const made = await pictures.small(one.sha256, "512", async () => [path]);
    return c.body(made, 200, {
      "content-type": "image/webp",
      "content-security-policy": "default-src 'none'; sandbox",
    });
  });
  api.on(SAY, async ({ params: { id }, body }) => {
    const open = await cases.change(id, (before) => withFact(before, { ...body, time: now() }));
    return shown(id, open);
  });
  api.on(UNSAY, async ({ params: { id, index } }) =>
    shown(id, await cases.change(id, (before) => ({ ...before, facts: without(before.facts, index) }))),
  );
  api.on(DECLARE, async ({ params: { id }, body }) =>
    shown(
      id,
      await cases.change(id, (before) => ({
        ...before,
        declarations: [...before.declarations, { ...body, at: now() }],
      })),
    ),
  );
  api.on(UNDECLARE, async ({ params: { id, index } }) =>
    shown(id, await cases.change(id, (before) => ({ ...before, declarations: without(before.declarations, index) }))),
  );
  api.on(MEASURE, ({ params: { id } }) => {
    cases.open(id);
    measure(id);
    return { measuring: true };
  });
  api.on(ASSESS, ({ params: { id }, query }) => {
    const rules = query.rules === undefined ? undefined : query.rules.split(",").filter((rule) => rule !== "");
    knownRules(rules);
    return caseThread.ask("assess", { folder: cases.open(id).folder, ...(rules && { rules }) });
  });
  api.on(PREVIEW, async ({ params: { id }, query: { lang }, c }) => {
    const html = await caseThread.ask("preview", { folder: cases.open(id).folder, tool, lang });
    return c.body(html, 200, PREVIEW_HEADERS);
  });
}

/** Roles of exhibits that are pictures. */
const PICTURES: ReadonlySet<string> = new Set(["image", "copy", "base", "final"]);

/** The preview is shown inside the workbench's own page, and nowhere else; nothing in it runs, loads or knows the workspace. */
const PREVIEW_HEADERS: Readonly<Record<string, string>> = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy":
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox",
  "x-frame-options": "SAMEORIGIN",
};

function madeHere(tool: string) {
  return { en: `made here by ${tool}`, zh: `由 ${tool} 在本案中生成` };
}

/** Members that are there: JSON has no `undefined`. */
function plain<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as never;
}

function numbered(parties: readonly { readonly role: string; readonly name: string }[]): Case["parties"] {
  return parties.map((party, i) => ({ id: `party-${i + 1}`, ...party }));
}

function asked(questions: readonly Omit<Case["questions"][number], "id">[]): Case["questions"] {
  return questions.map((question, i) => ({ id: `Q${i + 1}`, ...plain(question) })) as Case["questions"];
}

function without<T>(all: readonly T[], index: number): T[] {
  if (index >= all.length) throw new SeedproofError("server.not-found", "there is nothing at this place");
  return all.filter((_, i) => i !== index);
}

/** What is said stays a claim; only a third party's record among the exhibits makes it more. */
function withFact(
  before: Case,
  {
    key,
    value,
    by,
    exhibit,
    time: at,
  }: Pick<SaidFact, "key" | "value" | "by"> & { exhibit?: string | undefined; time: string },
): Case {
  const problem = unfit({ key, value });
  if (problem) throw new SeedproofError("doctrine.fact-unfit", problem);
  const from = before.exhibits.find(({ id }) => id === exhibit);
  const grade = from?.role === "third-party" ? "T" : "C";
  const others = before.facts.filter((one) => one.key !== key || one.by !== by || one.exhibit !== exhibit);
  return {
    ...before,
    facts: [...others, { key, value, grade, by, time: at, ...(exhibit !== undefined && { exhibit }) }],
  };
}

/** A case that cannot be read is listed with the reason. */
function headOf(id: string, open: () => OpenCase): object[] {
  try {
    const { theCase, measured } = open();
    const { ref, title, date, exhibits } = theCase;
    return [{ id, ref, title: bilingual(title), date, exhibits: exhibits.length, measuredAt: measured?.at }];
  } catch (error) {
    if (!(error instanceof SeedproofError)) throw error;
    return [{ id, ref: id, error: { code: error.code, message: error.message } }];
  }
}

function caseAnswer(id: string, { folder, theCase, measured }: OpenCase, isMeasuring: boolean): object {
  const facts = factsOf(theCase, measured);
  const count = measured?.facts.length ?? 0;
  // Whether every exhibit was seen by the last measuring: a crash may have come between.
  const isMeasured = theCase.exhibits.every((exhibit) => measured?.exhibits[exhibit.id] !== undefined);
  return {
    id,
    case: theCase,
    measuring: isMeasuring,
    measured: isMeasured,
    ...(measured && { measuredAt: measured.at }),
    facts: facts.map((fact, i) => ({
      ...fact,
      name: factName(fact.key),
      text: factValueText(fact),
      // Its place among what people said, by which it is taken back.
      ...(i >= count && { said: i - count }),
    })),
    removed: removedExhibits(folder).filter((one) => theCase.exhibits.every((own) => own.id !== one.id)),
    unknown: unknownOf(theCase, new Set(facts.map(({ key }) => key))),
  };
}

/** Facts that the case's rules ask for and nothing answers, with what would settle each. */
function unknownOf({ rules }: Case, known: ReadonlySet<string>): object[] {
  const asking = new Map<string, Set<string>>();
  for (const id of rules ?? bundledRuleIds()) {
    for (const { test } of leavesOf(openRule(id).rule)) {
      if (!known.has(test.fact)) asking.set(test.fact, (asking.get(test.fact) ?? new Set()).add(id));
    }
  }
  return VOCABULARY.filter(({ key }) => asking.has(key)).map(({ key, name, source, type, values }) => ({
    ...{ key, name, source, sourceText: SOURCE_TEXTS[source], type },
    ...(values && { values }),
    rules: [...asking.get(key)!],
  }));
}

let doctrine: object | undefined;

/** Rules and vocabulary change with the version alone. */
function doctrineAnswer(): object {
  doctrine ??= {
    rules: bundledRules().map(({ rule, sha256 }) => {
      const { id, title, short, kind, jurisdiction, level, binding, asOf, status, parameters, elements } = rule;
      const settable = Object.entries(parameters ?? {}).map(([name, one]) => ({ name, ...one }));
      return {
        id,
        title,
        short,
        kind,
        jurisdiction,
        level,
        binding,
        asOf,
        status,
        sha256,
        parameters: settable,
        elements: elements.length,
      };
    }),
    facts: VOCABULARY.map((definition) => ({ ...definition, sourceText: SOURCE_TEXTS[definition.source] })),
  };
  return doctrine;
}
