/** Content Credentials of files: reading what they say and what of it holds, and signing images with the user's own key. */

import { SeedproofError } from "../base/errors.ts";
import type { Finding } from "../base/findings.ts";
import { sha256Hex } from "../base/hash.ts";
import { fill, type Text } from "../base/texts.ts";
import { isC2paBlock } from "../image/c2pa-store.ts";
import type { Container } from "../image/container.ts";
import { hasC2pa, isWritable } from "../image/embed.ts";
import { type ByteSource, bytesSource } from "../image/source.ts";
import { walk } from "../image/walk.ts";
import { readXmp } from "../image/xmp.ts";
import { isXmp } from "../image/xmp-names.ts";
import { c2paFormat, MAX_VALIDATED } from "../label/c2pa-engine.ts";
import type { ClaimSigner } from "../label/cose-sign.ts";
import { type CredentialsReport, unreadableCredentials } from "../label/credentials.ts";
import { LEDGER_ASSERTION, type ManifestContent, manifestOf } from "../label/manifest.ts";
import { checkPointer, type LedgerPointer } from "../ledger/pointer.ts";
import { brotli } from "./brotli.ts";
import { c2paThread } from "./c2pa-thread.ts";

/** One thread for all files: starting it costs more than most files. */
const module = c2paThread();

/** The report on a file's credentials, `none` where it has none. */
export type FileCredentials =
  | { readonly state: "none"; readonly findings: readonly Finding[]; readonly elsewhere?: string }
  | ReadCredentials;

/** What a file's credentials came to, and the ledger that they point to. */
export interface ReadCredentials extends CredentialsReport {
  readonly ledger?: LedgerPointer;
}

/** Reads and validates a file's credentials. @param anchors - PEM of those whom the reader believes */
export async function readCredentials(bytes: Uint8Array, anchors = ""): Promise<FileCredentials> {
  const container = walk(bytesSource(bytes), { brotli });
  const report = await validatedCredentials(container, bytesSource(bytes), anchors);
  if (!report) return withoutCredentials(container);
  const pointer = report.manifests.at(-1)?.assertions.find(({ label }) => label === LEDGER_ASSERTION);
  if (!pointer) return report;
  const checked = checkPointer(pointer.data);
  return {
    ...report,
    findings: [...report.findings, ...checked.findings],
    ...(checked.pointer && { ledger: checked.pointer }),
  };
}

/** What checking a bundle asks of an exhibit: its credentials in the module's thread with its limits, or `undefined` where it has none. */
export async function exhibitCredentials(bytes: Uint8Array): Promise<CredentialsReport | undefined> {
  const report = await readCredentials(bytes);
  return report.state === "none" ? undefined : report;
}

/** The validation of a walked file's credentials, or `undefined` where it has none. Never throws for what it holds. */
export async function validatedCredentials(
  container: Container,
  source: ByteSource,
  anchors = "",
): Promise<CredentialsReport | undefined> {
  if (
    !container.blocks.some(isC2paBlock) ||
    !(hasC2pa(container) || container.blocks.some(({ key }) => key === "c2pa"))
  ) {
    return undefined;
  }
  const format = c2paFormat(container.kind);
  if (!format || source.size > MAX_VALIDATED) {
    return unreadableCredentials(
      format ? "the file is longer than the limit" : `no validator for ${container.kind} files`,
    );
  }
  try {
    return await module.validate(source.read(0, source.size), format, anchors);
  } catch (error) {
    if (!(error instanceof SeedproofError)) throw error;
    return unreadableCredentials(error.message, error.code as `label.c2pa-${string}`);
  }
}

/** A file may name an address where its credentials are said to be. It is told, and never asked. */
function withoutCredentials({ blocks }: Container): FileCredentials {
  const named = blocks.filter(isXmp).flatMap(({ text }) => readXmp(text!));
  const elsewhere = named.find(({ namespace, name }) => namespace === DCTERMS && name === "provenance")?.value;
  const text = elsewhere === undefined ? NONE : fill(ELSEWHERE, { address: elsewhere.slice(0, 300) });
  const code = elsewhere === undefined ? "label.c2pa-none" : "label.c2pa-elsewhere";
  return { state: "none", findings: [{ code, level: "informs", text }], ...(elsewhere !== undefined && { elsewhere }) };
}

const DCTERMS = "http://purl.org/dc/terms/";

const NONE: Text = { en: "There are no Content Credentials in this file.", zh: "此文件不含内容凭证。" };
const ELSEWHERE: Text = {
  en: "The file has no Content Credentials of its own; it names an address where some may be, which was not asked: {address}",
  zh: "文件自身不含内容凭证；其中写有可能存放凭证的网址，未予访问：{address}",
};

/** What is said about the image; its format and whether it continues other credentials follow from the file. */
export type Statement = Omit<ManifestContent, "format" | "continues">;

/**
 * The image with credentials of its user's. Labels must be in it already: whatever is written afterwards breaks the signature.
 * Where it has credentials that hold, they are kept as those of its parent.
 * @throws SeedproofError `label.not-signable` when it is no whole PNG, JPEG or WebP · `label.credentials-broken` when it has
 *   credentials that do not hold · what {@link signCredentials} and {@link manifestOf} throw
 */
export async function signImage(
  bytes: Uint8Array,
  statement: Statement,
  signer: ClaimSigner,
): Promise<{ bytes: Uint8Array; sha256: string; report: CredentialsReport }> {
  const container = walk(bytesSource(bytes));
  const damaged = container.findings.some(({ level, code }) => level === "fails" || /cut|malformed/.test(code));
  if (!isWritable(container.kind) || damaged) {
    throw new SeedproofError(
      "label.not-signable",
      `a whole PNG, JPEG or WebP is signed, not this ${container.kind} file`,
    );
  }
  const format = c2paFormat(container.kind)!;
  const before = await validatedCredentials(container, bytesSource(bytes));
  if (before && before.state !== "valid") {
    throw new SeedproofError(
      "label.credentials-broken",
      "the file has credentials that do not hold; signing would cover that up",
    );
  }
  const manifest = manifestOf({ ...statement, format, continues: before !== undefined });
  const order = {
    manifest,
    format,
    ...(before && { parent: { title: before.manifests.at(-1)?.title ?? statement.title } }),
  };
  const signed = await module.sign(bytes, order, signer);
  const report = await module.validate(signed, format, "");
  if (report.state !== "valid") {
    const why = report.findings.find(({ level }) => level === "fails")?.text.en ?? report.state;
    throw new SeedproofError("label.signing-failed", `what was signed does not validate: ${why}`);
  }
  return { bytes: signed, sha256: sha256Hex(signed), report };
}
