/**
 * Content Credentials by the reference implementation, c2pa-rs as WebAssembly: reading, validating, signing. The module is an
 * argument, so that a host loads it only when there is something to do.
 */

import type * as C2paWasm from "@contentauth/c2pa-wasm";
import { SeedproofError } from "../base/errors.ts";
import type { JsonObject } from "../base/json.ts";
import { parseJson } from "../base/json-text.ts";
import type { ContainerKind } from "../image/container.ts";
import { type ClaimSigner, signClaim } from "./cose-sign.ts";
import { type CredentialsReport, credentialsReport, unreadableCredentials } from "./credentials.ts";

/** The module, initialised, with the host's Blob, of which it must be able to read slices at once. */
export interface C2paModule extends Pick<typeof C2paWasm, "WasmReader" | "WasmBuilder"> {
  readonly Blob: new (parts: readonly Uint8Array<ArrayBuffer>[], options?: { type: string }) => Blob;
}

/** Whom the reader of credentials believes. */
export interface CredentialsTrustInput {
  /** PEM of root or other certificates, for signers and for time stamps; empty: trust is not decided. */
  readonly anchors: string;
}

/** Files that are validated whole; the module takes a copy into its memory of at most 4 GB. CWE-770. */
export const MAX_VALIDATED = 512 * 1024 * 1024;

const MIME: { readonly [kind in ContainerKind]?: string } = {
  png: "image/png",
  jpeg: "image/jpeg",
  webp: "image/webp",
  gif: "image/gif",
  avif: "image/avif",
  heic: "image/heic",
  jxl: "image/jxl",
  tiff: "image/tiff",
  mp4: "video/mp4",
};

/** Media type by which the module knows a container; `undefined` for those that it cannot read. */
export const c2paFormat = (kind: ContainerKind): string | undefined => MIME[kind];

/**
 * Settings for each call: nothing that a file names is ever fetched, neither a manifest elsewhere nor the state of a
 * certificate.
 */
function settings({ anchors }: CredentialsTrustInput): string {
  return JSON.stringify({
    ...(anchors !== "" && { trust: { user_anchors: anchors } }),
    verify: { remote_manifest_fetch: false, ocsp_fetch: false, verify_trust: true, verify_timestamp_trust: true },
  });
}

/**
 * Validates the credentials of a file.
 * @throws WebAssembly.RuntimeError, RangeError when the module cannot go on, and is to be dropped ·
 *   SeedproofError `label.c2pa-memory`
 */
export async function validateCredentials(
  { WasmReader }: C2paModule,
  bytes: Uint8Array,
  format: string,
  trust: CredentialsTrustInput = { anchors: "" },
): Promise<CredentialsReport> {
  if (bytes.length > MAX_VALIDATED) return unreadableCredentials("the file is longer than the limit");
  let reader: C2paWasm.WasmReader;
  try {
    reader = await WasmReader.fromBytes(format, bytes, settings(trust));
  } catch (error) {
    if (isTrap(error)) throw error;
    const why = error instanceof Error ? error.message : String(error);
    if (/\bInsufficientMemory\b/.test(why)) {
      throw new SeedproofError(
        "label.c2pa-memory",
        "the validator of Content Credentials was refused the memory it asked for",
      );
    }
    return unreadableCredentials(why);
  }
  try {
    return credentialsReport(parseJson(reader.json()), trust.anchors !== "");
  } finally {
    reader.free();
  }
}

/** Whether the module cannot go on, by its own trap or a full stack: what its memory holds counts for nothing any more. */
export function isTrap(error: unknown): boolean {
  return error instanceof WebAssembly.RuntimeError || error instanceof RangeError;
}

/** What is signed. */
export interface SigningOrder {
  /** The manifest, in c2pa-rs's form. */
  readonly manifest: JsonObject;
  readonly format: string;
  /** The file's own credentials become those of its parent. */
  readonly parent?: { readonly title: string };
}

/** Bytes kept for a signature beside its certificates; more with a time stamp, of which real ones have 2 to 20 kB. */
const [ROOM, STAMP_ROOM] = [1024, 24 * 1024];

/**
 * The file with a manifest signed by us.
 * @throws SeedproofError `label.signing-failed` with the module's own words, `label.signature-too-long`, and what the signer throws
 */
export async function signCredentials(
  { WasmBuilder, Blob }: C2paModule,
  bytes: Uint8Array<ArrayBuffer>,
  { manifest, format, parent }: SigningOrder,
  signer: ClaimSigner,
): Promise<Uint8Array> {
  const reserveSize =
    ROOM + signer.chain.reduce((sum, { length }) => sum + length + 8, 0) + (signer.stamp ? STAMP_ROOM : 0);
  // What goes wrong in our own part comes back through the module as a text.
  let own: unknown;
  const sign = async (claim: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> => {
    try {
      return (await signClaim(claim, signer, reserveSize)) as Uint8Array<ArrayBuffer>;
    } catch (error) {
      own = error;
      throw error;
    }
  };
  const builder = WasmBuilder.fromJson(JSON.stringify(manifest), settings({ anchors: "" }));
  try {
    const blob = new Blob([bytes], { type: format });
    if (parent) {
      const ingredient = JSON.stringify({ title: parent.title, relationship: "parentOf", label: "parent" });
      await builder.addIngredientFromBlob(ingredient, format, blob);
    }
    return await builder.sign({ sign, reserveSize, alg: signer.algorithm }, [], format, blob);
  } catch (error) {
    if (own) throw own;
    const why = error instanceof Error ? error.message : String(error);
    throw new SeedproofError("label.signing-failed", `the credentials could not be written: ${why}`, { cause: error });
  } finally {
    builder.free();
  }
}
