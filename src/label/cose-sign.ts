/**
 * The signature of a C2PA claim: COSE_Sign1 with the payload left out, the certificates in its protected header, a time stamp over
 * the signature itself, and padding up to the size that was kept free for it.
 * @see RFC 9052, sections 4.2 and 4.4; RFC 9360; C2PA Technical Specification 2.2, sections 13.2 and 10.3.2.5 (sigTst2)
 */

import type { Cbor, CborMap } from "../base/cbor.ts";
import { writeCbor } from "../base/cbor-write.ts";
import { SeedproofError } from "../base/errors.ts";

/** Signature algorithms by C2PA's names, with their numbers in COSE. @see RFC 9053, section 2 */
export const COSE_ALGORITHMS = { es256: -7, es384: -35, ed25519: -8 } as const;

/** C2PA's name of a signature algorithm. */
export type CoseAlgorithm = keyof typeof COSE_ALGORITHMS;

/** What signs a claim. */
export interface ClaimSigner {
  readonly algorithm: CoseAlgorithm;
  /** DER of the certificate and of those above it, without the root; the first is the signer's. */
  readonly chain: readonly Uint8Array[];
  /** The raw signature, for ECDSA r and s one after the other. @see IEEE P1363 */
  readonly sign: (message: Uint8Array) => Promise<Uint8Array>;
  /** Asks an authority for a time stamp token (DER) over these bytes; absent where none is wanted. */
  readonly stamp?: (message: Uint8Array) => Promise<Uint8Array>;
}

const [ALG, X5CHAIN, SIGN1] = [1, 33, 18];
const NOTHING = new Uint8Array(0);

/**
 * Signs a claim.
 *
 * @param claim - the claim's CBOR
 * @param size - bytes that the result must have
 * @throws SeedproofError `label.signature-too-long` when it does not fit
 */
export async function signClaim(claim: Uint8Array, signer: ClaimSigner, size: number): Promise<Uint8Array> {
  const [first, ...rest] = signer.chain;
  const chain: Cbor = rest.length === 0 ? first! : signer.chain;
  const header = new Map<Cbor, Cbor>([
    [ALG, COSE_ALGORITHMS[signer.algorithm]],
    [X5CHAIN, chain],
  ]);
  const protectedHeader = writeCbor(header);
  const signature = await signer.sign(writeCbor(["Signature1", protectedHeader, NOTHING, claim]));
  const token = signer.stamp && (await signer.stamp(countersigned(protectedHeader, signature)));
  const unprotected = new Map<Cbor, Cbor>(token ? [["sigTst2", tokens(token)]] : []);
  return padded(protectedHeader, unprotected, signature, size);
}

/**
 * What a time stamp of form 2 is over: the signature as a CBOR byte string, inside another one. A stamp over the bare signature
 * is found to be of something else.
 */
function countersigned(protectedHeader: Uint8Array, signature: Uint8Array): Uint8Array {
  return writeCbor(["CounterSignature", protectedHeader, NOTHING, writeCbor(signature)]);
}

/** @see C2PA Technical Specification 2.2, section 10.3.2.5.3 */
function tokens(token: Uint8Array): CborMap {
  return new Map<Cbor, Cbor>([["tstTokens", [new Map<Cbor, Cbor>([["val", token]])]]]);
}

/** The structure with padding in its unprotected header, which nothing signs. */
function padded(protectedHeader: Uint8Array, header: CborMap, signature: Uint8Array, size: number): Uint8Array {
  const build = (...pads: readonly (readonly [string, number])[]): Uint8Array => {
    const unprotected = new Map([...header, ...pads.map(([key, length]) => [key, new Uint8Array(length)] as const)]);
    return writeCbor({ tag: SIGN1, value: [protectedHeader, unprotected, null, signature] });
  };
  const least = build(["pad", 0]).length;
  if (least > size) {
    throw new SeedproofError("label.signature-too-long", `the signature has ${least} bytes, ${size} were kept for it`);
  }
  // A length of 24, 256 or 65,536 takes more bytes to write, so that some sizes are reached by a second padding only.
  const second = build(["pad", 0], ["pad2", 0]).length;
  for (const [base, ...more] of [[least], [second, ["pad2", 0]]] as const) {
    for (const overhead of [0, 1, 2, 4]) {
      const length = size - base - overhead;
      const built = length < 0 ? NOTHING : build(["pad", length], ...more);
      if (built.length === size) return built;
    }
  }
  throw new SeedproofError("label.signature-too-long", `a signature cannot be padded to ${size} bytes`);
}
