import { cpSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Case, factsOf } from "../../src/doctrine/case.ts";
import type { Fact } from "../../src/doctrine/fact.ts";
import { addExhibit, checkExhibits, createCase, exhibitPath, openCase } from "../../src/node/case-folder.ts";
import { measureCase } from "../../src/node/case-measure.ts";
import { fabricateHistories } from "../../src/process/fabricate.ts";
import { foldRecipe } from "../../src/recipe/fold.ts";
import { samplePath } from "../helpers/samples.ts";

/** A value as `JSON.parse` gives it. */
type Parsed = ReturnType<typeof JSON.parse>;

const AT = "2026-11-29T00:00:00Z";
const EMPTY: Case = {
  ...{ schema: "seedproof-case/1", ref: "S-1", title: { en: "A cat", zh: "一只猫" }, date: AT, parties: [] },
  ...{ questions: [], exhibits: [], custody: [], declarations: [], facts: [] },
};

let root = "";
let base = "";
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "seedproof-case-test-"));
  base = join(root, "base");
  const open = createCase(base, EMPTY);
  await addExhibit(open, samplePath("sdm__png_sd-webui.png"), { role: "image", receivedFrom: "Li", receivedAt: AT });
});
afterAll(() => rmSync(root, { recursive: true }));

/** A copy of the case to be changed. */
function copy(): string {
  const folder = mkdtempSync(join(root, "copy-"));
  cpSync(base, folder, { recursive: true });
  return folder;
}

function edit(folder: string, change: (theCase: Parsed) => void): void {
  const file = join(folder, "case.json");
  const theCase = JSON.parse(readFileSync(file, "utf8"));
  change(theCase);
  writeFileSync(file, JSON.stringify(theCase));
}

async function facts(folder: string): Promise<Fact[]> {
  const open = openCase(folder);
  return factsOf(open.theCase, await measureCase(open, AT, "test"));
}

const file = (name: string, text: string): string => {
  writeFileSync(join(root, name), text);
  return join(root, name);
};

test("what the image itself says is measured, with exhibit, method and time", async () => {
  const found = await facts(base);
  expect(found).toContainEqual({
    key: "image.generator",
    value: "a1111",
    grade: "M",
    exhibit: "E1",
    method: "read/1",
    time: AT,
  });
  expect(found.find(({ key }) => key === "image.sha256")?.value).toBe(
    "87287c3b67fd162569caf89a2805fa6d09b31e508ac65475928036e123b3ec16",
  );
});

test("a link that the user names is taken as the file that it leads to", async () => {
  const folder = copy();
  const link = join(root, "link.png");
  symlinkSync(samplePath("sdm__png_sd-webui.png"), link);
  const exhibit = await addExhibit(openCase(folder), link, { role: "copy", receivedFrom: "Li", receivedAt: AT });
  expect([exhibit.name, exhibit.sha256]).toEqual(["link.png", openCase(folder).theCase.exhibits[0]!.sha256]);
  expect(lstatSync(exhibitPath(openCase(folder), exhibit)).isFile()).toBe(true);
});

test("the same exhibits measured twice give the same facts", async () => {
  expect(await measureCase(openCase(base), AT, "test")).toEqual(await measureCase(openCase(base), AT, "test"));
});

describe("what people say", () => {
  const said = { key: "use.permission", value: false, by: "Li" };

  test.each(["M", "R", "S"])("is never graded %s", (grade) => {
    const folder = copy();
    edit(folder, (theCase) => theCase.facts.push({ ...said, grade }));
    expect(() => openCase(folder)).toThrow(
      expect.objectContaining({ code: "doctrine.case-malformed", where: { pointer: "/facts/0/grade" } }),
    );
  });

  test("is T only where a third party's record among the exhibits says it", async () => {
    const folder = copy();
    edit(folder, (theCase) => theCase.facts.push({ ...said, grade: "T", exhibit: "E1" }));
    expect(() => openCase(folder)).toThrow(expect.objectContaining({ code: "doctrine.fact-unfit" }));
    const other = copy();
    const about = { role: "third-party", receivedFrom: "Notary", receivedAt: AT } as const;
    await addExhibit(openCase(other), file("notary.txt", "a record"), about);
    edit(other, (theCase) => theCase.facts.push({ ...said, grade: "T", exhibit: "E2" }));
    expect(openCase(other).theCase.facts).toHaveLength(1);
  });

  test.each([
    ["use.permission", "perhaps"],
    ["edit.human_share_area", 1.2],
    ["edit.kinds", ["magic"]],
    ["process.images_generated", -1],
    ["time.publication", "yesterday"],
    ["author.hair", "red"],
  ])("must fit the fact: %s is not %j", (key, value) => {
    const folder = copy();
    edit(folder, (theCase) => theCase.facts.push({ key, value, grade: "C", by: "Li" }));
    expect(() => openCase(folder)).toThrow(expect.objectContaining({ code: "doctrine.fact-unfit" }));
  });
});

