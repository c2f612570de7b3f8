/** What an image of a server states of itself, held against what the server was asked for. */

import type { Finding } from "../base/findings.ts";
import { atPointer } from "../base/json.ts";
import { bytesSource } from "../image/source.ts";
import { walk } from "../image/walk.ts";
import { readContainer } from "../recipe/reading.ts";
import type { Recipe } from "../recipe/recipe.ts";
import { commonKinds, sameName, shareHash } from "./offers.ts";

/** The recipe in an image file; `undefined` where it states none or cannot be read. */
export function statedRecipe(file: Uint8Array): Recipe | undefined {
  try {
    return readContainer(walk(bytesSource(file))).recipe;
  } catch {
    return undefined;
  }
}

/** Values that both sides write in one way. Prompts are held against each other where they are of one dialect. */
const FIELDS = [
  "/seed",
  "/size/width",
  "/size/height",
  "/clipSkip",
  "/passes/0/steps",
  "/passes/0/cfg",
  "/passes/0/sampler/id",
  "/passes/0/scheduler/id",
  "/passes/0/denoise",
  "/variation/seed",
  "/variation/strength",
  "/rng/ensd",
  "/rng/source",
] as const;

/** Numbers are written with few digits: 0.35000000000000003 and 0.35 are one statement. */
const CLOSE = 1e-4;

/**
 * One finding for each value that the image states otherwise than it was asked for; one that all is as asked where none
 * is; one that nothing is stated where the image has no recipe.
 */
export function statementFindings(asked: Recipe, stated: Recipe | undefined): Finding[] {
  if (!stated) return [NOTHING];
  const differing: string[] = [
    ...FIELDS.filter((path) => differs(asked, stated, path)),
    ...modelDiffers(asked, stated),
  ];
  if (asked.dialect === stated.dialect) {
    for (const path of ["/prompt/positive", "/prompt/negative"] as const) {
      if ((atPointer(asked, path) ?? "") !== (atPointer(stated, path) ?? "")) differing.push(path);
    }
  }
  if (differing.length === 0) return [AS_ASKED];
  return differing.map((path) => otherwise(path, shown(asked, path), shown(stated, path)));
}

/** What one side leaves out is not said otherwise. */
function differs(asked: Recipe, stated: Recipe, path: string): boolean {
  const [a, b] = [atPointer(asked, path), atPointer(stated, path)];
  if (a === undefined || b === undefined) return false;
  if (typeof a === "number" && typeof b === "number") return Math.abs(a - b) > CLOSE;
  // "Automatic" is whatever the server takes for it.
  return String(a) !== String(b) && a !== "automatic" && b !== "automatic";
}

function modelDiffers(asked: Recipe, stated: Recipe): string[] {
  const [a, b] = [asked, stated].map(({ models }) => models.find(({ role }) => role === "checkpoint"));
  if (!a || !b) return [];
  const same = commonKinds(a.hashes, b.hashes) ? shareHash(a.hashes, b.hashes) : sameName(a.name, b.name);
  return same ? [] : ["/models"];
}

function shown(recipe: Recipe, path: string): string {
  const value = path === "/models" ? recipe.models.find(({ role }) => role === "checkpoint") : atPointer(recipe, path);
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

function otherwise(pointer: string, asked: string, stated: string): Finding {
  return {
    code: "remote.stated-otherwise",
    level: "fails",
    text: {
      en: `the server was asked for ${pointer} ${asked} and its image states ${stated}`,
      zh: `向服务器请求的 ${pointer} 为 ${asked}，而其图像声明为 ${stated}`,
    },
    where: { pointer },
  };
}

const AS_ASKED: Finding = {
  code: "remote.stated-as-asked",
  level: "holds",
  text: {
    en: "what the image states of itself is what the server was asked for",
    zh: "图像自身的声明与向服务器的请求一致",
  },
};

const NOTHING: Finding = {
  code: "remote.states-nothing",
  level: "informs",
  text: {
    en: "the server's image states no recipe; that it drew what it was asked for rests on its word",
    zh: "服务器的图像未声明配方；是否按请求绘制仅凭服务器自述",
  },
};
