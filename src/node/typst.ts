/** Typesetting: Typst, compiled in, makes a PDF/A-3b from a template and its data. No file of the system and no font of it is used. */

import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { SeedproofError } from "../base/errors.ts";
import type { JsonObject } from "../base/json.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** The fonts that come along, and those that the user adds. */
export function dossierFonts(more: readonly string[] = []): Uint8Array[] {
  const folder = join(ROOT, "fonts");
  const own = readdirSync(folder)
    .filter((name) => name.endsWith(".ttf"))
    .sort();
  return [...own.map((name) => join(folder, name)), ...more].map((path) => new Uint8Array(readFileSync(path)));
}

/** What a document is made from. */
export interface Typesetting {
  readonly data: JsonObject;
  /** By their absolute paths in the compiler's own world. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly fonts: readonly Uint8Array[];
}

/**
 * The dossier as a tagged PDF/A-3b. The same input gives the same bytes: the date is the document's own.
 * @throws SeedproofError `dossier.typesetting-failed`
 */
export function typeset({ data, files, fonts }: Typesetting): Uint8Array {
  // The compiler is a CommonJS module with a native part of 50 MB: it is loaded only here.
  const { NodeCompiler } = createRequire(import.meta.url)(
    "@myriaddreamin/typst-ts-node-compiler",
  ) as typeof import("@myriaddreamin/typst-ts-node-compiler");
  const compiler = NodeCompiler.create({
    workspace: join(ROOT, "src", "dossier", "render"),
    fontArgs: [{ fontBlobs: fonts.map((font) => Buffer.from(font)) }],
  });
  const workspace = join(ROOT, "src", "dossier", "render");
  compiler.mapShadow(join(workspace, "dossier.json"), Buffer.from(JSON.stringify(data)));
  for (const [path, bytes] of files) compiler.mapShadow(join(workspace, path), Buffer.from(bytes));
  const compiled = compiler.compile({ mainFilePath: join(workspace, "dossier.typ") });
  const { result } = compiled;
  if (!result) {
    const diagnostics = compiled.takeDiagnostics();
    const why = diagnostics ? JSON.stringify(compiler.fetchDiagnostics(diagnostics)).slice(0, 600) : "no reason given";
    throw new SeedproofError("dossier.typesetting-failed", `the document could not be set: ${why}`);
  }
  const pdf = new Uint8Array(compiler.pdf(result, { pdfStandard: "a-3b", pdfTags: true }));
  compiler.resetShadow();
  return pdf;
}
