/** Timestamp tokens taken apart: the reply, the signed data in it, its one signer. RFC 3161, RFC 5652. */

import * as asn1js from "asn1js";
import * as pkijs from "pkijs";
import { SeedproofError } from "../base/errors.ts";

/** Limits of the token reader. */
export const TIMESTAMP_LIMITS = {
  /** Bytes of a reply. With a full chain and CRLs, real ones have 2 to 20 kB. CWE-770. */
  bytes: 512 * 1024,
  /** Certificates in a token. */
  certificates: 20,
} as const;

/** Object identifier of a timestamp's contents. */
export const TST_INFO = "1.2.840.113549.1.9.16.1.4";

/** A token taken apart; nothing in it is checked yet. */
export interface Token {
  readonly info: pkijs.TSTInfo;
  /** DER of the TSTInfo as it was signed. */
  readonly infoBytes: Uint8Array;
  readonly signerInfo: pkijs.SignerInfo;
  readonly signer: pkijs.Certificate;
  readonly signerBytes: Uint8Array;
  readonly certificates: readonly pkijs.Certificate[];
}

/** @throws SeedproofError `ledger.timestamp-malformed`, or whatever the ASN.1 library throws */
export function readToken(reply: Uint8Array): Token {
  if (reply.length > TIMESTAMP_LIMITS.bytes) throw malformed("it is longer than the limit");
  const contentInfo = tokenOf(reply);
  if (contentInfo.contentType !== pkijs.ContentInfo.SIGNED_DATA) throw malformed("it is no signed data");
  const signed = new pkijs.SignedData({ schema: contentInfo.content });
  const { eContentType, eContent } = signed.encapContentInfo;
  if (eContentType !== TST_INFO || !eContent) throw malformed("it holds no timestamp");
  if (signed.signerInfos.length !== 1) throw malformed("a timestamp has exactly one signer");
  const infoBytes = new Uint8Array(eContent.getValue());
  const signerInfo = signed.signerInfos[0]!;
  const raw = rawCertificates(contentInfo);
  if (raw.length > TIMESTAMP_LIMITS.certificates) throw malformed("it holds too many certificates");
  const certificates = raw.map((der) => pkijs.Certificate.fromBER(buffer(der)));
  const at = certificates.findIndex((certificate) => isNamedBy(certificate, signerInfo));
  if (at < 0) throw malformed("the signer's certificate is not in it");
  return {
    info: pkijs.TSTInfo.fromBER(buffer(infoBytes)),
    infoBytes,
    signerInfo,
    signer: certificates[at]!,
    signerBytes: raw[at]!,
    certificates,
  };
}

/** The token of a reply, or a token that stands alone. */
function tokenOf(reply: Uint8Array): pkijs.ContentInfo {
  const { result, offset } = asn1js.fromBER(buffer(reply));
  if (offset !== reply.length) throw malformed("bytes follow it, or it is cut short");
  const first = (result as asn1js.Sequence).valueBlock.value[0];
  if (first instanceof asn1js.ObjectIdentifier) return new pkijs.ContentInfo({ schema: result });
  const response = new pkijs.TimeStampResp({ schema: result });
  // 0 is granted, 1 granted with changes; all others carry no token. RFC 3161, section 2.4.2.
  if (Number(response.status.status) > 1) {
    throw malformed(`the authority refused the request with status ${Number(response.status.status)}`);
  }
  if (!response.timeStampToken) throw malformed("the reply holds no token");
  return response.timeStampToken;
}

/** DER of the bare token of a reply. @throws SeedproofError `ledger.timestamp-malformed` */
export function tokenBytes(reply: Uint8Array): Uint8Array {
  return new Uint8Array(tokenOf(reply).toSchema().toBER());
}

/** DER of the certificates as they stand: encoding them again could change the bytes that a binding hashes. */
function rawCertificates(contentInfo: pkijs.ContentInfo): Uint8Array[] {
  const parts: readonly asn1js.AsnType[] = contentInfo.content.valueBlock.value;
  const set = parts.find(({ idBlock }) => idBlock.tagClass === 3 && idBlock.tagNumber === 0);
  const blocks: readonly asn1js.BaseBlock[] = (set as asn1js.Constructed | undefined)?.valueBlock.value ?? [];
  return blocks.map((block) => block.valueBeforeDecodeView).filter((der) => der[0] === 0x30);
}

function isNamedBy(certificate: pkijs.Certificate, { sid }: pkijs.SignerInfo): boolean {
  return (
    sid instanceof pkijs.IssuerAndSerialNumber &&
    certificate.issuer.isEqual(sid.issuer) &&
    certificate.serialNumber.isEqual(sid.serialNumber)
  );
}

/** The common name, or all names joined. */
export function nameOf({ subject }: pkijs.Certificate): string {
  const names = subject.typesAndValues.map(({ type, value }) => ({ type, text: String(value.valueBlock.value) }));
  return names.find(({ type }) => type === "2.5.4.3")?.text ?? names.map(({ text }) => text).join(", ");
}

/** A fresh buffer: the libraries take no views. */
export function buffer(bytes: Uint8Array): ArrayBuffer {
  return Uint8Array.from(bytes).buffer;
}

function malformed(why: string): SeedproofError {
  return new SeedproofError("ledger.timestamp-malformed", why);
}
