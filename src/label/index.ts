/** `seedproof/label`: signatures and labels in files, checked as far as their bytes allow. */

export { type AigcCheck, type AigcContent, addAigc, aigcJson, aigcPacket, checkAigc } from "./aigc.ts";
export { type Attested, type AttestInput, attest, needsPixels } from "./attestations.ts";
export { type C2paCheck, checkC2pa } from "./c2pa.ts";
export { checkIptc, iptcStatements } from "./iptc.ts";
export { NOVELAI_PUBLIC_KEY, verifyNovelaiSignature } from "./novelai-signature.ts";
