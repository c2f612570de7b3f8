/** What in a file vouches for something: signatures, labels, and second copies of the recipe; each checked as far as it can be. */

import type { Finding } from "../base/findings.ts";
import type { Text } from "../base/texts.ts";
import type { Container } from "../image/container.ts";
import type { Raster } from "../image/raster.ts";
import type { ByteSource } from "../image/source.ts";
import type { Account } from "../recipe/account.ts";
import { mergeAccounts } from "../recipe/merge.ts";
import { novelaiComment } from "../recipe/novelai.ts";
import type { Attestation } from "../recipe/proves.ts";
import type { Reading } from "../recipe/reading.ts";
import { checkAigc } from "./aigc.ts";
import { type C2paCheck, checkC2pa, type NewHasher } from "./c2pa.ts";
import type { CredentialsReport } from "./credentials.ts";
import { checkIptc, iptcStatements } from "./iptc.ts";
import { type Labels, labelsOf } from "./labels.ts";
import { type Ed25519, type SignatureStatus, verifyNovelaiSignature } from "./novelai-signature.ts";

/** Attestations with what was found about them. */
export interface Attested {
  readonly attestations: readonly Attestation[];
  readonly labels: Labels;
  readonly findings: readonly Finding[];
}

/** What attestations are checked against. */
export interface AttestInput {
  readonly container: Container;
  readonly reading: Reading;
  /** The samples as stored; absent where pixels were not decoded. */
  readonly pixels?: Raster | undefined;
  readonly verifyEd25519?: Ed25519;
  /** The whole file, where what is bound to its bytes is to be checked. */
  readonly source?: ByteSource | undefined;
  readonly newHasher?: NewHasher;
  /** What validating the Content Credentials came to, where the host has done that. */
  readonly credentials?: CredentialsReport | undefined;
}

/** Whether an attestation of this file is over its pixels, so that they are worth decoding. */
export function needsPixels(reading: Pick<Reading, "tool">, container: Container): boolean {
  return reading.tool === "novelai" && signedComment(container) !== undefined;
}

/** All attestations of a file, checked as far as its bytes and pixels allow. */
export function attest(input: AttestInput): Attested {
  const { blocks } = input.container;
  const own = [novelai(input), stealthCopy(input), xai(input)].filter((one) => one !== undefined);
  const stores = checkC2pa(blocks, input.source, input.newHasher).map((store) => validated(store, input.credentials));
  const aigc = checkAigc(blocks);
  const labels = [...stores, ...aigc];
  return {
    labels: labelsOf(stores, aigc, iptcStatements(blocks)),
    attestations: [...own, ...labels].map(({ attestation }) => attestation),
    findings: [
      ...own.map(({ attestation, text }) => findingOf(attestation, text)),
      ...labels.flatMap(({ findings }) => findings),
      ...checkIptc(blocks),
    ],
  };
}

/**
 * A store with what its validation came to. Both must agree that it holds: what our own check of the bytes finds to differ is
 * not made good by a validator that leaves more out.
 */
function validated(store: C2paCheck, report: CredentialsReport | undefined): C2paCheck {
  if (!report) return store;
  const status = store.attestation.status === "invalid" ? "invalid" : report.state;
  const where = { block: store.block };
  const findings = report.findings.map((finding) => ({ ...finding, where }));
  return {
    ...store,
    attestation: { ...store.attestation, status, trust: report.trust },
    findings: [...store.findings, ...findings],
  };
}

interface Checked {
  readonly attestation: Attestation;
  readonly text: Text;
}

function findingOf({ kind, status, block }: Attestation, text: Text): Finding {
  const level = status === "valid" ? "holds" : status === "invalid" ? "fails" : "informs";
  return { code: `label.${kind}-${status}`, level, text, ...(block !== undefined && { where: { block } }) };
}

/** NovelAI's recipe with a signature: the one that stands as text, or else the one that is hidden in the pixels. */
function signedComment({ blocks }: Container): { block: number; text: string } | undefined {
  const signed = blocks.flatMap(({ text, where }, block) => {
    const comment = text === undefined ? undefined : novelaiComment(text);
    return comment?.includes('"signed_hash"') ? [{ block, text: comment, hidden: where.startsWith("pixels:") }] : [];
  });
  return signed.find(({ hidden }) => !hidden) ?? signed[0];
}

/** xAI signs in a form of its own, with a key that it has not published. */
function xai({ container, reading }: AttestInput): Checked | undefined {
  const block = reading.accounts.find(({ tool, kind }) => tool === "xai-grok" && kind === "label")?.block;
  if (block === undefined || !container.blocks[block]?.text?.startsWith("Signature: ")) return undefined;
  return { attestation: { kind: "xai-signature", status: "unverifiable", covers: ["origin"], block }, text: XAI };
}

function novelai({ container, reading, pixels, verifyEd25519 }: AttestInput): Checked | undefined {
  const signed = reading.tool === "novelai" ? signedComment(container) : undefined;
  if (!signed) return undefined;
  const options = verifyEd25519 ? { verify: verifyEd25519 } : {};
  const found: SignatureStatus = pixels ? verifyNovelaiSignature(pixels, signed.text, options) : "none";
  const status = found === "none" ? "unverifiable" : found;
  const attestation: Attestation = {
    kind: "novelai-signature",
    status,
    covers: ["pixels", "recipe"],
    block: signed.block,
  };
  return { attestation, text: NOVELAI[status] };
}

/** The recipe that is hidden in the pixels, against the one that stands as text. */
function stealthCopy({ container, reading }: AttestInput): Checked | undefined {
  const isHidden = ({ block }: Account): boolean => container.blocks[block]?.where.startsWith("pixels:") ?? false;
  const hidden = reading.accounts.find((account) => account.kind === "recipe" && isHidden(account));
  if (!hidden) return undefined;
  const written = reading.accounts.find((account) => account.kind === "recipe" && !isHidden(account));
  const differs = written && mergeAccounts([written, hidden]).conflicts.length > 0;
  const status = !written ? "unverifiable" : differs ? "invalid" : "valid";
  return {
    attestation: { kind: "stealth-copy", status, covers: ["recipe"], block: hidden.block },
    text: STEALTH[status],
  };
}

const XAI: Text = {
  en: "A signature in xAI's form is present; no key to check it with is public.",
  zh: "存在 xAI 形式的签名；用于核验的公钥未公开。",
};

const NOVELAI: Readonly<Record<Attestation["status"], Text>> = {
  valid: {
    en: "NovelAI's signature over the pixels and the recipe holds.",
    zh: "NovelAI 对像素与配方的签名有效。",
  },
  invalid: {
    en: "NovelAI's signature does not fit: a pixel or a character of the recipe was changed after it was signed.",
    zh: "NovelAI 的签名不符：签名之后像素或配方文字有改动。",
  },
  unverifiable: {
    en: "NovelAI's signature is present and was not checked: the pixels were not decoded, or it is not readable.",
    zh: "存在 NovelAI 签名但未核验：未解码像素，或签名不可读。",
  },
};

const STEALTH: Readonly<Record<Attestation["status"], Text>> = {
  valid: {
    en: "The copy of the recipe in the low bits of the pixels says the same as the text.",
    zh: "像素最低位中的配方副本与文本一致。",
  },
  invalid: {
    en: "The copy of the recipe in the low bits of the pixels differs from the text: one of them was changed.",
    zh: "像素最低位中的配方副本与文本不一致：其中之一被改动。",
  },
  unverifiable: {
    en: "The recipe stands in the low bits of the pixels only; no text is there to compare it with.",
    zh: "配方仅存在于像素最低位，没有文本可供比对。",
  },
};
