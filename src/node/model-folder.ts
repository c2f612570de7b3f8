/** A folder of model files, in which the models that recipes name are looked for. */

import { createHash } from "node:crypto";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { SeedproofError } from "../base/errors.ts";
import type { Finding } from "../base/findings.ts";
import type { Text } from "../base/texts.ts";
import { type FoundModel, findModel, isModelName, type ModelFile } from "../model/find.ts";
import { type ModelHash, modelHashes } from "../model/hash.ts";
import type { Recipe } from "../recipe/recipe.ts";
import { openFile } from "./files.ts";

/** What of a recipe's models and adapters a folder holds. */
export interface ModelsFound {
  readonly models: readonly FoundModel[];
  readonly adapters: readonly FoundModel[];
  readonly findings: readonly Finding[];
}

/** An opened folder; hashes that were computed once are kept. */
export interface ModelFolder {
  find(recipe: Recipe): ModelsFound;
}

/** More model files than anybody keeps in one place; a forged link must not lead through a whole disk. CWE-770. */
const MAX_FILES = 50_000;

/**
 * Lists the model files of a folder and its subfolders. They are read when a recipe is looked for.
 * @throws SeedproofError `file.not-found` when there is no such folder
 */
export function openModelFolder(folder: string): ModelFolder {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new SeedproofError("file.not-found", `there is no folder ${folder}`, { where: { file: folder } });
  }
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(isModelName).sort();
  const files = names.slice(0, MAX_FILES).map((name) => modelFile(folder, name));
  return {
    find(recipe) {
      const models = recipe.models.map((model) => findModel(model, files));
      const adapters = recipe.adapters.map((adapter) => findModel(adapter, files));
      return { models, adapters, findings: [...models, ...adapters].map(findingOf) };
    },
  };
}

function modelFile(folder: string, file: string): ModelFile {
  const known = new Map<ModelHash["kind"], ModelHash | undefined>();
  return {
    file,
    hashes(kinds) {
      const missing = kinds.filter((kind) => !known.has(kind));
      if (missing.length > 0) {
        const computed = hashesOf(join(folder, file), missing);
        for (const kind of missing)
          known.set(
            kind,
            computed.find((hash) => hash.kind === kind),
          );
      }
      return kinds.flatMap((kind) => known.get(kind) ?? []);
    },
  };
}

function hashesOf(path: string, kinds: readonly ModelHash["kind"][]): ModelHash[] {
  const source = openFile(path);
  try {
    return modelHashes(source, kinds, () => createHash("sha256"));
  } finally {
    source.close();
  }
}

function findingOf({ name, by, file }: FoundModel): Finding {
  const { level, text } = TEXTS[by];
  const put = (template: string): string => template.replace("{name}", () => name).replace("{file}", () => file ?? "");
  return { code: `recipe.model-${by}`, level, text: { en: put(text.en), zh: put(text.zh) } };
}

const TEXTS: Readonly<Record<FoundModel["by"], { readonly level: Finding["level"]; readonly text: Text }>> = {
  hash: {
    level: "holds",
    text: { en: "model at hand, by its hash: {name} ({file})", zh: "已有该模型（哈希一致）：{name}（{file}）" },
  },
  name: {
    level: "informs",
    text: {
      en: "a file of this model's name is at hand; the recipe gives no hash to tell whether it is the one: {name} ({file})",
      zh: "有同名模型文件；配方未载哈希，无法确认是否为同一模型：{name}（{file}）",
    },
  },
  other: {
    level: "informs",
    text: {
      en: "the file of this model's name is another one, by its hash: {name} ({file})",
      zh: "同名文件的哈希不同，并非该模型：{name}（{file}）",
    },
  },
  none: { level: "informs", text: { en: "model not at hand: {name}", zh: "没有该模型：{name}" } },
};
