/** The folders of a graph's images: uploads, outputs and previews, and no way out of them. */

import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join, normalize, relative, sep } from "node:path";
import { SeedproofError } from "../../base/errors.ts";
import type { PutFile } from "./execute.ts";

/** Kinds of folder, by ComfyUI's names. */
export type ImageFolder = "input" | "output" | "temp";

/** Names of one folder that are listed. CWE-770. */
const MAX_LISTED = 10_000;

/** Where the images of this workspace's graphs lie. */
export function imageFolder(home: string, kind: ImageFolder): string {
  return join(home, "faces", kind);
}

/**
 * The path of an image in a folder.
 * @throws SeedproofError `face.outside` for a name that leads out of it
 */
export function imagePath(home: string, kind: ImageFolder, subfolder: string, filename: string): string {
  const folder = imageFolder(home, kind);
  const path = normalize(join(folder, subfolder, filename));
  const inside = relative(folder, path);
  const isOut =
    inside === "" ||
    inside.startsWith("..") ||
    inside.split(sep).some((part) => part === "..") ||
    inside.includes("\0");
  if (isOut || /^[a-z]:/i.test(inside))
    throw new SeedproofError("face.outside", `${subfolder}/${filename} is not in the folder`);
  return path;
}

/** `name`, `sub/name`, or `name [output]`: as LoadImage takes it. @throws SeedproofError `face.outside`, `file.not-found` */
export function annotatedImage(home: string, name: string): string {
  const [, plain = name, kind = "input"] = /^(.*?)(?: \[(input|output|temp)\])?$/.exec(name) ?? [];
  const path = imagePath(home, kind as ImageFolder, "", plain);
  if (existsSync(path) && statSync(path).isFile()) return path;
  throw new SeedproofError("file.not-found", `there is no image ${name}`, { where: { file: name } });
}

/** Whether it is there. */
export function hasImage(home: string, name: string): boolean {
  try {
    return annotatedImage(home, name) !== "";
  } catch {
    return false;
  }
}

/** Bytes of an image. @throws SeedproofError as {@link annotatedImage} */
export function readAnnotated(home: string, name: string): Uint8Array {
  return readFileSync(annotatedImage(home, name));
}

/** Names of the uploaded images, subfolders with a slash. */
export function uploadedImages(home: string): string[] {
  const folder = imageFolder(home, "input");
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return names
    .map(({ parentPath, name }) => relative(folder, join(parentPath, name)).split(sep).join("/"))
    .sort()
    .slice(0, MAX_LISTED);
}

/** The next free name of a prefix: `sub/prefix_00001_.png`. @throws SeedproofError `face.outside` */
export function nextOutput(home: string, kind: "output" | "temp", prefix: string): { path: string; file: PutFile } {
  const wanted = prefix.trim() === "" ? "ComfyUI" : prefix.replaceAll("\\", "/");
  const [subfolder, stem] = wanted.includes("/") ? [dirname(wanted), basename(wanted)] : ["", wanted];
  const folder = dirname(imagePath(home, kind, subfolder, `${stem}_`));
  mkdirSync(folder, { recursive: true });
  const start = `${stem}_`;
  const numbers = readdirSync(folder)
    .filter((name) => name.startsWith(start))
    .map((name) => Number.parseInt(name.slice(start.length), 10))
    .filter(Number.isInteger);
  const number = Math.max(0, ...numbers) + 1;
  const filename = `${stem}_${String(number).padStart(5, "0")}_.png`;
  return {
    path: join(folder, filename),
    file: { filename, subfolder: subfolder === "." ? "" : subfolder, type: kind },
  };
}
