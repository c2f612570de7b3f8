/** The key and certificates that sign Content Credentials: PKCS #8 and PEM, in files that nobody else can read. */

import { createPrivateKey, createPublicKey, type KeyObject, sign, X509Certificate } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { SeedproofError } from "../base/errors.ts";
import { sha256 } from "../base/hash.ts";
import type { ClaimSigner, CoseAlgorithm } from "../label/cose-sign.ts";
import { certificatesOf } from "../ledger/pem.ts";
import { checkTimestamp } from "../ledger/rfc3161.ts";
import { tokenBytes } from "../ledger/timestamp-token.ts";
import type { Fetch } from "./http-client.ts";
import { requestTimestamp } from "./tsa.ts";

/** Bytes of a key or certificate file; real ones have under 20 kB. CWE-770. */
const MAX_PEM = 1 << 20;

/** Files of a signer. */
export interface SignerFiles {
  /** PKCS #8 in PEM, unencrypted, for its owner alone. */
  readonly key: string;
  /** The signer's certificate and those above it, in PEM. */
  readonly certificates: string;
  /** Address of a timestamp authority. */
  readonly tsa?: string;
  readonly fetch?: Fetch;
}

/**
 * What signs with these files.
 * @throws SeedproofError `label.key-*`, `label.certificate-*` where they cannot sign credentials that anyone would accept
 */
export function claimSigner({ key, certificates, tsa, fetch }: SignerFiles, now: number): ClaimSigner {
  const privateKey = keyOf(key);
  const chain = certificatesOf(read(certificates, "label.certificate-missing"));
  const algorithm = algorithmOf(privateKey, key);
  checkLeaf(chain, privateKey, certificates, now);
  return {
    algorithm,
    chain: chain.filter((der) => !isRoot(new X509Certificate(der))),
    sign: async (message) => {
      const digest = algorithm === "ed25519" ? null : algorithm === "es384" ? "sha384" : "sha256";
      return new Uint8Array(sign(digest, message, { key: privateKey, dsaEncoding: "ieee-p1363" }));
    },
    ...(tsa !== undefined && { stamp: (message: Uint8Array) => stamp(message, tsa, fetch) }),
  };
}

function read(file: string, code: `label.${string}`): string {
  let size: number;
  try {
    size = statSync(file).size;
  } catch {
    throw new SeedproofError(code, `there is no file ${file}`, { where: { file } });
  }
  if (size > MAX_PEM)
    throw new SeedproofError("label.key-malformed", `${file} is too long to be a key`, { where: { file } });
  return readFileSync(file, "utf8");
}

function keyOf(file: string): KeyObject {
  const pem = read(file, "label.key-missing");
  if (process.platform !== "win32" && (statSync(file).mode & 0o077) !== 0) {
    throw new SeedproofError("label.key-open", `${file} can be read by others; chmod 600 it first`, {
      where: { file },
    });
  }
  if (!pem.includes("-----BEGIN PRIVATE KEY-----")) {
    throw new SeedproofError("label.key-malformed", `${file} holds no private key in PKCS #8 (BEGIN PRIVATE KEY)`, {
      where: { file },
    });
  }
  try {
    return createPrivateKey(pem);
  } catch (cause) {
    throw new SeedproofError("label.key-malformed", `${file} holds no key that can be read`, {
      where: { file },
      cause,
    });
  }
}

function algorithmOf(key: KeyObject, file: string): CoseAlgorithm {
  if (key.asymmetricKeyType === "ed25519") return "ed25519";
  const curve = key.asymmetricKeyType === "ec" ? key.asymmetricKeyDetails?.namedCurve : undefined;
  if (curve === "prime256v1") return "es256";
  if (curve === "secp384r1") return "es384";
  throw new SeedproofError("label.key-kind", "credentials are signed with P-256, P-384 or Ed25519", {
    where: { file },
  });
}

/** The checks whose failure every validator would report, made before anything is signed. */
function checkLeaf([der]: readonly Uint8Array[], key: KeyObject, file: string, now: number): void {
  const [what, why] = (der ? flawOf(new X509Certificate(der), key, now) : MISSING) ?? [];
  if (what) throw new SeedproofError(`label.certificate-${what}`, `${file}: ${why}`, { where: { file } });
}

type Flaw = readonly [what: "missing" | "other-key" | "expired" | "unsuited", why: string];

const MISSING: Flaw = ["missing", "it holds no certificate"];

function flawOf(leaf: X509Certificate, key: KeyObject, now: number): Flaw | undefined {
  const own = createPublicKey(key).export({ type: "spki", format: "der" });
  if (!leaf.publicKey.export({ type: "spki", format: "der" }).equals(own)) {
    return ["other-key", "the first certificate is not the one of the key"];
  }
  if (now < Date.parse(leaf.validFrom) || now > Date.parse(leaf.validTo)) {
    return ["expired", `the certificate is valid from ${leaf.validFrom} to ${leaf.validTo}`];
  }
  if (leaf.ca || isRoot(leaf)) {
    return ["unsuited", "a certificate that signs credentials is issued by another one, and issues none itself"];
  }
  if (!(leaf.keyUsage ?? []).some((purpose) => PURPOSES.has(purpose))) {
    return ["unsuited", "the extended key usage names neither emailProtection nor C2PA claim signing"];
  }
  return undefined;
}

/** emailProtection, documentSigning, and C2PA's own claim signing. @see C2PA Technical Specification 2.2, section 14.5.1 */
const PURPOSES = new Set(["1.3.6.1.5.5.7.3.4", "1.3.6.1.5.5.7.3.36", "1.3.6.1.4.1.62558.2.1"]);

/** Roots do not travel with the signature: readers have their own. */
function isRoot(certificate: X509Certificate): boolean {
  return certificate.subject === certificate.issuer && certificate.verify(certificate.publicKey);
}

/** A token over the message, checked before it is believed to be one. @throws SeedproofError `label.timestamp-unusable` */
async function stamp(message: Uint8Array, tsa: string, fetch: Fetch | undefined): Promise<Uint8Array> {
  const digest = sha256(message);
  const { request, reply } = await requestTimestamp(tsa, digest, fetch ? { fetch } : {});
  const { timestamp, findings } = await checkTimestamp(reply, { digest, request }, { roots: [] });
  if (!timestamp) {
    const why = findings.filter(({ level }) => level === "fails").map(({ text }) => text.en);
    throw new SeedproofError("label.timestamp-unusable", `${tsa}: ${why.join(" ")}`);
  }
  return tokenBytes(reply);
}
