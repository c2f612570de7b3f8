import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sha256Hex } from "../../src/base/hash.ts";
import type { Case } from "../../src/doctrine/case.ts";
import { type Section, textsOf } from "../../src/dossier/document/model.ts";
import { AVOIDED, NOTICES } from "../../src/dossier/document/notices.ts";
import { coverageOf, printable } from "../../src/dossier/render/glyphs.ts";
import { addExhibit, createCase, openCase, writeCase, writeMeasured } from "../../src/node/case-folder.ts";
import { measureCase } from "../../src/node/case-measure.ts";
import { dossierHtml, dossierPdf, type PreparedDossier, prepareDossier } from "../../src/node/dossier-build.ts";
import { createLedger } from "../../src/node/ledger-home.ts";
import { recordEvent } from "../../src/node/recorder.ts";
import { dossierFonts } from "../../src/node/typst.ts";
import type { Dimension } from "../../src/process/event.ts";
import { fabricateHistories } from "../../src/process/fabricate.ts";
import { foldRecipe } from "../../src/recipe/fold.ts";
import { samplePath } from "../helpers/samples.ts";

const AT = "2026-11-29T00:00:00Z";
const HOSTILE = '<script>alert(1)</script> #panic("x") *a* _b_ $x$ \u202Egnp.exe 😀 猫';
const SOFTWARE = { name: "seedproof", version: "test" };
const BOTH = { languages: ["zh", "en"] as const, tool: "seedproof test" };

let root = "";
let folder = "";
let prepared: PreparedDossier;

/** A case with every kind of exhibit: a picture, a live record, a made-up history, an experiment, a third party's record. */
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "seedproof-dossier-"));
  folder = join(root, "case");
  const theCase: Case = {
    ...{ schema: "seedproof-case/1", ref: "S-1", title: { en: `A cat ${HOSTILE}`, zh: "一只猫" }, date: AT },
    parties: [{ id: "party-1", role: "claimant", name: HOSTILE }],
    questions: [{ id: "Q1", text: "What does the record show?" }],
    ...{ exhibits: [], custody: [], declarations: [{ by: HOSTILE, at: AT, text: HOSTILE }], facts: [] },
  };
  createCase(folder, theCase);
  const about = { receivedFrom: HOSTILE, receivedAt: AT } as const;
  const add = (path: string, role: Case["exhibits"][number]["role"]) =>
    addExhibit(openCase(folder), path, { role, ...about });
  await add(samplePath("imh__fixtures_cli_a1111.png"), "image");
  await add(samplePath("imh__fixtures_cli_a1111.png"), "copy");
  await add(await ledgerWithSession(join(root, "home")), "ledger");
  const recipe = {
    ...foldRecipe([]),
    prompt: { positive: "a, b, c", negative: "d" },
    seed: "1",
    passes: [{ steps: 20 }],
  };
  await add(file("history.json", { histories: fabricateHistories(recipe, AT, () => 0.5) }), "simulation");
  const hash = (digit: string): string => digit.repeat(64);
  const runs = [
    { role: "first", change: {}, pixelsSha256: hash("a") },
    { role: "detour", change: { seed: "2", cfg: 4.5, clock: "61 days back", pid: 17 }, pixelsSha256: hash("b") },
    { role: "return", change: {}, pixelsSha256: hash("a") },
  ];
  await add(file("path.json", { protocol: "path", tool: "seedproof test", runs }), "certificate");
  await add(file("notary.json", {}), "third-party");
  const open = openCase(folder);
  const said = [
    { key: "author.natural_or_legal_person", value: true, grade: "C", by: "Li" },
    { key: "platform.account_link", value: true, grade: "T", by: "Notary", exhibit: "E6" },
    { key: "edit.human_share_area", value: 0.52, range: [0.47, 0.57], grade: "C", by: "Li" },
    { key: "compare.elements_taken", value: ["field", HOSTILE], grade: "C", by: "Li" },
  ] as Case["facts"];
  writeCase(folder, { ...open.theCase, facts: said });
  writeMeasured(folder, await measureCase(openCase(folder), AT, "seedproof test"));
  prepared = await prepareDossier(openCase(folder), BOTH);
}, 120_000);
afterAll(() => rmSync(root, { recursive: true }));

function file(name: string, value: unknown): string {
  writeFileSync(join(root, name), JSON.stringify(value));
  return join(root, name);
}

