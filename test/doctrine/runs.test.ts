import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { assess } from "../../src/doctrine/assess.ts";
import { lacking, whatWouldChange } from "../../src/doctrine/change.ts";
import { ruleOf } from "../../src/doctrine/check-rule.ts";
import { changeText } from "../../src/doctrine/explain.ts";
import type { Fact, FactValue } from "../../src/doctrine/fact.ts";

const RULES = resolve(import.meta.dirname, "../../src/doctrine/rules");
const rule = (id: string) => ruleOf(readFileSync(join(RULES, `${id}.json`), "utf8"));
const LI = rule("cn.bic.li-v-liu.2023");
const ZHOU = rule("cn.bic.zhou.2025");
const CRITIC = rule("opinion.li-boyang.2023");

/** The facts of Li v. Liu as they are told: a demonstration in court, no record made at the time. */
const told = JSON.parse(readFileSync(join(import.meta.dirname, "li-facts.json"), "utf8")) as Fact[];
const recorded = told.map((fact): Fact => (fact.grade === "X" ? { ...fact, grade: "R" } : fact));

function withFacts(
  facts: readonly Fact[],
  changes: Record<string, { value: FactValue; range?: [number, number]; grade?: Fact["grade"] } | undefined>,
): Fact[] {
  const kept = facts.filter(({ key }) => !(key in changes));
  const added = Object.entries(changes).flatMap(([key, change]): Fact[] =>
    change ? [{ key, grade: "M", ...change }] : [],
  );
  return [...kept, ...added];
}

const share = (value: number, spread = 0.05) => ({
  value,
  range: [value - spread, value + spread] as [number, number],
});
const edited = (area: number, perceptual: number, spread?: number) =>
  withFacts(told, {
    "edit.any_human_change": { value: true },
    "edit.human_share_area": share(area, spread),
    "edit.human_share_perceptual": share(perceptual, spread),
  });
const ownLora = withFacts(told, { "model.own_works_share": { value: 1, grade: "C" } });
const onlyImage = told.filter(({ key }) => key === "image.is_image");

const main = (which: typeof LI, facts: readonly Fact[]) => {
  const { evidence, burden } = assess(which, facts).questions[0]!;
  return [evidence.value, burden.value];
};
const infringed = (which: typeof LI, facts: readonly Fact[]) => assess(which, facts).questions[1]!.burden.value;

describe("the twelve worked runs", () => {
  test("A: under Li 2023 the image is a work and was infringed", () => {
    expect(main(LI, told)).toEqual(["satisfied", "satisfied"]);
    expect(infringed(LI, told)).toBe("satisfied");
  });

  test("B: under Zhou 2025 the same facts fail, and every refused fact is simulated", () => {
    expect(main(ZHOU, told)).toEqual(["undetermined", "not satisfied"]);
    const open = assess(ZHOU, told).elements.filter(({ evidence }) => evidence === "undetermined");
    expect(open.map(({ id }) => id)).toEqual([
      "thinking-explained",
      "commands-entered",
      "selection-shown",
      "modification-shown",
      "original-records",
    ]);
    const refused = JSON.stringify(open);
    expect(refused).toContain('"grade":"X"');
  });

  test("C: in the critic's opinion the same facts give no protection", () => {
    expect(main(CRITIC, told)).toEqual(["not satisfied", "not satisfied"]);
    expect(infringed(CRITIC, told)).toBe("not satisfied");
  });

  test("D: under Zhou 2025 the same facts, recorded at the time, make a work that was infringed", () => {
    expect(main(ZHOU, recorded)).toEqual(["satisfied", "satisfied"]);
    expect(infringed(ZHOU, recorded)).toBe("satisfied");
  });

  test("E: the critic protects a new work of which 0.62 ± 0.05 is human", () => {
    expect(main(CRITIC, edited(0.62, 0.62))).toEqual(["satisfied", "satisfied"]);
  });

  test("F: 0.52 ± 0.05 leaves the critic undetermined, since the threshold lies inside the range", () => {
    expect(main(CRITIC, edited(0.52, 0.52))[0]).toBe("undetermined");
  });

  test("G: two measures that disagree leave it undetermined, where their conjunction would say no", () => {
    const facts = edited(0.62, 0.4);
    expect(main(CRITIC, facts)[0]).toBe("undetermined");
    const conjunction = JSON.parse(JSON.stringify(CRITIC).replace('"agree":', '"all":')) as typeof CRITIC;
    expect(main(conjunction, facts)[0]).toBe("not satisfied");
  });

  test("H: the critic protects what a model of own works, wholly declared, gives", () => {
    const facts = withFacts(told, {
      "model.own_works_share": { value: 1, grade: "C" },
      "model.all_components_declared": { value: true, grade: "C" },
    });
    expect(main(CRITIC, facts)).toEqual(["satisfied", "satisfied"]);
  });

  test("I: an own LoRA on a base model that is not declared leaves it undetermined", () => {
    expect(main(CRITIC, ownLora)[0]).toBe("undetermined");
  });

  test("J and K: with only the image, Li and Zhou are undetermined on the evidence and fail under the burden", () => {
    expect(main(LI, onlyImage)).toEqual(["undetermined", "not satisfied"]);
    expect(main(ZHOU, onlyImage)).toEqual(["undetermined", "not satisfied"]);
  });

  test("L: 80 % edited by hand takes the second route although the first is open", () => {
    const facts = withFacts(edited(0.8, 0.8), { "model.own_works_share": { value: 1, grade: "C" } });
    const { evidence, routes } = assess(CRITIC, facts).questions[0]!;
    expect(routes.map((route) => route.evidence)).toEqual(["undetermined", "satisfied"]);
    expect([evidence.value, evidence.route]).toEqual(["satisfied", 1]);
  });
});

