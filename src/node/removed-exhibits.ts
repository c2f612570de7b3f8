/** Exhibits that were taken out of a case: kept beside it, put back as they were, or erased for good. */

import { existsSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { utf8 } from "../base/bytes.ts";
import { SeedproofError } from "../base/errors.ts";
import { isObject } from "../base/json.ts";
import { tryJson } from "../base/json-text.ts";
import type { Case, Exhibit } from "../doctrine/case.ts";
import { makeFolder, nodeFileSystem, writeDurable } from "./durable-fs.ts";

/** An exhibit that was taken out, with its custody. */
export interface RemovedExhibit {
  readonly exhibit: Exhibit;
  readonly custody: Case["custody"];
  /** RFC 3339. */
  readonly removedAt: string;
}

/** Ids as they name folders. */
const EXHIBIT_ID = /^E[1-9][0-9]{0,3}$/;

const placeOf = (folder: string, id: string): string => join(folder, "removed", id);

/** What was taken out of the case in a folder and is kept, by number. */
export function removedExhibits(folder: string): (Exhibit & Pick<RemovedExhibit, "removedAt">)[] {
  const place = join(folder, "removed");
  if (!existsSync(place)) return [];
  return readdirSync(place)
    .filter((id) => EXHIBIT_ID.test(id))
    .flatMap((id) => readRemoved(folder, id) ?? [])
    .map(({ exhibit, removedAt }) => ({ ...exhibit, removedAt }))
    .sort((a, b) => Number(a.id.slice(1)) - Number(b.id.slice(1)));
}

function readRemoved(folder: string, id: string): RemovedExhibit | undefined {
  const file = join(placeOf(folder, id), "exhibit.json");
  const json = existsSync(file) ? tryJson(readFileSync(file, "utf8")) : undefined;
  if (!isObject(json) || !isObject(json.exhibit) || json.exhibit.id !== id) return undefined;
  return json as unknown as RemovedExhibit;
}

/**
 * The case without an exhibit that no fact rests on; what it was is written down first. {@link setAside} moves its files once the case
 * is written.
 * @throws SeedproofError `doctrine.exhibit-unknown`, `doctrine.exhibit-used`
 */
export function withoutExhibit(folder: string, theCase: Case, id: string, removedAt: string): Case {
  const { exhibits, custody, facts } = theCase;
  const exhibit = exhibits.find((one) => one.id === id);
  if (!exhibit) throw new SeedproofError("doctrine.exhibit-unknown", `the case has no exhibit ${id}`);
  if (facts.some((fact) => fact.exhibit === id))
    throw new SeedproofError("doctrine.exhibit-used", `a fact rests on exhibit ${id}; take the fact back first`);
  const removed: RemovedExhibit = { exhibit, custody: custody.filter((one) => one.exhibit === id), removedAt };
  const text = `${JSON.stringify(removed, null, 2)}\n`;
  writeDurable(nodeFileSystem, [join(placeOf(folder, id), "exhibit.json"), utf8(text)]);
  return {
    ...theCase,
    exhibits: exhibits.filter((one) => one !== exhibit),
    custody: custody.filter((one) => one.exhibit !== id),
  };
}

/** Moves the files of an exhibit that the case has no more. */
export function setAside(folder: string, id: string): void {
  const files = join(folder, "exhibits", id);
  if (existsSync(files)) renameSync(files, join(placeOf(folder, id), "files"));
}

/**
 * The case with an exhibit that was taken out, in its old place; its files are moved back first, and {@link eraseRemoved} ends it.
 * @throws SeedproofError `doctrine.exhibit-unknown`, `doctrine.exhibit-exists`
 */
export function withExhibitBack(folder: string, theCase: Case, id: string): Case {
  const removed = EXHIBIT_ID.test(id) ? readRemoved(folder, id) : undefined;
  if (!removed) throw new SeedproofError("doctrine.exhibit-unknown", `no exhibit ${id} was taken out of the case`);
  if (theCase.exhibits.some((one) => one.id === id))
    throw new SeedproofError("doctrine.exhibit-exists", `the case has an exhibit ${id}`);
  const files = join(placeOf(folder, id), "files");
  makeFolder(nodeFileSystem, join(folder, "exhibits"));
  // A crash may have come before they were moved away.
  if (existsSync(files)) renameSync(files, join(folder, "exhibits", id));
  const after = theCase.exhibits.findIndex((one) => Number(one.id.slice(1)) > Number(id.slice(1)));
  const at = after < 0 ? theCase.exhibits.length : after;
  return {
    ...theCase,
    exhibits: theCase.exhibits.toSpliced(at, 0, removed.exhibit),
    custody: [...theCase.custody, ...removed.custody],
  };
}

/** Forgets an exhibit that was taken out: with its files where they were not put back. @throws SeedproofError `doctrine.exhibit-unknown` */
export function eraseRemoved(folder: string, id: string): void {
  if (!EXHIBIT_ID.test(id) || !existsSync(placeOf(folder, id)))
    throw new SeedproofError("doctrine.exhibit-unknown", `no exhibit ${id} was taken out of the case`);
  rmSync(placeOf(folder, id), { recursive: true });
}
