import { expect, test } from "vitest";
import { EXAMINATION, type ExperimentOutcome, examinedFacts } from "../../src/doctrine/examination.ts";
import type { Fact } from "../../src/doctrine/fact.ts";
import { factDefinition } from "../../src/doctrine/vocabulary.ts";

const measured = (key: string, value: Fact["value"], exhibit: string, grade: Fact["grade"] = "M"): Fact => ({
  ...{ key, value, exhibit, grade, method: "reproduction/1", time: "2026-11-29T00:00:00Z" },
});
const all = (more: (name: string) => Partial<ExperimentOutcome>): ExperimentOutcome[] =>
  EXAMINATION.map(({ name }) => ({ name, status: 0, ...more(name) }));
const reasons = (outcomes: readonly ExperimentOutcome[], facts: readonly Fact[] = []) =>
  Object.fromEntries(
    examinedFacts(outcomes, facts).map((one) => [one.key, "why" in one ? one.why.en : one.fact.value]),
  );

test("each fact of an examination is one of the vocabulary, and stands once", () => {
  const keys = examinedFacts([], []).map(({ key }) => key);
  expect(keys.filter((key) => factDefinition(key) === undefined)).toEqual([]);
  expect(new Set(keys).size).toBe(keys.length);
  expect(keys.length).toBeGreaterThan(5);
});

test("an image that cannot be drawn here says for want of what, and what was measured of it stands as measured", () => {
  const outcomes = all((name) =>
    name === "reproduce"
      ? { status: 2, exhibit: "E2", lacks: ["reproduce.lacks-model"] }
      : { status: 2, skipped: "not-reproducible" },
  );
  expect(reasons(outcomes, [measured("reproduce.verdict", "not-reproducible", "E2")])).toMatchObject({
    "reproduce.verdict": "not-reproducible",
    "edit.direct_output": "the recipe's model is not on this computer",
    "study.path_independent": "the image cannot be drawn here",
  });
});

test("an image that comes out otherwise says nothing of who changed it; an experiment that broke says how", () => {
  const outcomes = all((name) =>
    name === "protocol path" ? { status: 70, error: { code: "engine.memory", message: "no room" } } : { exhibit: "E2" },
  );
  const facts = [measured("reproduce.verdict", "different", "E2"), measured("edit.direct_output", true, "E9", "C")];
  expect(reasons(outcomes, facts)).toMatchObject({
    "reproduce.verdict": "different",
    "edit.direct_output": "only an image of the same pixels says so; this one came out otherwise",
    "study.path_independent": "the experiment ended with an error: no room (engine.memory)",
    "study.invariant_person_time_place": "the certificate says nothing of it",
  });
  expect(reasons([])["study.path_independent"]).toBe("the experiment was not run");
});

test("the fact of the very experiment goes before one of another, of the same examination or an earlier one", () => {
  const facts = [
    measured("reproduce.verdict", "identical-pixels", "E2"),
    measured("reproduce.verdict", "different", "E5"),
  ];
  const [verdict] = examinedFacts(
    all((name) => (name === "reproduce" ? { exhibit: "E2" } : {})),
    facts,
  );
  expect(verdict).toMatchObject({ key: "reproduce.verdict", fact: { value: "identical-pixels" } });
  const both = all((name) => ({ exhibit: name === "reproduce" ? "E5" : "E2" }));
  expect(examinedFacts(both, facts)[0]).toMatchObject({ fact: { value: "different" } });
});
