/** Where an image of the library can be taken. */

import type { Recipe } from "../../recipe/recipe.ts";
import { t } from "../language.ts";
import { openBytes } from "../read/state.ts";
import { choose } from "../record/state.ts";
import { takeToReproduce } from "../reproduce/state.ts";
import { go } from "../route.ts";
import { imageUrl, initImage, takeRecipe, upload, way } from "../studio/state.ts";
import { complain, say } from "../toast.ts";
import { current, detail, look, pick, picked, wish } from "./state.ts";
import { LIBRARY } from "./texts.ts";

/** An image as far as it is taken somewhere. */
interface Taken {
  readonly sha256: string;
  readonly name: string;
}

/** The bytes of an image; what is not there any more is said. */
async function bytesOf({ sha256 }: Taken): Promise<Blob | undefined> {
  try {
    const answer = await fetch(imageUrl(sha256));
    if (answer.ok) return await answer.blob();
  } catch {
    // Said below.
  }
  say(t(LIBRARY.fetchFailed));
  return undefined;
}

/** Opens it on Read. */
export async function toRead(image: Taken): Promise<void> {
  const blob = await bytesOf(image);
  if (!blob) return;
  go("read");
  await openBytes(image.name, new Uint8Array(await blob.arrayBuffer()), blob.type);
}

/** Makes it again. */
export async function toReproduce(image: Taken): Promise<void> {
  const blob = await bytesOf(image);
  if (blob) await takeToReproduce(image.name, blob);
}

/** Takes its recipe into the Studio's form. */
export function toStudio(recipe: string, seed: boolean): void {
  takeRecipe(JSON.parse(recipe) as Recipe, seed);
  go("studio");
}

/** Starts from it in the Studio. */
export async function toStart(image: Taken & { readonly width: number; readonly height: number }): Promise<void> {
  const blob = await bytesOf(image);
  if (!blob) return;
  try {
    initImage.value = { sha256: await upload(blob), width: image.width, height: image.height };
    way.value = "img2img";
    go("studio");
  } catch (error) {
    complain(error);
  }
}

/** Shows the session that recorded it. */
export function toRecord(session: string): void {
  choose(session);
  go("record");
}

/** Compares two images, named by their hashes: what is compared is kept in the workspace, whatever becomes of its folder. */
export function toCompare(a: string, b: string): void {
  go("compare", { a, b });
}

/** `C`: compares what is picked, or what is picked with what is looked at; picks the first where nothing is. */
export function compareNext(): void {
  const chosen = [...picked.value];
  const at = current.value?.sha256;
  if (chosen.length === 2) toCompare(chosen[0]!, chosen[1]!);
  else if (chosen.length === 1 && at !== undefined && at !== chosen[0]) toCompare(chosen[0]!, at);
  else if (chosen.length === 0 && at !== undefined) {
    pick(at);
    say(t(LIBRARY.pickOther));
  } else say(t(LIBRARY.compareNeedsTwo));
}

/** `D`: images that are there more than once; all again where they are shown already. */
export function toggleDuplicates(): void {
  look({ ...wish.value, view: wish.value.view === "duplicates" ? "images" : "duplicates" });
}

/** `F`: the family of what is looked at, alone; all again where it is alone already. */
export function toggleFamily(): void {
  const { family: now, ...rest } = wish.value;
  const family = current.value?.family ?? detail.value?.family;
  if (now !== undefined) look(rest);
  else if (family) look({ ...rest, family, view: "images" });
}
