/**
 * The manifests of a C2PA store as it stands in a file: who claims to have made it, with what, from what. Nothing is
 * verified here; label/c2pa.ts checks what can be checked.
 * @see C2PA Technical Specification 2.2, sections 8, 10, 11, 13
 */

import { type Cbor, cborGet, isCborMap, isCborTag, tryCbor } from "../base/cbor.ts";
import { type CertificateFacts, certificateFacts } from "../base/certificate.ts";
import type { Block } from "./block.ts";
import { dataOf, readJumbf, type Superbox } from "./jumbf.ts";

/** One thing that was done to the asset, as the manifest says. */
export interface C2paAction {
  readonly action: string;
  readonly digitalSourceType?: string;
  readonly softwareAgent?: string;
  readonly when?: string;
}

/** Something that the asset was made from. */
export interface C2paIngredient {
  readonly title?: string;
  readonly relationship?: string;
}

/** A reference from a claim to one of its assertions. */
export interface C2paReference {
  readonly url: string;
  readonly hash: Uint8Array;
  /** `sha256`, `sha384`, `sha512`. */
  readonly algorithm: string;
}

/** Who signed the claim, as far as the signature's own header says. */
export interface C2paSigner {
  /** Facts of the certificate that signed; nothing says here that it is trusted. */
  readonly certificate?: CertificateFacts;
  /** COSE number of the algorithm: -7 ES256, -35 ES384, -36 ES512, -37 PS256, -8 EdDSA. */
  readonly algorithm?: number;
  /** A time stamp of an authority is there; it was not verified. */
  readonly timeStamped: boolean;
}

/** One manifest. */
export interface C2paManifest {
  readonly label: string;
  readonly claimVersion: 1 | 2;
  /** The program that made the claim: `OpenAI-API`, `Adobe_Firefly`, … with its version where it is said. */
  readonly claimGenerator: string | undefined;
  readonly title: string | undefined;
  readonly format: string | undefined;
  readonly actions: readonly C2paAction[];
  readonly ingredients: readonly C2paIngredient[];
  readonly references: readonly C2paReference[];
  readonly signer: C2paSigner | undefined;
  /** Its assertions by label. */
  readonly assertions: readonly Superbox[];
}

/** Limits of the store reader; what stands beyond them is left out. */
export const C2PA_LIMITS = {
  /** Manifests; an image edited for a year has some hundred. CWE-770. */
  manifests: 1024,
  /** Entries of one list of a claim or assertion: references, actions. */
  entries: 1024,
  /** Characters of one text. */
  text: 4096,
} as const;

/** Whether a block holds a C2PA store. */
export function isC2paBlock({ key, bytes, where }: Block): boolean {
  return bytes !== undefined && /c2pa|jumb/i.test(`${key} ${where}`);
}

/** The manifests of a store in their order; the last is the active one. Empty where the bytes hold none. */
export function readC2paStore(bytes: Uint8Array): C2paManifest[] {
  return readJumbf(bytes)
    .filter(({ label }) => label === "c2pa")
    .flatMap(({ superboxes }) => superboxes.slice(-C2PA_LIMITS.manifests).flatMap(manifest));
}

function manifest(box: Superbox): C2paManifest[] {
  const claimBox = box.superboxes.find(({ label }) => /^c2pa\.claim(?:\.v2)?$/.test(label));
  const claim = tryCbor(dataOf(claimBox, "cbor") ?? new Uint8Array());
  if (!claimBox || !isCborMap(claim)) return [];
  const assertions = box.superboxes.find(({ label }) => label === "c2pa.assertions")?.superboxes ?? [];
  const signature = box.superboxes.find(({ label }) => label === "c2pa.signature");
  return [
    {
      label: box.label,
      claimVersion: claimBox.label.endsWith(".v2") ? 2 : 1,
      claimGenerator: generatorOf(claim),
      title: textOf(cborGet(claim, "dc:title")),
      format: textOf(cborGet(claim, "dc:format")),
      actions: listOf(assertions, /^c2pa\.actions/).flatMap(actionsOf),
      ingredients: listOf(assertions, /^c2pa\.ingredient/).map(ingredientOf),
      references: referencesOf(claim),
      signer: signerOf(dataOf(signature, "cbor")),
      assertions,
    },
  ];
}

