/** `seedproof models`: the shelf of models, each known by all its hashes. */

import type { Command } from "commander";
import { SeedproofError } from "../base/errors.ts";
import { fill, type Lang, type Text } from "../base/texts.ts";
import { workspace } from "../node/home.ts";
import type { ShelfModel } from "../node/model-shelf.ts";
import { usesOf } from "../node/model-uses.ts";
import { findingLine, type GlobalOptions, langFor, localised, note, print, printJson, styled } from "./output.ts";

interface AddOptions extends GlobalOptions {
  readonly name?: string;
  readonly copy?: boolean;
}

/** Registers the commands. The shelf is loaded only when one of them runs. */
export function registerModels(program: Command): void {
  const models = program
    .command("models")
    .description("the shelf of models: what is here, by all kinds of hashes")
    .action((_: object, command: Command) => list(command.optsWithGlobals()));
  models
    .command("add")
    .description(
      "put a safetensors file, a diffusers folder or another model file on the shelf; it is read through once",
    )
    .argument("<file>")
    .option("--name <name>", "its name on the shelf (default: the file's)")
    .option("--copy", "copy it instead of linking to where it stands")
    .action((file: string, _: object, command: Command) => add(file, command.optsWithGlobals()));
  models
    .command("list")
    .description("all models of the shelf and those that come with the package")
    .action((_: object, command: Command) => list(command.optsWithGlobals()));
  models
    .command("show")
    .description("everything known of a model, by its name or the first digits of any of its hashes")
    .argument("<name>")
    .action((name: string, _: object, command: Command) => show(name, command.optsWithGlobals()));
  models
    .command("remove")
    .description("take a model off the shelf; a linked file stays where it is")
    .argument("<name>")
    .action((name: string, _: object, command: Command) => remove(name, command.optsWithGlobals()));
}

async function add(file: string, options: AddOptions): Promise<void> {
  const { addModel } = await import("../node/model-shelf.ts");
  const { name, copy = false } = options;
  const onProgress = progress();
  const model = addModel(workspace(options.home), file, {
    ...(name && { name }),
    copy,
    onProgress,
    now: () => new Date(),
  });
  if (process.stderr.isTTY) process.stderr.write("\r\u001b[K");
  tell(model, options);
}

async function list(options: GlobalOptions): Promise<void> {
  const { listShelf, staleModels } = await import("../node/model-shelf.ts");
  const home = workspace(options.home);
  const [models, stale, lang] = [listShelf(home), staleModels(home), langFor(options)];
  if (options.json) printJson({ models: localised(models, lang), stale: stale.map(({ name }) => name) });
  else {
    for (const model of models) print(line(model, lang));
    if (models.length === 0) print(TEXTS.empty[lang]);
    for (const { name, path } of stale) note(fill(TEXTS.stale, { name, path })[lang]);
  }
}

async function show(name: string, options: GlobalOptions): Promise<void> {
  const { findOnShelf, listShelf, wholeLook } = await import("../node/model-shelf.ts");
  const home = workspace(options.home);
  const found = findOnShelf(name, listShelf(home));
  const model = found && wholeLook(found);
  if (!model) throw new SeedproofError("model.not-found", `there is no model ${name} on the shelf`);
  const uses = usesOf(home, model.name);
  if (options.json) printJson({ ...(localised(model, langFor(options)) as object), uses });
  else {
    tell(model, options);
    for (const { time, command, images } of uses.slice(-10)) print(`${"".padEnd(14)}${time}  ${command}  ${images}`);
  }
}

async function remove(name: string, options: GlobalOptions): Promise<void> {
  const { removeModel } = await import("../node/model-shelf.ts");
  const { path, by } = removeModel(workspace(options.home), name);
  if (options.json) printJson({ removed: name, path, by });
  else print(path);
}

function tell(model: ShelfModel, options: GlobalOptions): void {
  const lang = langFor(options);
  if (options.json) {
    printJson(localised(model, lang));
    return;
  }
  print(line(model, lang));
  const row = (label: Text, value: string | undefined): void => {
    if (value) print(`${styled("dim", pad(label[lang]))}${value}`);
  };
  const { claims, architecture } = model;
  row(TEXTS.path, `${model.path}  (${TEXTS[model.by][lang]})`);
  row(TEXTS.kind, [...architecture.types, architecture.variant].filter(Boolean).join(" "));
  row(TEXTS.parameters, architecture.parameters.toLocaleString("en"));
  for (const { kind, value } of model.hashes) print(`${pad(kind)}${value}`);
  row(TEXTS.title, claims.title);
  row(TEXTS.author, claims.author);
  row(TEXTS.license, claims.license);
  row(TEXTS.base, [claims.base?.name, claims.base?.hash].filter(Boolean).join("  "));
  const words = claims.triggers.map(({ word, count }) => (count === undefined ? word : `${word} (${count})`));
  row(TEXTS.triggers, words.join(", "));
  for (const finding of model.findings) print(findingLine(finding, lang));
}

function line({ name, architecture, bytes, hashes, runs, by }: ShelfModel, lang: Lang): string {
  const short = hashes.find(({ kind }) => kind === "autov2")?.value ?? "";
  const what = `${architecture.family} ${architecture.kind}`.replace("unknown ", "");
  const states = [runs ? undefined : TEXTS.notRun[lang], by === "shipped" ? TEXTS.shipped[lang] : undefined];
  return [name.padEnd(28), short.padEnd(10), what.padEnd(16), megabytes(bytes), ...states.filter(Boolean)].join("  ");
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`.padStart(9);
}

/** Chinese characters are two columns wide. */
function pad(label: string): string {
  const width = [...label].reduce((sum, c) => sum + (c > "\u2e80" ? 2 : 1), 0);
  return label + " ".repeat(Math.max(1, 14 - width));
}

/** A share on one line of a terminal, at most ten times a second. */
function progress(): (share: number) => void {
  let last = 0;
  return (share) => {
    const now = performance.now();
    if (!process.stderr.isTTY || now - last < 100) return;
    last = now;
    process.stderr.write(`\r${(100 * share).toFixed(0)} %`);
  };
}

const TEXTS = {
  empty: {
    en: "No models here; seedproof models add FILE puts one on the shelf.",
    zh: "此处没有模型；可用 seedproof models add FILE 加入。",
  },
  stale: {
    en: "{name} is gone or was changed after it was added: {path}",
    zh: "{name} 在加入后已被移走或改动：{path}",
  },
  path: { en: "path", zh: "路径" },
  kind: { en: "numbers", zh: "数值类型" },
  parameters: { en: "parameters", zh: "参数量" },
  title: { en: "title", zh: "名称" },
  author: { en: "author", zh: "作者" },
  license: { en: "licence", zh: "许可" },
  base: { en: "trained on", zh: "训练基础" },
  triggers: { en: "trigger words", zh: "触发词" },
  link: { en: "linked", zh: "链接" },
  copy: { en: "copied", zh: "副本" },
  shipped: { en: "comes with Seedproof", zh: "随 Seedproof 附带" },
  notRun: { en: "not drawn with", zh: "不用于绘制" },
} as const satisfies Record<string, Text>;