/** A workspace whose ledger holds an intention, a request, its image, a choice and a revision that was explained. */
async function ledgerWithSession(home: string): Promise<string> {
  createLedger(home, SOFTWARE).close();
  const person = { capture: "noted", agent: { kind: "person", name: "li" } } as const;
  const generator = { capture: "proxied", agent: { kind: "software", name: "A1111" } } as const;
  const bytes = new Uint8Array(readFileSync(samplePath("imh__fixtures_cli_a1111.png")));
  const recipe = { ...foldRecipe([]), prompt: { positive: `cat, ${HOSTILE}` }, seed: "7", passes: [{ steps: 20 }] };
  await recordEvent(home, SOFTWARE, "s", "intent.noted", { text: "春风 a cat in spring" }, person);
  const { id } = await recordEvent(home, SOFTWARE, "s", "generation.requested", { engine: "a1111", recipe }, generator);
  const images = { request: id };
  await recordEvent(
    home,
    SOFTWARE,
    "s",
    "generation.completed",
    (store) => ({ ...images, images: [store.putBlob(bytes, "image", "image/png")] }),
    generator,
  );
  await recordEvent(
    home,
    SOFTWARE,
    "s",
    "image.kept",
    (store) => ({ image: store.putBlob(bytes, "image", "image/png"), why: "softer" }),
    person,
  );
  await recordEvent(home, SOFTWARE, "s", "dimension.said", { dimension: "colour", text: "warmer" }, person);
  const turned = new Uint8Array(await sharp(bytes).negate({ alpha: false }).png().toBuffer());
  const say = (dimension: Dimension, text: string, after: Uint8Array) =>
    recordEvent(
      home,
      SOFTWARE,
      "s",
      "dimension.said",
      (store) => ({
        ...{ dimension, text },
        before: store.putBlob(bytes, "image", "image/png"),
        after: store.putBlob(after, "image", "image/png"),
      }),
      person,
    );
  await say("colour", "all colours turned round", turned);
  await say("colour", "colours left alone", bytes);
  await say("perspective", "from below", turned);
  return home;
}

const flat = (sections: readonly Section[]): Section[] => sections.flatMap((one) => [one, ...flat(one.sections)]);

