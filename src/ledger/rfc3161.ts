/**
 * Timestamps by an authority: the request, and every check of a reply. RFC 3161, RFC 5816, RFC 5652.
 * ASN.1 and chains are pkijs's work; what it does not check (purpose, certificate binding, nonce, policy, imprint) is done here.
 */

import * as asn1js from "asn1js";
import * as pkijs from "pkijs";
import { equalBytes, toHex } from "../base/bytes.ts";
import { SeedproofError } from "../base/errors.ts";
import type { Finding } from "../base/findings.ts";
import { finding } from "./findings.ts";
import { buffer, nameOf, readToken, type Token, TST_INFO } from "./timestamp-token.ts";

/** Hashes that count, by object identifier. MD5 and SHA-1 do not: whoever made the data could have made two. */
const HASHES: Readonly<Record<string, "SHA-256" | "SHA-384" | "SHA-512">> = {
  "2.16.840.1.101.3.4.2.1": "SHA-256",
  "2.16.840.1.101.3.4.2.2": "SHA-384",
  "2.16.840.1.101.3.4.2.3": "SHA-512",
};

const OID = {
  sha256: "2.16.840.1.101.3.4.2.1",
  contentType: "1.2.840.113549.1.9.3",
  messageDigest: "1.2.840.113549.1.9.4",
  signingCertificate: "1.2.840.113549.1.9.16.2.12",
  signingCertificateV2: "1.2.840.113549.1.9.16.2.47",
  timeStamping: "1.3.6.1.5.5.7.3.8",
  extendedKeyUsage: "2.5.29.37",
  keyUsage: "2.5.29.15",
} as const;

/** A request for a timestamp over a SHA-256, DER. @param nonce - 8 random bytes, so that no old reply fits */
export function timestampRequest(digest: Uint8Array, nonce: Uint8Array, policy?: string): Uint8Array {
  const request = new pkijs.TimeStampReq({
    version: 1,
    messageImprint: new pkijs.MessageImprint({
      hashAlgorithm: new pkijs.AlgorithmIdentifier({ algorithmId: OID.sha256, algorithmParams: new asn1js.Null() }),
      hashedMessage: new asn1js.OctetString({ valueHex: buffer(digest) }),
    }),
    // A leading zero bit keeps the number positive; a leading one keeps its length.
    nonce: new asn1js.Integer({ valueHex: buffer(Uint8Array.of((nonce[0]! & 0x3f) | 0x40, ...nonce.subarray(1))) }),
    certReq: true,
    ...(policy ? { reqPolicy: policy } : {}),
  });
  return new Uint8Array(request.toSchema().toBER());
}

/** What was asked for. */
export interface TimestampQuestion {
  /** SHA-256 of the stamped bytes. */
  readonly digest: Uint8Array;
  /** The request that was sent, if it was kept: its nonce must come back. */
  readonly request?: Uint8Array;
}

/** Whom the reader believes. */
export interface TimestampTrust {
  /** DER of root certificates. Without any, a good token still counts, as the word of an authority nobody vouches for. */
  readonly roots: readonly Uint8Array[];
  /** DER of further certificates for the chain. */
  readonly intermediates?: readonly Uint8Array[];
  /** DER of revocation lists. */
  readonly crls?: readonly Uint8Array[];
  /** Object identifiers of accepted policies; all where absent. */
  readonly policies?: readonly string[];
  /** Half width to assume, in milliseconds, where a token states no accuracy. */
  readonly defaultAccuracyMs?: number;
}

/** What a token says. */
export interface Timestamp {
  /** Milliseconds since 1970. */
  readonly time: number;
  /** Half width of the time in milliseconds, stated or assumed. */
  readonly accuracyMs: number;
  readonly policy: string;
  /** Hex. */
  readonly serial: string;
  /** Name of the signing certificate. */
  readonly authority: string;
  /** Whether the chain leads to a root that the reader named. */
  readonly trusted: boolean;
}

/** A checked reply: the timestamp only where nothing fails. */
export interface TimestampCheck {
  readonly timestamp?: Timestamp;
  readonly findings: readonly Finding[];
}

/** One minute: authorities without a stated accuracy keep far better time, and an interval of minutes decides the same. */
const DEFAULT_ACCURACY_MS = 60_000;