describe("what would change it", () => {
  test("one change flips Zhou: the same facts from a record made at the time instead of a simulation", () => {
    const { sets } = whatWouldChange(ZHOU, told);
    expect(sets[0]).toMatchObject({
      changes: [{ kind: "record", exhibit: "E5", from: "X", accept: ["R", "T", "S"] }],
      evidence: "satisfied",
      burden: "satisfied",
    });
    expect(sets[0]!.changes[0]!.facts).toContain("process.revisions_after_first");
  });

  test("what would rebut Li is an earlier image on record", () => {
    const { sets } = whatWouldChange(LI, told);
    expect(sets).toContainEqual(
      expect.objectContaining({
        changes: [expect.objectContaining({ kind: "value", facts: ["contrary_evidence"], value: true })],
        burden: "not satisfied",
      }),
    );
  });

  test("the critic is moved by the declaration of an own model, or by more than half on both measures", () => {
    const { sets, larger } = whatWouldChange(CRITIC, told);
    const facts = [...sets, ...(larger ? [larger] : [])].map(({ changes }) =>
      changes.flatMap((change) => change.facts),
    );
    expect(facts).toContainEqual(["model.all_components_declared", "model.own_works_share"]);
  });

  test("a reported set flips the outcome when its facts are supplied", () => {
    const { sets, now } = whatWouldChange(LI, told);
    expect(sets.length).toBeGreaterThan(3);
    for (const { changes, burden } of sets) {
      const changed = changes.reduce<Fact[]>(
        (facts, { facts: keys, value, accept, kind }) =>
          kind === "value"
            ? [
                ...facts.filter(({ key }) => key !== keys[0]),
                { key: keys[0]!, value: value!, grade: accept.includes("R") ? "R" : accept[0]! },
              ]
            : facts.map((fact) => (keys.includes(fact.key) ? { ...fact, grade: accept[0]! } : fact)),
        [...told],
      );
      expect(main(LI, changed)[1]).toBe(burden);
      expect(burden).not.toBe(now.burden);
    }
  });

  test("an element that is not shown names the facts that it lacks and the grades that would do", () => {
    const missing = lacking(ZHOU, onlyImage);
    expect(missing.get("selection-shown")).toEqual([
      expect.objectContaining({ facts: ["process.selection_made"], value: true, accept: ["R", "T", "S"] }),
    ]);
    expect(missing.get("commands-entered")!.flatMap(({ facts }) => facts)).toEqual([
      "process.prompts_chosen",
      "process.parameters_set",
    ]);
  });
});

test("what must only exist is asked for without a value that nobody stated", () => {
  const [published] = lacking(rule("cn.changshu.lin.2024"), onlyImage).get("dates") ?? [];
  expect(published).toEqual({ kind: "value", facts: ["time.publication"], accept: ["M", "R", "T"], op: "exists" });
  expect(changeText(published!)).toEqual({
    en: "first publication: shown, whatever it is (M, R or T)",
    zh: "首次发表：得到证明，不论其内容（M、R、T 之一）",
  });
});

test("a parameter is set with its reason, and one that the source fixes is not", () => {
  const facts = edited(0.62, 0.62);
  const strict = assess(CRITIC, facts, { share: { value: 0.75, why: "three quarters" } });
  expect(strict.questions[0]!.evidence.value).toBe("not satisfied");
  expect(strict.parameters.share).toMatchObject({ value: 0.75, chosen: true, why: { en: "three quarters" } });
  expect(() => assess(CRITIC, facts, { half: { value: 1, why: "-" } })).toThrow(/no parameter half/);
});

test("sources that contradict each other leave a test undetermined, and both are shown", () => {
  const facts: Fact[] = [
    ...told.filter(({ key }) => key !== "image.is_image"),
    { key: "image.is_image", value: true, grade: "M" },
    { key: "image.is_image", value: false, grade: "T" },
  ];
  const element = assess(LI, facts).elements.find(({ id }) => id === "field-and-form")!;
  expect(element.evidence).toBe("undetermined");
  expect(element.reason.parts[0]!.leaf).toMatchObject({
    conflict: true,
    used: [{ value: "satisfied" }, { value: "not satisfied" }],
  });
});