/** Values of all assertions whose label fits; a second one of a kind has `__1` behind its label. */
function listOf(assertions: readonly Superbox[], label: RegExp): Cbor[] {
  return assertions
    .filter((box) => label.test(box.label))
    .flatMap((box) => {
      const value = tryCbor(dataOf(box, "cbor") ?? new Uint8Array());
      return value === undefined ? [] : [value];
    });
}

/** Version 1 has a text, often beside a list of details; version 2 the details alone. */
function generatorOf(claim: Cbor): string | undefined {
  const info = cborGet(claim, "claim_generator_info");
  const details = isList(info) ? info[0] : info;
  return textOf(cborGet(claim, "claim_generator")) ?? agentOf(details);
}

/** A program: a text, or a map of name and version. */
function agentOf(value: Cbor | undefined): string | undefined {
  if (typeof value === "string") return value;
  const [name, version] = [textOf(cborGet(value, "name")), textOf(cborGet(value, "version"))];
  return name === undefined ? undefined : version === undefined ? name : `${name} ${version}`;
}

function actionsOf(assertion: Cbor): C2paAction[] {
  const list = cborGet(assertion, "actions");
  return entriesOf(list).flatMap((item) => {
    const action = textOf(cborGet(item, "action"));
    if (action === undefined) return [];
    const sourceType = textOf(cborGet(item, "digitalSourceType"));
    const softwareAgent = agentOf(cborGet(item, "softwareAgent"));
    const when = timeOf(cborGet(item, "when"));
    return [
      {
        action,
        ...(sourceType !== undefined && { digitalSourceType: sourceType }),
        ...(softwareAgent !== undefined && { softwareAgent }),
        ...(when !== undefined && { when }),
      },
    ];
  });
}

function ingredientOf(assertion: Cbor): C2paIngredient {
  const [title, relationship] = [textOf(cborGet(assertion, "dc:title")), textOf(cborGet(assertion, "relationship"))];
  return { ...(title !== undefined && { title }), ...(relationship !== undefined && { relationship }) };
}

function referencesOf(claim: Cbor): C2paReference[] {
  const fallback = textOf(cborGet(claim, "alg")) ?? "sha256";
  const lists = ["assertions", "created_assertions", "gathered_assertions"].map((key) => cborGet(claim, key));
  return lists.flatMap(entriesOf).flatMap((item) => {
    const [url, hash] = [textOf(cborGet(item, "url")), cborGet(item, "hash")];
    if (url === undefined || !(hash instanceof Uint8Array)) return [];
    return [{ url, hash, algorithm: textOf(cborGet(item, "alg")) ?? fallback }];
  });
}

/** COSE_Sign1: protected header, unprotected header, payload, signature. @see RFC 9052, section 4.2; RFC 9360 */
function signerOf(cose: Uint8Array | undefined): C2paSigner | undefined {
  const tagged = cose && tryCbor(cose);
  const parts = isCborTag(tagged) ? tagged.value : tagged;
  if (!isList(parts)) return undefined;
  const header = parts[0] instanceof Uint8Array ? tryCbor(parts[0]) : undefined;
  const chain = cborGet(header, 33, "x5chain") ?? cborGet(parts[1], 33, "x5chain");
  const leaf = isList(chain) ? chain[0] : chain;
  const certificate = leaf instanceof Uint8Array ? certificateFacts(leaf) : undefined;
  const algorithm = cborGet(header, 1);
  return {
    ...(certificate && { certificate }),
    ...(typeof algorithm === "number" && { algorithm }),
    timeStamped: cborGet(parts[1], "sigTst2", "sigTst") !== undefined,
  };
}

/** A time is a text with tag 0. */
function timeOf(value: Cbor | undefined): string | undefined {
  return textOf(isCborTag(value) ? value.value : value);
}

function textOf(value: Cbor | undefined): string | undefined {
  return typeof value === "string" ? value.slice(0, C2PA_LIMITS.text) : undefined;
}

function entriesOf(value: Cbor | undefined): readonly Cbor[] {
  return isList(value) ? value.slice(0, C2PA_LIMITS.entries) : [];
}

function isList(value: Cbor | undefined): value is readonly Cbor[] {
  return Array.isArray(value);
}