/** Checks a reply or a bare token. Never throws for what it holds. */
export async function checkTimestamp(
  reply: Uint8Array,
  asked: TimestampQuestion,
  trust: TimestampTrust,
): Promise<TimestampCheck> {
  let token: Token;
  try {
    token = readToken(reply);
  } catch (error) {
    const why = error instanceof SeedproofError ? error.message : "it is not in the form of RFC 3161";
    return { findings: [finding("ledger.timestamp-malformed", { why })] };
  }
  const { info, signer } = token;
  const time = info.genTime.getTime();
  const findings = [...checkInfo(info, asked, trust), ...(await checkSigner(token)), ...checkCertificate(signer, time)];
  const chain = await checkChain(token, trust, info.genTime);
  findings.push(...chain.findings);
  if (findings.some(({ level }) => level === "fails")) return { findings };
  const accuracyMs = statedAccuracy(info) ?? trust.defaultAccuracyMs ?? DEFAULT_ACCURACY_MS;
  const timestamp = {
    time,
    accuracyMs,
    policy: info.policy,
    serial: toHex(info.serialNumber.valueBlock.valueHexView),
    authority: nameOf(signer),
    trusted: chain.trusted,
  };
  const values = { time: new Date(time).toISOString(), authority: timestamp.authority, accuracy: accuracyMs / 1000 };
  return { timestamp, findings: [finding("ledger.timestamp-holds", values), ...findings] };
}

/** That the token answers the question: its hash, nonce and policy. */
function checkInfo(info: pkijs.TSTInfo, asked: TimestampQuestion, trust: TimestampTrust): Finding[] {
  const findings: Finding[] = [];
  const { hashAlgorithm, hashedMessage } = info.messageImprint;
  if (!HASHES[hashAlgorithm.algorithmId]) findings.push(finding("ledger.timestamp-weak-hash"));
  if (
    hashAlgorithm.algorithmId !== OID.sha256 ||
    !equalBytes(new Uint8Array(hashedMessage.valueBlock.valueHexView), asked.digest)
  ) {
    findings.push(finding("ledger.timestamp-imprint"));
  }
  const sent = asked.request && nonceOf(asked.request);
  const came = info.nonce && toHex(info.nonce.valueBlock.valueHexView);
  if (asked.request && sent !== came) findings.push(finding("ledger.timestamp-nonce"));
  if (trust.policies && !trust.policies.includes(info.policy)) {
    findings.push(finding("ledger.timestamp-policy", { policy: info.policy }));
  }
  if (info.version !== 1) findings.push(finding("ledger.timestamp-malformed", { why: "its version is not 1" }));
  return findings;
}

function nonceOf(request: Uint8Array): string | undefined {
  try {
    const { nonce } = pkijs.TimeStampReq.fromBER(buffer(request));
    return nonce ? toHex(nonce.valueBlock.valueHexView) : undefined;
  } catch {
    return "the request cannot be read";
  }
}

/** That the signature covers the timestamp, and names the certificate that it is checked with. */
async function checkSigner({ signerInfo, signer, signerBytes, infoBytes }: Token): Promise<Finding[]> {
  const hash = HASHES[signerInfo.digestAlgorithm.algorithmId];
  if (!hash) return [finding("ledger.timestamp-weak-hash")];
  const findings: Finding[] = [];
  const attributes = new Map((signerInfo.signedAttrs?.attributes ?? []).map(({ type, values }) => [type, values[0]]));
  const engine = pkijs.getCrypto(true);
  const digest = new Uint8Array(await engine.digest(hash, buffer(infoBytes)));
  const stated = attributes.get(OID.messageDigest) as asn1js.OctetString | undefined;
  const type = attributes.get(OID.contentType) as asn1js.ObjectIdentifier | undefined;
  const covered =
    stated !== undefined &&
    equalBytes(new Uint8Array(stated.valueBlock.valueHexView), digest) &&
    type?.valueBlock.toString() === TST_INFO;
  if (!covered || !(await hasGoodSignature(signerInfo, signer, hash))) {
    findings.push(finding("ledger.timestamp-signature"));
  }
  if (!(await bindsCertificate(attributes, signerBytes))) findings.push(finding("ledger.timestamp-binding"));
  return findings;
}

async function hasGoodSignature(info: pkijs.SignerInfo, signer: pkijs.Certificate, hash: string): Promise<boolean> {
  try {
    return await pkijs
      .getCrypto(true)
      .verifyWithPublicKey(
        info.signedAttrs!.encodedValue,
        info.signature,
        signer.subjectPublicKeyInfo,
        info.signatureAlgorithm,
        hash,
      );
  } catch {
    return false;
  }
}