describe("the document", () => {
  test("has all sections of the outline, each with a title in both languages", () => {
    const top = prepared.dossier.sections.map(({ number }) => number);
    expect(top).toEqual([..."0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15".split(" "), "A"]);
    for (const { number, title } of flat(prepared.dossier.sections)) {
      expect([number, title.en.length > 1, /[\u4e00-\u9fff]|^\d/.test(title.zh)]).toEqual([number, true, true]);
    }
    const numbers = flat(prepared.dossier.sections).map(({ number }) => number);
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(numbers).toEqual(expect.arrayContaining(["7.1", "7.9", "8.8", "11.1", "13.3", "14.3"]));
  });

  test("holds every required notice in both languages", () => {
    for (const lang of ["en", "zh"] as const) {
      const text = textsOf(prepared.dossier.sections, lang).join("\n");
      for (const notice of NOTICES) expect(text).toContain(notice[lang].split("{ai}")[0]!);
      expect(text).toContain(
        lang === "en" ? "no substitute for the original generation record" : "不能替代原始生成记录",
      );
    }
  });

  test.each(["en", "zh"] as const)("uses no word that is to be avoided, %s", (lang) => {
    const text = textsOf(prepared.dossier.sections, lang).join("\n").replaceAll(HOSTILE, "");
    expect(text.length).toBeGreaterThan(10_000);
    expect(AVOIDED[lang].filter((word) => word.test(text))).toEqual([]);
  });

  test("says image, not work, before the elements table, outside the notices", () => {
    const before = prepared.dossier.sections.filter(({ number }) => /^[1-9]$/.test(number));
    expect(textsOf(before, "zh").filter((text) => text.includes("作品"))).toEqual([]);
    // A "work" that is made or recorded is the doing; the noun for a protected thing is what is meant here.
    expect(textsOf(before, "en").filter((text) => /\b(?:a|the|this|new|protected) work\b/i.test(text))).toEqual([]);
  });

  test("names experiments, settings and what a file does not state in words, not as programs do", () => {
    const shown = flat(prepared.dossier.sections).filter(({ number }) => /^(?:7\.[13]|8\.[239])$/.test(number));
    const lines = (lang: "en" | "zh") => textsOf(shown, lang);
    expect(lines("en")).toEqual(
      expect.arrayContaining(["Experiment E5: detours over other settings, then back", "guidance", "61 days back"]),
    );
    expect(lines("zh")).toEqual(
      expect.arrayContaining(["实验 E5：绕行其他参数，然后返回", "引导系数", "倒拨 61 天", "种子"]),
    );
    const codes = /^(?:pid|cfg|TZ|LANG|path|restart)\b|passes\/|-(?:file|hash|version)\b/;
    for (const lang of ["en", "zh"] as const) expect(lines(lang).filter((line) => codes.test(line))).toEqual([]);
  });

  test("shows both columns wherever it shows an outcome", () => {
    for (const { number, blocks } of flat(prepared.dossier.sections)) {
      for (const block of blocks.flatMap((one) => (one.kind === "columns" ? one.columns.flat() : [one]))) {
        if (block.kind !== "table") continue;
        for (const row of block.rows) {
          const values = row.filter((cell) => "value" in cell).length;
          expect([number, values]).toEqual([number, values === 0 ? 0 : 2]);
        }
      }
    }
  });

  test("prints the error rates of the calibrations, and says where there is none", () => {
    const methods = textsOf(
      prepared.dossier.sections.filter(({ number }) => number === "6"),
      "en",
    ).join("\n");
    expect(methods).toMatch(/files read otherwise: 0 of \d\d; 95 % interval 0\.00 % – \d/);
    expect(methods).toContain("hashes are compared, there is no threshold");
  });

  test("names a measurement that the case's own file tells otherwise", async () => {
    const open = openCase(folder);
    const facts = open.measured!.facts.map((fact) =>
      fact.key === "image.generator" ? { ...fact, value: "midjourney" } : fact,
    );
    const forged = { ...open, measured: { ...open.measured!, facts } };
    const { findings, input } = await prepareDossier(forged, BOTH);
    expect(findings).toMatchObject([{ code: "dossier.measured-differs", level: "fails" }]);
    expect(input.facts.find(({ key }) => key === "image.generator")?.value).toBe("a1111");
  });
});

describe("what was said of visual dimensions", () => {
  const section = () => flat(prepared.dossier.sections).find(({ number }) => number === "8.4")!;
  const inlineText = (cell: unknown, lang: "en" | "zh") => textsOf([cell] as never, lang).join(" ");

  test.each(["en", "zh"] as const)("stands beside what is measured between the images named, %s", (lang) => {
    const table = section().blocks.find((block) => block.kind === "table")!;
    const rows = table.rows.map((row) => row.map((cell) => inlineText(cell, lang)));
    const measured = (text: string): string => rows.find((row) => row[1] === text)![3]!;
    const words = {
      en: ["differs", "no difference beyond re-encoding", "cannot tell", "not measured: no two images are named"],
      zh: ["有差异", "未见超出重新编码的差异", "无法判断", "未测量：未指明前后两幅图像"],
    }[lang];
    const said = ["all colours turned round", "colours left alone", "from below", "warmer"];
    for (const [i, text] of said.entries()) expect(measured(text)).toContain(words[i]);
    // Of four of the six dimensions nothing was said.
    expect(rows.filter((row) => row[1] === (lang === "en" ? "nothing said" : "未说明")).length).toBe(4);
    const number = Number(/(\d[\d.]*)–/.exec(measured("all colours turned round"))![1]);
    expect(number).toBeGreaterThan(1.5);
  });

  test("is drawn with a legend, and says what it does not say", () => {
    const figure = section().blocks.find((block) => block.kind === "pictures")!;
    expect(figure.items).toHaveLength(1);
    const text = textsOf([section()], "en").join("\n");
    expect(text).toContain("does not say who changed it");
    expect(text).toContain("dashed line");
  });
});

