/** `/api/v1/record/import` and `/api/v1/record/export`: histories of other programs taken over, the record as files for others. */

import { isAbsolute } from "node:path";
import { z } from "zod";
import { SeedproofError } from "../../base/errors.ts";
import { IMPORT_KINDS } from "../../node/import/source.ts";
import { EXPORT_FORMS } from "../../node/record-export.ts";
import type { AppParts } from "../app.ts";
import { type Api, operation } from "../contract.ts";

const STATE = z.looseObject({ state: z.enum(["running", "done", "failed", "stopped"]), runs: z.int() });
const PATH = z.string().trim().min(1).max(4_000);

const IMPORT = operation({
  id: "importHistory",
  method: "post",
  path: "/record/import",
  summary:
    "Takes another program's history over, as that program's claim, each run once. Answers when it has begun; events of the kind `import` tell how it goes.",
  body: z.object({
    from: z.enum(IMPORT_KINDS),
    /** A whole path of this machine, or the address of a ComfyUI server. */
    source: PATH,
    images: PATH.optional(),
    session: z.string().trim().min(1).max(200).optional(),
  }),
  answer: STATE,
});

const LAST = operation({
  id: "lastImport",
  method: "get",
  path: "/record/import",
  summary: "The import that runs, or the last one since the server started.",
  answer: z.object({ import: STATE.nullable() }),
});

const STOP = operation({
  id: "stopImport",
  method: "post",
  path: "/record/import/stop",
  summary: "Stops the import; what it has taken over stays, and the next one goes on from there.",
  answer: STATE,
});

const EXPORT = operation({
  id: "exportRecord",
  method: "get",
  path: "/record/export/{form}",
  summary:
    "The record as a file: W3C PROV-JSON, events as JSON lines, the static ledger as a zip that stock clients read, or the proofs of a session's entries as a zip.",
  params: z.object({ form: z.enum(EXPORT_FORMS) }),
  query: z.object({
    session: z.string().max(300).optional(),
    /** `no`: prompts, words and names of files are left out. */
    contents: z.enum(["yes", "no"]).default("yes"),
  }),
  answer: "bytes",
});

/** Adds the operations. */
export function exchangeApi(api: Api, { imports, workspace }: Pick<AppParts, "imports" | "workspace">): void {
  api.on(IMPORT, ({ body: { from, source, images, session = `import from ${from}` } }) => {
    const isServer = from === "comfyui" && /^https?:\/\//i.test(source);
    for (const path of [...(isServer ? [] : [source]), ...(images === undefined ? [] : [images])]) {
      if (!isAbsolute(path) || path.includes("\0")) {
        throw new SeedproofError("record.source-relative", "name files and folders by their whole path");
      }
    }
    return imports.start({ from, source, session, ...(images !== undefined && { images }) });
  });
  api.on(LAST, () => ({ import: imports.last() ?? null }));
  api.on(STOP, () => imports.stop());
  api.on(EXPORT, async ({ params: { form }, query: { session, contents }, c }) => {
    const bytes = await workspace.ask("export", { form, session, withoutContents: contents === "no" });
    const { name, type } = FILES[form];
    return c.body(bytes, 200, { "content-type": type, "content-disposition": `attachment; filename="${name}"` });
  });
}

const FILES = {
  prov: { name: "record.prov.json", type: "application/json" },
  events: { name: "record.jsonl", type: "application/jsonl" },
  ledger: { name: "ledger.zip", type: "application/zip" },
  proofs: { name: "proofs.zip", type: "application/zip" },
} as const satisfies Record<(typeof EXPORT_FORMS)[number], object>;