const PARTY = { id: "party-1", role: "claimant", name: "Li" };

test.each([
  ["exhibits", (theCase: Parsed) => theCase.exhibits.push(theCase.exhibits[0])],
  ["parties", (theCase: Parsed) => theCase.parties.push({ ...PARTY, name: "Zhao" }, PARTY)],
  ["questions", (theCase: Parsed) => theCase.questions.push({ id: "Q7", text: "a" }, { id: "Q7", text: "b" })],
])("two %s with one id are refused, with the place of the second", (name, change) => {
  const folder = copy();
  edit(folder, change);
  const last = JSON.parse(readFileSync(join(folder, "case.json"), "utf8"))[name].length - 1;
  expect(() => openCase(folder)).toThrow(
    expect.objectContaining({ code: "doctrine.case-malformed", where: { pointer: `/${name}/${last}/id` } }),
  );
});

test("an exhibit that was changed is found, and no longer measured", async () => {
  const folder = copy();
  writeFileSync(join(folder, "exhibits/E1/sdm__png_sd-webui.png"), "another file");
  expect(await checkExhibits(openCase(folder))).toMatchObject([
    { code: "doctrine.exhibit-altered", level: "fails", where: { file: "exhibits/E1/sdm__png_sd-webui.png" } },
  ]);
  await expect(measureCase(openCase(folder), AT, "test")).rejects.toMatchObject({ code: "doctrine.exhibit-altered" });
});

describe("paths that lead out of the case", () => {
  test.each([
    ...[
      "../../etc/passwd",
      "/etc/passwd",
      "exhibits/../../x",
      "C:\\x",
      "exhibits\\x",
      "exhibits//x",
      "./x",
      "",
      "a\u0000b",
    ],
  ])("%j is refused", (path) => {
    const folder = copy();
    edit(folder, (theCase) => {
      theCase.exhibits[0].file = path;
    });
    expect(() => openCase(folder)).toThrow(
      expect.objectContaining({ code: "doctrine.case-malformed", where: { pointer: "/exhibits/0/file" } }),
    );
  });

  test("a link is not followed out of the folder", () => {
    const folder = copy();
    rmSync(join(folder, "exhibits/E1/sdm__png_sd-webui.png"));
    symlinkSync("/etc/hostname", join(folder, "exhibits/E1/sdm__png_sd-webui.png"));
    const open = openCase(folder);
    expect(() => exhibitPath(open, open.theCase.exhibits[0]!)).toThrow(
      expect.objectContaining({ code: "doctrine.exhibit-outside" }),
    );
  });

  test("a link inside a ledger's folder is not taken along", async () => {
    const ledger = mkdtempSync(join(root, "ledger-"));
    mkdirSync(join(ledger, "tile"));
    writeFileSync(join(ledger, "checkpoint"), "x");
    symlinkSync("/etc/hostname", join(ledger, "tile/0"));
    const about = { role: "ledger", receivedFrom: "Li", receivedAt: AT } as const;
    expect(await addExhibit(openCase(copy()), ledger, about)).toMatchObject({ id: "E2", bytes: 1 });
  });

  test("a folder that holds no ledger is not copied", async () => {
    const about = { role: "document", receivedFrom: "Li", receivedAt: AT } as const;
    await expect(addExhibit(openCase(copy()), root, about)).rejects.toMatchObject({ code: "doctrine.exhibit-unfit" });
  });
});

test("a name with markup stays text, and gives a plain file name", async () => {
  const odd = file("<img src=x onerror=alert(1)>.txt", "x");
  const about = { role: "document", receivedFrom: "Li", receivedAt: AT } as const;
  const exhibit = await addExhibit(openCase(copy()), odd, about);
  expect(exhibit.name).toBe("<img src=x onerror=alert(1)>.txt");
  expect(exhibit.file).toMatch(/^exhibits\/E2\/[\w.-]+$/);
});

