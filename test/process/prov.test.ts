import { expect, test } from "vitest";
import type { JsonObject } from "../../src/base/json.ts";
import { bounded, SOON_MS } from "../../src/process/proof-grade.ts";
import { provDocument } from "../../src/process/prov.ts";
import { sessionsOf } from "../../src/process/sessions.ts";
import { eventOf, history } from "./history.ts";

type Document = { [section: string]: Record<string, JsonObject> };
const documentOf = (...args: Parameters<typeof provDocument>): Document => provDocument(...args) as unknown as Document;
const told = history().map((event, index) => ({ event, index }));

test("a request and its result are one activity that uses the recipe and generates the candidates", () => {
  const document = documentOf(told, { origin: "test/log" });
  expect(document.activity!["event:e4"]).toMatchObject({
    "prov:startTime": "2026-01-01T00:04:00.000Z",
    "prov:endTime": "2026-01-01T00:05:00.000Z",
    "seedproof:outcome": "generation.completed",
    "seedproof:entry": 4,
    "seedproof:outcomeEntry": 5,
    "seedproof:ledger": "test/log",
  });
  expect(document.activity!["event:e5"]).toBeUndefined();
  const made = Object.values(document.wasGeneratedBy!).filter((one) => one["prov:activity"] === "event:e4");
  expect(made.map((one) => one["prov:entity"])).toEqual(["thing:candidate-e5-1", "thing:candidate-e5-2"]);
  const used = Object.values(document.used!).filter((one) => one["prov:activity"] === "event:e4");
  expect(used.map((one) => one["prov:entity"])).toEqual(["thing:recipe-e4"]);
});

test("a rejected candidate is invalidated and the file with its bytes is not", () => {
  const invalidated = Object.values(documentOf(told).wasInvalidatedBy!);
  expect(invalidated).toEqual([
    { "prov:entity": "thing:candidate-e5-2", "prov:activity": "event:e6", "prov:time": "2026-01-01T00:06:00.000Z" },
  ]);
});

test("an edit is a revision of the version before it, and bytes that came out twice are two candidates of one file", () => {
  const document = documentOf(told);
  expect(Object.values(document.wasDerivedFrom!)).toMatchObject([
    { "prov:generatedEntity": "thing:saved-e12", "prov:usedEntity": "thing:saved-e11" },
  ]);
  const of = Object.values(document.specializationOf!).filter(({ "prov:generalEntity": file }) =>
    /0001$/.test(String(file)),
  );
  expect(of.map((one) => one["prov:specificEntity"])).toEqual(["thing:candidate-e5-1", "thing:candidate-e8-2"]);
});

test("every relation ends at a record of the document, and names are legal for readers of qualified names", () => {
  const document = documentOf(told);
  const { prefix, entity, activity, agent, ...relations } = document;
  const names = new Set([entity, activity, agent].flatMap((section) => Object.keys(section!)));
  for (const name of names) expect(name).toMatch(/^(?:entity|file|event|thing|agent):[A-Za-z0-9._~-]+$/);
  const ends = Object.values(relations).flatMap((section) =>
    Object.values(section).flatMap((one) =>
      Object.entries(one).filter(([key]) => /entity|activity|agent|inform/i.test(key) && key !== "prov:type"),
    ),
  );
  expect(ends.length).toBeGreaterThan(40);
  expect(ends.filter(([, name]) => !names.has(name as string))).toEqual([]);
  expect(Object.keys(prefix!).sort()).toEqual(["agent", "event", "file", "seedproof", "thing"]);
});

test("without contents no prompt, word, reason, person or name of a file is in the document", () => {
  const text = JSON.stringify(documentOf(told, { withoutContents: true }));
  for (const word of ["cat", "bokeh", "six legs", "Li", "sketch", "work.kra", "warmer", "poster"])
    expect(text).not.toContain(word);
  expect(text).toContain("562327064");
  expect(JSON.stringify(documentOf(told))).toContain("six legs");
});

test("what was made up carries its mark in the document whatever grade is given", () => {
  const event = eventOf(1, "note.added", { text: "x" }, { simulated: true });
  const activity = documentOf([{ event, grade: "R" }]).activity!["event:e1"];
  expect(activity).toMatchObject({ "seedproof:grade": "X", "seedproof:simulated": true });
});

const stamped = (afterMs: number, grade: "T2" | "T4" = "T4") => ({
  notAfter: { kind: "rfc3161", grade, source: "tsa", time: Date.UTC(2026, 0, 1) + 60_000 + afterMs, size: 9 } as const,
});

test("an event is recorded (R) only under somebody else's time soon after it; else its owner's word (S)", () => {
  const live = { index: 0, event: eventOf(1, "note.added", { text: "x" }) };
  expect(bounded(live, {})).toMatchObject({ grade: "S" });
  expect(bounded(live, {}).lagMs).toBeUndefined();
  expect(bounded(live, stamped(5_000))).toMatchObject({ grade: "R", lagMs: 5_000 });
  expect(bounded(live, stamped(SOON_MS))).toMatchObject({ grade: "R" });
  expect(bounded(live, stamped(SOON_MS + 1))).toMatchObject({ grade: "S" });
  expect(bounded(live, stamped(5_000, "T2"))).toMatchObject({ grade: "S" });
});

test("no outside time makes an imported history more than a claim, or a made-up one more than simulated", () => {
  const graded = (more: object) =>
    bounded({ index: 0, event: eventOf(1, "note.added", { text: "x" }, more) }, stamped(1)).grade;
  expect([graded({ capture: "imported" }), graded({ capture: "reconstructed" }), graded({ simulated: true })]).toEqual([
    "C",
    "X",
    "X",
  ]);
});

test("a session's summary tells when it was open, when it was off, and counts its own events alone", () => {
  const other = eventOf(30, "note.added", { text: "x" }, { session: "other" });
  const [one, two] = sessionsOf([...history(), other]);
  expect(one).toMatchObject({ session: "poster: “1”", events: 21, simulated: false, counts: { images: 3, kept: 1 } });
  expect([one!.opened.length, one!.closed.length, one!.gaps.length]).toEqual([1, 1, 1]);
  expect(two).toMatchObject({ session: "other", events: 1, opened: [], counts: { requests: 0, notes: 1 } });
});
