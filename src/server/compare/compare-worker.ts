/** The thread that compares: seconds of work that no answer of the server waits for. */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { utf8 } from "../../base/bytes.ts";
import { sha256Hex } from "../../base/hash.ts";
import { toolName } from "../../base/tool.ts";
import type { MarkQuestion } from "../../compare/pair/comparison.ts";
import { figureOf } from "../../compare/pair/figure.ts";
import { comparisonPage } from "../../compare/pair/page.ts";
import { type ComparisonView, comparisonView } from "../../compare/pair/view.ts";
import { sniff } from "../../image/walk.ts";
import { compareBytes } from "../../node/compare-files.ts";
import { figurePng, pagePictures, pageTemplate, shownPng } from "../../node/compare-page.ts";
import { makeFolder, nodeFileSystem } from "../../node/durable-fs.ts";
import { markInPosts, readMark } from "../../node/find-mark.ts";
import { workOn } from "../jobs/desk-thread.ts";
import type { Asked } from "./comparison.ts";

/** What the thread is told. */
export interface CompareWork extends Pick<Asked, "regions" | "elements" | "mark"> {
  readonly a: { readonly name: string; readonly file: string };
  readonly b: { readonly name: string; readonly file: string };
  /** Files of other posts of the first image's account. */
  readonly posts: readonly string[];
  /** Folder for the files. */
  readonly output: string;
  readonly version: string;
}

/** Pictures that are written, by the names of their files. */
const PICTURES = ["a", "b", "map", "markA", "markB"] as const;

/** What the thread tells. */
export interface CompareResult {
  readonly report: ComparisonView;
  readonly pictures: Readonly<Partial<Record<(typeof PICTURES)[number], string>>>;
}

/** What every browser shows by itself. */
const SHOWN = ["png", "jpeg", "webp", "gif", "avif"];

workOn<CompareWork>("compare.failed", async (work, stage): Promise<CompareResult> => {
  const { regions, elements, output, version } = work;
  const [a, b] = [work.a, work.b].map(({ name, file }) => ({ name, bytes: bytesOf(file) })) as [NamedBytes, NamedBytes];
  const mark = await markOf(work, a.bytes, b.bytes, stage);
  stage("comparing");
  const comparison = await compareBytes(a, b, { regions, elements, ...(mark && { mark }) });
  stage("drawing");
  const report = comparisonView(comparison);
  const pictures = await pagePictures(comparison, a.bytes, b.bytes);
  const made = `${toolName(version)} · ${new Date().toISOString().slice(0, 10)}`;
  const figure = figureOf(comparison, { href: pictures.a }, { href: pictures.b }, `${a.name}, ${b.name}`);
  stage("writing");
  makeFolder(nodeFileSystem, output);
  const write = (name: string, bytes: Uint8Array): void => writeFileSync(join(output, name), bytes);
  write("report.json", utf8(`${JSON.stringify({ ...report, tool: toolName(version) }, null, 2)}\n`));
  write("figure.svg", utf8(figure));
  write("figure.png", await figurePng(figure));
  write("page.html", utf8(comparisonPage(pageTemplate(), comparison, pictures, made, "en")));
  const shown: Partial<Record<(typeof PICTURES)[number], Uint8Array>> = {
    ...(!SHOWN.includes(sniff(a.bytes)) && { a: await shownPng(a.bytes) }),
    ...(!SHOWN.includes(sniff(b.bytes)) && { b: await shownPng(b.bytes) }),
    ...(pictures.map && { map: ofAddress(pictures.map) }),
    ...(pictures.markA && { markA: ofAddress(pictures.markA) }),
    ...(pictures.markB && { markB: ofAddress(pictures.markB) }),
  };
  const hashes = Object.entries(shown).map(([name, bytes]) => {
    write(`${name}.png`, bytes);
    return [name, sha256Hex(bytes)] as const;
  });
  return { report, pictures: Object.fromEntries(hashes) };
});

type NamedBytes = { readonly name: string; readonly bytes: Uint8Array };

function bytesOf(file: string): Uint8Array {
  return new Uint8Array(readFileSync(file));
}

async function markOf(
  { mark, posts }: CompareWork,
  a: Uint8Array,
  b: Uint8Array,
  stage: (name: string) => void,
): Promise<MarkQuestion | undefined> {
  if (mark?.by === "box") return { box: mark.box };
  if (mark?.by === "text") {
    stage("text");
    return readMark(a, b, mark.text || undefined);
  }
  if (mark?.by === "posts") {
    stage("posts");
    return markInPosts(a, posts.map(bytesOf));
  }
  return undefined;
}

/** The bytes of a `data:` address. */
function ofAddress(address: string): Uint8Array {
  return new Uint8Array(Buffer.from(address.slice(address.indexOf(",") + 1), "base64"));
}