test("a made-up history is graded X, whatever it says of itself", async () => {
  const recipe = {
    ...foldRecipe([]),
    prompt: { positive: "a, b, c, d", negative: "e" },
    seed: "1",
    passes: [{ steps: 20 }],
  };
  const histories = fabricateHistories(recipe, AT, () => 0.5).map(({ story, events }) => ({
    story,
    events: events.map((event) => ({ ...event, simulated: false, capture: "proxied" })),
  }));
  const folder = copy();
  const about = { role: "simulation", receivedFrom: "Li", receivedAt: AT } as const;
  await addExhibit(openCase(folder), file("history.json", JSON.stringify({ histories })), about);
  const process = (await facts(folder)).filter(({ key }) => key.startsWith("process."));
  expect(process.length).toBeGreaterThan(2);
  expect([...new Set(process.map(({ grade }) => grade))]).toEqual(["X"]);
  expect(process.find(({ key }) => key === "process.record_kind")?.value).toBe("simulated");
});

test("an experiment's certificate that somebody brings is S, one made here is M", async () => {
  const hashes = { a: "a".repeat(64), b: "b".repeat(64) };
  const runs = [
    { role: "first", pixelsSha256: hashes.a },
    { role: "detour", pixelsSha256: hashes.b },
    { role: "return", pixelsSha256: hashes.a },
  ];
  const path = file("path.json", JSON.stringify({ protocol: "path", tool: "seedproof 0", runs }));
  const folder = copy();
  for (const made of [false, true]) {
    await addExhibit(openCase(folder), path, { role: "certificate", receivedFrom: "Li", receivedAt: AT, made });
  }
  const found = (await facts(folder)).filter(({ key }) => key === "study.path_independent");
  expect(found.map(({ value, grade, exhibit }) => [value, grade, exhibit])).toEqual([
    [true, "S", "E2"],
    [true, "M", "E3"],
  ]);
});

test("an alleged copy is compared by itself: what it still shows of the image, as measured here", async () => {
  const folder = copy();
  const cut = join(root, "cut.jpg");
  const { width, height } = await sharp(samplePath("sdm__png_sd-webui.png")).metadata();
  await sharp(samplePath("sdm__png_sd-webui.png"))
    .extract({ left: 0, top: 0, width, height: Math.round(height * 0.8) })
    .jpeg({ quality: 85 })
    .toFile(cut);
  await addExhibit(openCase(folder), cut, { role: "copy", receivedFrom: "a blog", receivedAt: AT });
  const open = openCase(folder);
  const measured = await measureCase(open, AT, "test");
  const of = (key: string) => measured.facts.filter((fact) => fact.key === key);
  expect(of("compare.copy_verdict")).toMatchObject([
    { value: "edited-copy", grade: "M", exhibit: "E2", method: "comparison/1" },
  ]);
  const { crop } = JSON.parse(String(of("compare.transform")[0]?.value)) as { crop: readonly number[] };
  expect(crop.map(Math.round)).toEqual([0, 0, width, Math.round(height * 0.8)]);
  expect(measured.comparisons).toMatchObject([{ a: "E1", b: "E2", comparison: { verdict: "edited-copy" } }]);

  // One that was run for the case, with more questions, is not made once more.
  const comparison = measured.comparisons![0]!.comparison;
  const asked = { ...comparison, watermark: { state: "absent-by-crop", box: [0, 0, 1, 1] } };
  const about = { role: "certificate", receivedFrom: "here", receivedAt: AT, made: true } as const;
  await addExhibit(open, file("compare.json", JSON.stringify(asked)), about);
  const again = await measureCase(openCase(folder), AT, "test");
  expect(again.comparisons).toBeUndefined();
  const verdicts = again.facts.filter(({ key }) => key === "compare.copy_verdict");
  expect(verdicts.map(({ exhibit, grade }) => [exhibit, grade])).toEqual([["E3", "M"]]);
}, 120_000);

test("where the image after a person's changes has all pixels of the one before, nobody changed anything", async () => {
  const folder = copy();
  const same = join(root, "same.png");
  await sharp(samplePath("sdm__png_sd-webui.png")).png({ compressionLevel: 1 }).toFile(same);
  for (const [path, role] of [
    [samplePath("sdm__png_sd-webui.png"), "base"],
    [same, "final"],
  ] as const) {
    await addExhibit(openCase(folder), path, { role, receivedFrom: "Li", receivedAt: AT });
  }
  const found = (await facts(folder)).filter(({ key }) => key.startsWith("edit."));
  expect(found.map(({ key, value, grade, exhibit }) => [key, value, grade, exhibit])).toEqual([
    ["edit.any_human_change", false, "M", "E3"],
    ["edit.human_share_area", 0, "M", "E3"],
    ["edit.human_share_perceptual", 0, "M", "E3"],
    ["edit.human_share_structure", 0, "M", "E3"],
  ]);
});
