import { readdirSync, readFileSync } from "node:fs";
import { expect, test, vi } from "vitest";

vi.stubGlobal("document", { documentElement: {} });
vi.stubGlobal("navigator", { language: "en" });
const { FAULTS, faultText } = await import("../../src/web/faults.ts");

/** Every place in these folders that throws an error with this kind of code: the code, and the message where it is written there. */
function thrown(folders: readonly string[], kinds: string): { code: string; message: string | undefined }[] {
  const files = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .map((file) => `${folder}/${file}`),
  );
  const throws = new RegExp(
    `Error\\(\\s*"((?:${kinds})\\.[a-z0-9-]+)",\\s*(?:\`((?:[^\`\\\\]|\\\\.)*)\`|"((?:[^"\\\\]|\\\\.)*)")?`,
    "g",
  );
  return files.flatMap((file) =>
    [...readFileSync(file, "utf8").matchAll(throws)].map(([, code, template, literal]) => ({
      code: code!,
      message: template ?? literal,
    })),
  );
}

const ENGINES = [...new Set(thrown(["src"], "engine|remote").map(({ code }) => code))].sort();

test("every code of the engine and of connected engines has a text in both languages", () => {
  expect(ENGINES.length).toBeGreaterThan(50);
  expect(ENGINES.filter((code) => !(code in FAULTS))).toEqual([]);
  // Codes that are chosen at the throw stand there as plain texts.
  for (const code of ["remote.missing", "remote.refused", "engine.failed"]) expect(FAULTS).toHaveProperty([code]);
  for (const [code, texts] of Object.entries(FAULTS)) {
    for (const { en, zh } of texts) {
      expect(en, code).not.toBe("");
      expect(zh, code).toMatch(/[一-鿿]/);
    }
  }
});

/** Codes of these kinds that only commands and makers of rules or calibrations meet. */
const OF_COMMANDS = /^(compare\.(calibration|labels|pairs)-|doctrine\.rule-(malformed|too-long)|dossier\.font-)/;

const EVIDENCE = thrown(["src"], "compare|doctrine|dossier").filter(({ code }) => !OF_COMMANDS.test(code));

test("every code that Compare and Dossier meet has a text in both languages, and so has a task that fails", () => {
  expect(EVIDENCE.length).toBeGreaterThan(40);
  expect(EVIDENCE.map(({ code }) => code).filter((code) => !(code in FAULTS))).toEqual([]);
  for (const code of ["compare.failed", "comparison.failed", "dossier.failed", "examination.failed"])
    expect(FAULTS).toHaveProperty([code]);
});

test("no screen shows an error's message as it stands, in whatever language that is", () => {
  const files = readdirSync("src/web", { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".tsx"));
  expect(files.length).toBeGreaterThan(60);
  const bare = files.filter((file) => /rror\??\.message\b/.test(readFileSync(`src/web/${file}`, "utf8")));
  expect(bare).toEqual([]);
});

test("a text keeps the values of its message: both languages name the same, and none is invented", () => {
  const names = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!).sort();
  for (const [code, texts] of Object.entries(FAULTS))
    for (const { en, zh } of texts) expect(names(zh), code).toEqual(names(en));
});

test("a message that carries its values is said in Chinese with the same values", () => {
  const engines = thrown(["src/engine", "src/remote"], "engine|remote");
  const messages = [...engines, ...EVIDENCE].filter(({ message }) => message !== undefined);
  expect(messages.length).toBeGreaterThan(80);
  const unsaid: string[] = [];
  for (const { code, message } of messages) {
    let n = 0;
    const values: string[] = [];
    // The advice of one message is there in the fast mode alone, and is a text of its own.
    const filled = message!.replace(/\$\{advice\}/, "").replace(/\$\{(?:[^{}]|\{[^{}]*\})*\}/g, () => {
      values.push(`v${++n}x`);
      return values.at(-1)!;
    });
    const { en, zh } = faultText({ code, message: filled });
    expect(en).toBe(filled);
    expect(zh).toMatch(/[一-鿿]/);
    if (values.some((value) => !zh.includes(value))) unsaid.push(filled);
    // What fits no text has the whole message behind the general one.
    if (zh.includes(`（${filled}）`)) unsaid.push(filled);
  }
  // Faults of a model's inner shapes, which only its makers can act on.
  expect(
    unsaid.filter((message) => !/batch of|numbers do not fill|token ids|equal shape|training noise/.test(message)),
  ).toEqual([]);
});

test("values with signs of patterns, a code without a text and an empty message are said as they are", () => {
  const odd = "http://[::1]:7860/(a+)+$ does not answer: connect ECONNREFUSED {url} $& \\1";
  expect(faultText({ code: "remote.unreachable", message: odd }).zh).toBe(
    "http://[::1]:7860/(a+)+$ 无应答：connect ECONNREFUSED {url} $& \\1",
  );
  expect(faultText({ code: "no.such", message: "as it is" })).toEqual({ en: "as it is", zh: "as it is" });
  expect(faultText({ code: "engine.memory", message: "" }).zh).toBe("内存不足以载入此模型");
  expect(faultText({ message: "no code" }).zh).toBe("no code");
});