/**
 * That the signed attributes name the certificate by its hash, so that no other certificate over the same key can be
 * put in its place. The first form hashes with SHA-1, the second names its hash. @see RFC 5035, RFC 5816
 */
async function bindsCertificate(attributes: ReadonlyMap<string, unknown>, der: Uint8Array): Promise<boolean> {
  const second = attributes.get(OID.signingCertificateV2) as asn1js.Sequence | undefined;
  const one = second ?? (attributes.get(OID.signingCertificate) as asn1js.Sequence | undefined);
  const id = ((one?.valueBlock.value[0] as asn1js.Sequence | undefined)?.valueBlock.value[0] as asn1js.Sequence)
    ?.valueBlock.value;
  if (!id) return false;
  const named =
    id[0] instanceof asn1js.Sequence ? String((id[0].valueBlock.value[0] as asn1js.ObjectIdentifier).valueBlock) : "";
  const hash = second ? (named === "" ? "SHA-256" : HASHES[named]) : "SHA-1";
  const value = id.find((part): part is asn1js.OctetString => part instanceof asn1js.OctetString);
  if (!hash || !value) return false;
  const digest = await pkijs.getCrypto(true).digest(hash, buffer(der));
  return equalBytes(new Uint8Array(value.valueBlock.valueHexView), new Uint8Array(digest));
}

/** That the certificate is made for timestamps and for nothing else, and was valid when it signed. @see RFC 3161, 2.3 */
function checkCertificate(certificate: pkijs.Certificate, time: number): Finding[] {
  const findings: Finding[] = [];
  const extension = (id: string) => certificate.extensions?.find(({ extnID }) => extnID === id);
  const purpose = extension(OID.extendedKeyUsage);
  const purposes = (purpose?.parsedValue as pkijs.ExtKeyUsage | undefined)?.keyPurposes ?? [];
  const usage = extension(OID.keyUsage)?.parsedValue as asn1js.BitString | undefined;
  // The first two bits: digitalSignature, nonRepudiation.
  const maySign = usage === undefined || ((usage.valueBlock.valueHexView[0] ?? 0) & 0xc0) !== 0;
  if (purpose?.critical !== true || purposes.length !== 1 || purposes[0] !== OID.timeStamping || !maySign) {
    findings.push(finding("ledger.timestamp-purpose"));
  }
  const from = certificate.notBefore.value.getTime();
  const until = certificate.notAfter.value.getTime();
  if (time < from || time > until) {
    const date = (t: number) => new Date(t).toISOString();
    findings.push(finding("ledger.timestamp-validity", { time: date(time), from: date(from), until: date(until) }));
  }
  return findings;
}

/** The chain from the signer to a root that the reader named, as it was when the token was made. */
async function checkChain(
  { signer, certificates }: Token,
  { roots, intermediates = [], crls = [] }: TimestampTrust,
  at: Date,
): Promise<{ trusted: boolean; findings: Finding[] }> {
  if (roots.length === 0) return { trusted: false, findings: [finding("ledger.timestamp-root-unknown")] };
  try {
    const others = intermediates.map((der) => pkijs.Certificate.fromBER(buffer(der)));
    const engine = new pkijs.CertificateChainValidationEngine({
      trustedCerts: roots.map((der) => pkijs.Certificate.fromBER(buffer(der))),
      // The engine takes the last one as the certificate to be checked.
      certs: [...others, ...certificates.filter((certificate) => certificate !== signer), signer],
      crls: crls.map((der) => pkijs.CertificateRevocationList.fromBER(buffer(der))),
      checkDate: at,
    });
    const { result } = await engine.verify({ passedWhenNotRevValues: true });
    if (!result) return { trusted: false, findings: [finding("ledger.timestamp-untrusted")] };
    const revocation = crls.length > 0 ? [] : [finding("ledger.timestamp-revocation")];
    return { trusted: true, findings: revocation };
  } catch {
    return { trusted: false, findings: [finding("ledger.timestamp-untrusted")] };
  }
}

function statedAccuracy({ accuracy }: pkijs.TSTInfo): number | undefined {
  if (!accuracy) return undefined;
  return (accuracy.seconds ?? 0) * 1000 + (accuracy.millis ?? 0) + (accuracy.micros ?? 0) / 1000;
}
