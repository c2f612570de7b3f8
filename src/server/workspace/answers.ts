/** What takes time to answer about a workspace: verifying the ledger, hashing models, reading files. */

import { utf8 } from "../../base/bytes.ts";
import { SeedproofError } from "../../base/errors.ts";
import { fsck } from "../../ledger/fsck.ts";
import type { WantedModel } from "../../model/find.ts";
import { anchorLedger } from "../../node/ledger-anchor.ts";
import { folderReader, nodeHasher, nodeVerify } from "../../node/ledger-folder.ts";
import { hasLedger, ledgerFolders, openLedger, readTrust } from "../../node/ledger-home.ts";
import { listShelf, matchOnShelf } from "../../node/model-shelf.ts";
import { readImageBytes, readText } from "../../node/read-image.ts";
import { type ExportWish, exportedRecord } from "../../node/record-export.ts";
import type { Software } from "../../node/recorder.ts";
import { Handed } from "../../node/thread-calls.ts";
import { followEvents } from "../../node/timeline.ts";
import { type Form as CopyForm, copiedAs } from "../../recipe/copied.ts";
import { cachedTimeline, overviewOf, sessionOf } from "./overview.ts";

/** The workspace that is asked about. */
export interface WorkspaceSettings {
  readonly home: string;
  readonly sw: Software;
}

/** An answer as the bytes of its JSON, so that nobody else has to write them. */
function json(value: unknown): Handed {
  return new Handed(utf8(JSON.stringify(value)));
}

/** The questions of the workspace's thread. */
export function workspaceAnswers({ home, sw }: WorkspaceSettings) {
  const timeline = cachedTimeline(home);
  return {
    overview: async (state: object) => json({ ...state, ...overviewOf(await timeline()) }),
    session: async (session: string) => json(sessionOf(await timeline(), session)),
    models: () => {
      const models = listShelf(home).map(({ name, architecture: { kind, family }, by, hashes, claims }) => {
        return { name, kind, family, by, hashes, triggers: claims.triggers };
      });
      return json({ models });
    },
    findModels: (wanted: readonly WantedModel[]) => {
      const shelf = listShelf(home);
      const found = wanted.map((one) => {
        const { by, model } = matchOnShelf(one, shelf);
        return { name: one.name, by, ...(model && { file: model.name }) };
      });
      return json({ found });
    },
    read: async ({ name, bytes }: { readonly name: string; readonly bytes: Uint8Array }) =>
      json(await readImageBytes(name, bytes)),
    readText: ({ name, text }: { readonly name: string; readonly text: string }) => json(readText(name, text)),
    copy: async ({ name, bytes, as }: { readonly name: string; readonly bytes: Uint8Array; readonly as: CopyForm }) =>
      json(copiedAs(as, await readImageBytes(name, bytes, { hash: false }))),
    seal: ({ tsa, ots }: { readonly tsa: readonly string[]; readonly ots: readonly string[] }) =>
      seal(home, sw, tsa, ots),
    export: async (wish: ExportWish) => {
      const { bytes } = await exportedRecord(home, wish);
      return new Handed(bytes.buffer instanceof ArrayBuffer ? (bytes as Uint8Array<ArrayBuffer>) : bytes.slice());
    },
    /** Tells each entry as it becomes part of the log; never answers. */
    follow: async (from: number, part: (value: unknown) => void) => {
      for await (const { index, event } of followEvents(home, { from })) {
        part({ index, session: event.session, type: event.type });
      }
    },
  };
}

async function seal(home: string, sw: Software, tsa: readonly string[], ots: readonly string[]): Promise<Handed> {
  if (!hasLedger(home)) throw new SeedproofError("record.none", "there is no ledger to seal yet");
  const reader = folderReader(ledgerFolders(home).log);
  const { time } = readTrust(home, {});
  const store = await openLedger(home, sw);
  try {
    const { entries } = await fsck(reader, { level: "deep", hasher: nodeHasher, ed25519: nodeVerify });
    const context = { store, reader, sw, timestamps: time.timestamps, witnesses: time.witnesses, entries };
    const results = await anchorLedger(context, { tsa, ots });
    if (results.length === 0) store.integrate();
    return json({
      results: results.map(({ error, ...rest }) => ({
        ...rest,
        ...(error && { error: { code: error.code, message: error.message } }),
      })),
    });
  } finally {
    store.close();
  }
}
