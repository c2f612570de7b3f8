/** What the page knows: the bundle that is open, what the reader believes, what checking came to. */

import { computed, signal } from "@preact/signals";
import { fromUtf8, toHex } from "../../base/bytes.ts";
import { certificateFacts } from "../../base/certificate.ts";
import { SeedproofError } from "../../base/errors.ts";
import { sha256Hex } from "../../base/hash.ts";
import { toolName } from "../../base/tool.ts";
import { type BundleReport, type BundleSource, verifyBundle } from "../../dossier/verify.ts";
import { QUICKNET } from "../../ledger/drand.ts";
import { parseVkey, type VerifierKey } from "../../ledger/note.ts";
import { certificatesOf } from "../../ledger/pem.ts";

/** What the page shows. */
export type View =
  | { readonly name: "empty" }
  | { readonly name: "checking"; readonly files: number; readonly of: number }
  | { readonly name: "refused"; readonly why: string; readonly code: string }
  | { readonly name: "done"; readonly report: BundleReport };

/** What is shown now. */
export const view = signal<View>({ name: "empty" });
/** Roots that the reader has from elsewhere, DER. */
export const roots = signal<readonly Uint8Array[]>([]);
/** Fingerprints of offered certificates that the reader has compared. */
export const compared = signal<ReadonlySet<string>>(new Set());
/** The record's key, as it was typed. */
export const vkeyText = signal("");
/** The bundle's number as the reader was given it, as it was typed. */
export const numberText = signal("");

/** A certificate that the bundle brings. */
export interface Offered {
  readonly name: string;
  /** SHA-256 of the certificate, hex. */
  readonly fingerprint: string;
  readonly der: Uint8Array;
}

/** Those of the open bundle. */
export const offered = signal<readonly Offered[]>([]);
let open: BundleSource | undefined;
let run = 0;

/** The files of the bundle that is open, for showing its images. */
export const readFile = (path: string): Promise<Uint8Array> | undefined => open?.read(path);

/** The key that was typed, where it is one. */
export const pinned = computed<VerifierKey | undefined>(() => {
  try {
    return vkeyText.value.trim() === "" ? undefined : parseVkey(vkeyText.value.trim());
  } catch {
    return undefined;
  }
});

/** Opens a bundle and checks it. What cannot be opened is told. */
export async function check(opening: () => Promise<BundleSource>): Promise<void> {
  view.value = { name: "checking", files: 0, of: 0 };
  compared.value = new Set();
  try {
    open = await opening();
    offered.value = await certificatesIn(open);
    await checkAgain();
  } catch (error) {
    const [why, code] =
      error instanceof SeedproofError ? [error.message, error.code] : [String(error), "dossier.unreadable"];
    view.value = { name: "refused", why, code };
  }
}

/** Checks the open bundle again, with what the reader believes now. */
export async function checkAgain(): Promise<void> {
  if (!open) return;
  const own = ++run;
  const trusted = offered.value.filter(({ fingerprint }) => compared.value.has(fingerprint)).map(({ der }) => der);
  let shown = 0;
  const report = await verifyBundle(open, {
    trust: {
      timestamps: { roots: [...roots.value, ...trusted] },
      witnesses: [],
      beacons: [QUICKNET],
      headers: new Map(),
    },
    hash: hashOf,
    software: toolName(SEEDPROOF_VERSION),
    ...(pinned.value && { pinned: pinned.value }),
    progress: (files, of) => {
      // Checked again, the last report stays in view until the next one is there.
      if (own !== run || view.value.name !== "checking" || performance.now() - shown < 100) return;
      shown = performance.now();
      view.value = { name: "checking", files, of };
    },
  });
  if (own === run) view.value = { name: "done", report };
}

/** The browser's own SHA-256, which pages opened as files have too; ours where it has none. */
async function hashOf(bytes: Uint8Array): Promise<string> {
  if (!globalThis.crypto?.subtle) return sha256Hex(bytes);
  return toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>)));
}

async function certificatesIn({ paths, read }: BundleSource): Promise<Offered[]> {
  const found: Offered[] = [];
  for (const path of paths.filter((one) => /^data\/trust\/.+\.pem$/i.test(one))) {
    try {
      for (const der of certificatesOf(fromUtf8(await read(path)) ?? "")) {
        const subject = certificateFacts(der)?.subject;
        const name = subject?.commonName ?? subject?.organization ?? path;
        found.push({ name, fingerprint: await hashOf(der), der });
      }
    } catch {
      // The check itself names what cannot be read.
    }
  }
  return found;
}

/** Takes certificates from files that the reader chose, and checks again. */
export async function chooseRoots(files: readonly File[]): Promise<void> {
  const texts = await Promise.all(files.map((file) => file.text()));
  roots.value = texts.flatMap((text) => {
    try {
      return certificatesOf(text);
    } catch {
      return [];
    }
  });
  await checkAgain();
}

/** Believes or no longer believes an offered certificate. */
export async function toggleOffered(fingerprint: string): Promise<void> {
  const next = new Set(compared.value);
  if (!next.delete(fingerprint)) next.add(fingerprint);
  compared.value = next;
  await checkAgain();
}

/** Puts the bundle away. */
export function close(): void {
  open = undefined;
  run++;
  view.value = { name: "empty" };
  numberText.value = "";
}
