/** A reading as lines for a terminal. */

import type { Lang, Text } from "../base/texts.ts";
import type { FileReading } from "../node/read-image.ts";
import { MISSING_TEXTS } from "../recipe/missing-texts.ts";
import type { Adapter, ModelRef, Pass, Recipe } from "../recipe/recipe.ts";
import { findingLine, styled } from "./output.ts";
import { TEXTS } from "./texts.ts";

const LABEL_WIDTH = 12;
const INDENT = `\n${" ".repeat(LABEL_WIDTH + 1)}`;

/** One line: the file, the tool, the first words of the prompt. */
export function briefLine(reading: FileReading, lang: Lang): string {
  const what = reading.recipe?.prompt.positive ?? (reading.status === "recipe" ? "" : TEXTS[reading.status][lang]);
  const seed = reading.recipe?.seed ? ` ${TEXTS.seed[lang]} ${reading.recipe.seed}` : "";
  return `${reading.file}  ${styled("bold", reading.tool)}${seed}  ${oneLine(what, 72)}`;
}

/** All that a person wants to know of a file, in the order in which they ask. */
export function readingLines(reading: FileReading, lang: Lang): string[] {
  const row = (label: Text | string, value: string): string =>
    `${styled("dim", pad(typeof label === "string" ? label : label[lang]))} ${value.replaceAll("\n", INDENT)}`;
  return [
    styled("bold", reading.file),
    row(TEXTS.source, sourceOf(reading, lang)),
    ...(reading.recipe ? recipeRows(reading.recipe, lang).map(([label, value]) => row(label, value)) : []),
    ...reading.attestations.map((mark) =>
      row(TEXTS.attestations, `${mark.kind}: ${mark.status} (${mark.covers.join(" + ")})`),
    ),
    ...reading.repairs.map(({ text }) => row(TEXTS.repairs, text[lang])),
    ...blockRows(reading).map((value, i) => row(i === 0 ? TEXTS.blocks : "", value)),
    ...reading.findings.map((finding, i) => row(i === 0 ? TEXTS.findings : "", findingLine(finding, lang))),
    ...(reading.recipe ? [row(TEXTS.missing, missing(reading, lang))] : []),
    ...provesRows(reading, lang).map(([label, value]) => row(label, value)),
  ];
}

function sourceOf({ tool, recipe, container, pixels, status }: FileReading, lang: Lang): string {
  const size = pixels ? ` ${pixels.width}×${pixels.height}` : "";
  const version = recipe?.toolVersion ? ` ${recipe.toolVersion}` : "";
  const said = status === "recipe" ? "" : `  ${TEXTS[status][lang]}`;
  return `${tool}${version}  ${styled("dim", `(${container}${size})`)}${said}`;
}

function recipeRows(recipe: Recipe, lang: Lang): [Text | string, string][] {
  const { prompt, passes, size } = recipe;
  const rows: [Text | string, string | undefined][] = [
    [TEXTS.prompt, prompt.positive],
    [TEXTS.template, prompt.positive === undefined ? prompt.template : undefined],
    [TEXTS.negative, prompt.negative],
    [TEXTS.seed, recipe.seed],
    [TEXTS.size, size && `${size.width}×${size.height}`],
    ...passes.map((pass, i): [Text, string] => [TEXTS.sampler, passText(pass, i, passes.length, lang)]),
    ...recipe.models.map((model): [Text, string] => [TEXTS.model, modelText(model)]),
    ...recipe.adapters.map((adapter): [Text, string] => [TEXTS.adapter, adapterText(adapter)]),
    [TEXTS.clipSkip, recipe.clipSkip?.toString()],
  ];
  return rows.filter((row): row is [Text | string, string] => row[1] !== undefined && row[1] !== "");
}

function passText(pass: Pass, index: number, count: number, lang: Lang): string {
  const parts = [
    count > 1 ? `${index + 1}/${count}${pass.role ? ` ${pass.role}` : ""}` : undefined,
    pass.sampler?.raw,
    pass.scheduler && !pass.sampler?.raw.includes(pass.scheduler.raw) ? pass.scheduler.raw : undefined,
    pass.steps === undefined ? undefined : `${TEXTS.steps[lang]} ${pass.steps}`,
    pass.cfg === undefined ? undefined : `${TEXTS.cfg[lang]} ${pass.cfg}`,
    pass.guidance === undefined ? undefined : `${TEXTS.guidance[lang]} ${pass.guidance}`,
    pass.denoise === undefined ? undefined : `${TEXTS.denoise[lang]} ${pass.denoise}`,
    count > 1 && pass.seed ? `${TEXTS.seed[lang]} ${pass.seed}` : undefined,
  ];
  return parts.filter((part) => part !== undefined).join("  ");
}

function modelText({ role, name, hashes }: ModelRef): string {
  return [
    role === "checkpoint" ? name : `${role}: ${name}`,
    ...hashes.map(({ kind, value }) => `${kind} ${value}`),
  ].join("  ");
}

function adapterText({ type, name, weight, hashes }: Adapter): string {
  const strength = weight === undefined ? "" : ` @${weight}`;
  return [`${type} ${name}${strength}`, ...hashes.map(({ kind, value }) => `${kind} ${value}`)].join("  ");
}

function blockRows({ blocks }: FileReading): string[] {
  return blocks.map(({ where, key, offset, length, encoding }) =>
    [offset === null ? "pixels" : `@${offset}`, where, key, `${length} B`, encoding ?? "binary"].join("  "),
  );
}

function missing({ reproducibility }: FileReading, lang: Lang): string {
  return reproducibility.missing.map((code) => MISSING_TEXTS[code]?.[lang] ?? code).join(lang === "zh" ? "、" : ", ");
}

function provesRows({ proves }: FileReading, lang: Lang): [Text | string, string][] {
  const list = (head: Text, items: readonly Text[]): [Text | string, string][] => [
    ["", `${styled("bold", head[lang])}${lang === "zh" ? "：" : ":"}`],
    ...items.map((item): [string, string] => ["", `· ${item[lang]}`]),
  ];
  return [...list(TEXTS.can, proves.can), ...list(TEXTS.cannot, proves.cannot)];
}

/** Chinese characters are two columns wide. */
function pad(label: string): string {
  const width = [...label].reduce((sum, c) => sum + (c > "\u2e80" ? 2 : 1), 0);
  return label + " ".repeat(Math.max(0, LABEL_WIDTH - width));
}

function oneLine(text: string, most: number): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > most ? `${line.slice(0, most - 1)}…` : line;
}