describe("a record of which a part is withheld", () => {
  const shownBut = (index: number, contents = true) => ({
    ...BOTH,
    disclosure: { entry: (_: unknown, i: number) => i !== index, file: () => contents },
  });
  const textOf = ({ dossier }: PreparedDossier): string =>
    [...textsOf(dossier.sections, "en"), ...textsOf(dossier.sections, "zh")].join("\n");

  test("is shown without it, says which entries are not disclosed, and keeps its facts", async () => {
    const whole = textOf(prepared);
    expect(whole).toContain("春风 a cat in spring");
    const some = await prepareDossier(openCase(folder), shownBut(1));
    const text = textOf(some);
    expect(text).not.toContain("春风 a cat in spring");
    expect(text).toContain("Not disclosed: entries 1.");
    expect(text).toContain("未披露：第 1 条记录");
    expect(some.input.facts).toEqual(prepared.input.facts);
  });

  test("tells nothing of entries without their contents", async () => {
    const text = textOf(await prepareDossier(openCase(folder), shownBut(-1, false)));
    for (const word of ["春风 a cat in spring", "softer", "warmer"]) expect(text).not.toContain(word);
  });
});

describe("the page", () => {
  const html = (): string => dossierHtml(prepared, ["zh", "en"]);

  test("shows hostile names as text, runs no script and loads nothing", () => {
    const page = html();
    expect(page.includes("&#60;script&#62;alert(1)&#60;/script&#62;")).toBe(true);
    expect(
      /<script|onerror|javascript:|src="(?!data:)|href="(?!data:|#)|@import|url\((?!#)/i.exec(page)?.[0],
    ).toBeUndefined();
    expect([page.includes("default-src 'none'"), page.includes("\u202e")]).toEqual([true, false]);
  });

  test("holds each picture once, however often both languages show it, and the same bytes each time", () => {
    const page = html();
    const bytes = [...page.matchAll(/<image [^>]*href="(data:[^"]+)"/g)].map(([, data]) => data!);
    expect(bytes.length).toBeGreaterThan(1);
    expect(new Set(bytes).size).toBe(bytes.length);
    const shown = [...page.matchAll(/<use href="#(picture-[^"]+)"/g)].map(([, id]) => id!);
    expect(shown.length).toBeGreaterThanOrEqual(2 * bytes.length);
    expect(page).not.toMatch(/src="data:image\/(?!svg)/);
    expect(html()).toBe(page);
  });

  test("has both languages with the same numbering, linked to each other", () => {
    const page = html();
    const ids = (lang: string): string[] =>
      [...page.matchAll(new RegExp(`<section id="${lang}-([^"]+)"`, "g"))].map(([, id]) => id!);
    expect(ids("en")).toEqual(ids("zh"));
    expect(ids("en").length).toBeGreaterThan(40);
    const named = new Set([...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id!));
    const targets = [...page.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id!);
    expect(targets.filter((id) => !named.has(id))).toEqual([]);
  });
});

describe("the PDF", () => {
  test("is the same bytes each time, says PDF/A-3b, is tagged and names its attachment", () => {
    const bundle = { name: "bundle.zip", bytes: new TextEncoder().encode("a bundle") };
    const pdf = dossierPdf(prepared, { ...BOTH, bundle });
    expect(sha256Hex(dossierPdf(prepared, { ...BOTH, bundle }))).toBe(sha256Hex(pdf));
    const text = Buffer.from(pdf).toString("latin1");
    const marks = [
      "<pdfaid:part>3</pdfaid:part>",
      "<pdfaid:conformance>B</pdfaid:conformance>",
      "/MarkInfo",
      "bundle.zip",
    ];
    expect(marks.filter((mark) => !text.includes(mark))).toEqual([]);
    expect(pdf.length).toBeLessThan(20_000_000);
  }, 180_000);
});

describe("glyphs", () => {
  const fonts = dossierFonts().map(coverageOf);

  test("every text of the document is drawn by the fonts that come along; what they lack is shown by number", () => {
    for (const lang of ["en", "zh"] as const) {
      const texts = textsOf(prepared.dossier.sections, lang).filter(
        (text) => !text.includes(HOSTILE) && !text.startsWith("<svg"),
      );
      expect(texts.filter((text) => printable(text, fonts) !== text)).toEqual([]);
    }
    expect(printable("a 😀\u202Eb 猫", fonts)).toBe("a [U+1F600][U+202E]b 猫");
  });

  test("a file that is no font is refused by name", () => {
    for (const bytes of [
      new Uint8Array(),
      new Uint8Array(100),
      new TextEncoder().encode("not a font at all, but long enough"),
    ]) {
      expect(() => coverageOf(bytes)).toThrow(expect.objectContaining({ code: "dossier.font-malformed" }));
    }
  });
});
