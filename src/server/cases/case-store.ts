/** Cases of a workspace: folders below `cases/` by names of our own making, each changed by one request after the other. */

import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SeedproofError } from "../../base/errors.ts";
import type { Case, Exhibit } from "../../doctrine/case.ts";
import { addExhibit, createCase, type NewExhibit, type OpenCase, openCase, writeCase } from "../../node/case-folder.ts";
import { eraseRemoved, setAside, withExhibitBack, withoutExhibit } from "../../node/removed-exhibits.ts";
import { bundledRuleIds } from "../../node/rule-files.ts";

/** Name of a case's folder, and of the case in addresses. */
export const CASE_ID = /^[a-z0-9][a-z0-9-]{0,63}$/;

/** Cases by id. */
export interface CaseStore {
  /** Ids of all cases, sorted. */
  ids(): string[];
  /** @throws SeedproofError `doctrine.case-not-found`, `doctrine.case-malformed`, `doctrine.rule-not-found` */
  open(id: string): OpenCase;
  /** Makes a case; its id follows from its reference. */
  create(theCase: Case): string;
  /** Changes a case. Changes of one case stand in a queue, so that none is lost. */
  change(id: string, next: (theCase: Case) => Case): Promise<OpenCase>;
  /** Takes a file or a ledger's folder in. @throws SeedproofError as `addExhibit` */
  take(id: string, source: ExhibitSource, about: NewExhibit): Promise<Exhibit>;
  /** Takes out an exhibit that no fact rests on; it is kept aside. @throws SeedproofError `doctrine.exhibit-unknown`, `doctrine.exhibit-used` */
  removeExhibit(id: string, exhibit: string): Promise<OpenCase>;
  /** Puts back what was taken out. @throws SeedproofError `doctrine.exhibit-unknown`, `doctrine.exhibit-exists` */
  restoreExhibit(id: string, exhibit: string): Promise<OpenCase>;
  /** Erases what was taken out. @throws SeedproofError `doctrine.exhibit-unknown` */
  eraseExhibit(id: string, exhibit: string): Promise<OpenCase>;
}

/** A file or folder of this workspace, or bytes that were sent. */
export type ExhibitSource = { readonly path: string } | { readonly name: string; readonly bytes: Uint8Array };

/** Cases of one workspace that are listed. */
const MAX_CASES = 1_000;

/** Opens the cases of a workspace. */
export function caseStore(home: string): CaseStore {
  const root = join(home, "cases");
  const turns = new Map<string, Promise<unknown>>();
  const folderOf = (id: string): string => {
    if (!CASE_ID.test(id) || !existsSync(join(root, id, "case.json")))
      throw new SeedproofError("doctrine.case-not-found", "there is no such case");
    return join(root, id);
  };
  const open = (id: string): OpenCase => {
    const one = openCase(folderOf(id));
    const known = bundledRuleIds();
    const foreign = one.theCase.rules?.find((rule) => !known.includes(rule));
    // A rule file is a path: what a page asks for opens none.
    if (foreign !== undefined)
      throw new SeedproofError("doctrine.rule-not-found", `${foreign} is no rule that comes with Seedproof`);
    return one;
  };
  const inTurn = <T>(id: string, work: () => T | Promise<T>): Promise<T> => {
    const mine = (turns.get(id) ?? Promise.resolve()).then(work, work);
    turns.set(
      id,
      mine.catch(() => {}),
    );
    return mine;
  };
  const change: CaseStore["change"] = (id, next) =>
    inTurn(id, () => {
      const { folder, theCase } = open(id);
      writeCase(folder, next(theCase));
      return open(id);
    });
  return {
    ids() {
      if (!existsSync(root)) return [];
      return readdirSync(root)
        .filter((id) => CASE_ID.test(id) && existsSync(join(root, id, "case.json")))
        .sort()
        .slice(0, MAX_CASES);
    },
    open,
    create(theCase) {
      const id = freeId(root, theCase.ref);
      createCase(join(root, id), theCase);
      return id;
    },
    change,
    take: (id, source, about) => inTurn(id, () => takeExhibit(open(id), source, about)),
    removeExhibit: (id, exhibit) =>
      inTurn(id, () => {
        const { folder, theCase } = open(id);
        writeCase(folder, withoutExhibit(folder, theCase, exhibit, new Date().toISOString()));
        setAside(folder, exhibit);
        return open(id);
      }),
    restoreExhibit: (id, exhibit) =>
      inTurn(id, () => {
        const { folder, theCase } = open(id);
        writeCase(folder, withExhibitBack(folder, theCase, exhibit));
        eraseRemoved(folder, exhibit);
        return open(id);
      }),
    eraseExhibit: (id, exhibit) =>
      inTurn(id, () => {
        const { folder } = open(id);
        eraseRemoved(folder, exhibit);
        return open(id);
      }),
  };
}

/** A folder name from a reference: small letters, digits and hyphens; numbered where it is taken. */
function freeId(root: string, ref: string): string {
  const plain = ref
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 48)
    .replace(/-+$/, "");
  const base = plain === "" ? "case" : plain;
  for (let n = 1; ; n++) {
    const id = n === 1 ? base : `${base}-${n}`;
    if (!existsSync(join(root, id))) return id;
  }
}

async function takeExhibit(open: OpenCase, source: ExhibitSource, about: NewExhibit): Promise<Exhibit> {
  if ("path" in source) return addExhibit(open, source.path, about);
  const place = mkdtempSync(join(tmpdir(), "seedproof-exhibit-"));
  try {
    const file = join(place, "file");
    await writeFile(file, source.bytes);
    return await addExhibit(open, file, { ...about, name: source.name });
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}
