/** Traces of a file's history in its own metadata: programs that edited or saved it, and keys that stand there twice. */

import type { Finding } from "../base/findings.ts";
import type { Block } from "./block.ts";
import { trace } from "./traces.ts";
import { readXmp } from "./xmp.ts";

/** Image editors and converters by how they name themselves. Generators are not among them. */
const EDITOR =
  /\b(?:GIMP|Photoshop|Lightroom|Camera Raw|ImageMagick|GraphicsMagick|Krita|Affinity|Paint\.NET|Pixelmator|Acorn|Capture One|darktable|RawTherapee|Snapseed|PicsArt|Canva|Figma|XnView|IrfanView|FastStone|Clip Studio|CLIP STUDIO|SAI|Procreate|Photopea|Meitu|Topaz|Luminar|PhotoScape|ACDSee|Preview|Squoosh|TinyPNG|ExifTool|Image::ExifTool)\b/i;

/** Keys under which programs name themselves. */
const PROGRAM_KEYS = new Set([
  "Software",
  "OriginatingProgram",
  "ImageEditingSoftware",
  "ImageEditor",
  "MetadataEditingSoftware",
  "Comment",
  "comment",
]);
const XMP_AGENT = /(?:^|\/)(?:CreatorTool|softwareAgent)$/;

/** Longest part of a value that a finding quotes. */
const QUOTED = 80;

/** What a file's blocks tell of programs that saved it after it was generated, and of keys that occur twice. */
export function historyOf(blocks: readonly Block[]): Finding[] {
  return [...blocks.flatMap(editorsIn), ...duplicatesIn(blocks)];
}

function editorsIn(block: Block): Finding[] {
  const { key, text, offset } = block;
  if (text === undefined) return [];
  if (isXmp(block)) return editorsInXmp(block, text);
  // A comment longer than a line is a prompt or a caption, which may well name a program.
  if (!PROGRAM_KEYS.has(key) || text.length > QUOTED || !EDITOR.test(text)) return [];
  return [trace("image.editor", offset ?? undefined, { key, value: text })];
}

const isXmp = ({ key }: Block): boolean => /xmp|rdf\+xml/i.test(key);

/** Each program named once, with the steps of the editing history that it did. */
function editorsInXmp(block: Block, packet: string): Finding[] {
  if (!packet.includes("CreatorTool") && !packet.includes("softwareAgent")) return [];
  const agents = readXmp(packet).filter(
    ({ path, value }) => XMP_AGENT.test(path.replaceAll(/\w+:/g, "")) && EDITOR.test(value),
  );
  const programs = [...new Set(agents.map(({ value }) => value.slice(0, QUOTED)))];
  return programs.map((value) => trace("image.editor", block.offset ?? undefined, { key: "XMP", value }));
}

/** Each key that occurs again, told once, at its second place. */
function duplicatesIn(blocks: readonly Block[]): Finding[] {
  const counts = new Map<string, number>();
  const findings: Finding[] = [];
  for (const { where, key, offset, encoding } of blocks) {
    if (encoding === "binary" || REPEATABLE.has(key)) continue;
    const name = `${where} ${key}`;
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    if (count === 2) findings.push(trace("image.duplicate-key", offset ?? undefined, { what: name }));
  }
  return findings;
}

/** Keys that may stand several times by their standard. */
const REPEATABLE = new Set(["Keywords", "By-line", "comment", "xmp"]);
