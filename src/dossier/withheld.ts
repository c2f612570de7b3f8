/** What is not disclosed of a record must not stand elsewhere in the bundle: in what was measured, in facts, in a document. */

import { fromUtf8 } from "../base/bytes.ts";
import type { Finding } from "../base/findings.ts";
import type { Json } from "../base/json.ts";
import { isObject } from "../base/json.ts";
import { tryJson } from "../base/json-text.ts";
import { readCheckpoint } from "../ledger/checkpoint.ts";
import { blobPath, decodeEntry } from "../ledger/entry.ts";
import { type LogReader, readEntry } from "../ledger/reader.ts";
import type { BundleFiles, LedgerExtract } from "./bundle-input.ts";
import { found } from "./findings.ts";

/** Shorter words stand in any text by chance. */
const LEAST = 12;

/** One text of an entry that is not disclosed. */
export interface WithheldText {
  readonly index: number;
  readonly text: string;
}

/** Texts that only entries or contents have which the extract leaves out. */
export async function withheldTexts(reader: LogReader, { files }: LedgerExtract): Promise<WithheldText[]> {
  const { size } = readCheckpoint((await reader.read("checkpoint")) ?? "").checkpoint;
  const hidden: WithheldText[] = [];
  const shown = new Set<string>();
  for (let index = 0; index < size; index++) {
    const bytes = await readEntry(reader, index, size);
    if (!bytes) continue;
    const entry = decodeEntry(bytes);
    const payload = entry.commit && (await reader.read(blobPath(entry.commit.hash)));
    const disclosed = files.has(`entries/${index}.json`);
    const payloadShown = entry.commit === undefined || files.has(blobPath(entry.commit.hash));
    const add = (part: Uint8Array, isShown: boolean): void => {
      for (const text of textsIn(tryJson(fromUtf8(part) ?? "") ?? null)) {
        if (isShown) shown.add(text);
        else hidden.push({ index, text });
      }
    };
    add(bytes, disclosed);
    if (payload) add(payload, disclosed && payloadShown);
  }
  return hidden.filter(({ text }) => !shown.has(text));
}

/** Words of people: long enough to be recognised, and no hash, number, time, type or id. */
function textsIn(value: Json): string[] {
  if (typeof value === "string") return value.length >= LEAST && /[\s\u3000-\u9fff]/.test(value) ? [value] : [];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  return isObject(value) ? Object.values(value).flatMap(textsIn) : [];
}

/**
 * Places of a bundle that tell what was withheld. Exhibits are left out: the user chose to show them.
 * Compressed documents cannot be searched.
 */
export function toldAnyway(files: BundleFiles, withheld: readonly WithheldText[]): Finding[] {
  const searched = [...files].filter(
    ([path]) => /\.(?:json|md|html|txt|xml|csv)$/.test(path) && !path.startsWith("data/exhibits/"),
  );
  return searched.flatMap(([file, bytes]) => {
    const text = fromUtf8(bytes) ?? "";
    const told = withheld.find(
      (one) => text.includes(one.text) || text.includes(JSON.stringify(one.text).slice(1, -1)),
    );
    return told ? [found("dossier.withheld-told", { file, index: told.index }, { file, entry: told.index })] : [];
  });
}
