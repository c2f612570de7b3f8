/** `seedproof/label`: signatures and labels in files, checked as far as their bytes allow. */

export { type AigcCheck, type AigcContent, aigcJson, aigcProperty, checkAigc } from "./aigc.ts";
export { type Attested, type AttestInput, attest, needsPixels } from "./attestations.ts";
export { type C2paCheck, checkC2pa } from "./c2pa.ts";
export {
  type C2paModule,
  type CredentialsTrustInput,
  type SigningOrder,
  signCredentials,
  validateCredentials,
} from "./c2pa-engine.ts";
export { type ClaimSigner, type CoseAlgorithm, signClaim } from "./cose-sign.ts";
export { type CredentialsReport, credentialsReport } from "./credentials.ts";
export { checkIptc, iptcStatements } from "./iptc.ts";
export { type ManifestContent, manifestOf, SOURCE_TYPES, sourceTypeUri } from "./manifest.ts";
export { NOVELAI_PUBLIC_KEY, verifyNovelaiSignature } from "./novelai-signature.ts";
export { type LabelContent, MINING_TERMS, type MiningTerm, withLabels, writeLabels } from "./write-labels.ts";
