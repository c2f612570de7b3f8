/**
 * Services that write no recipe: what they leave in a file is a label that says that, and by whom, an image was made. They are
 * known by Content Credentials, by the AIGC label, and by marks of their own.
 */

import type { Text } from "../base/texts.ts";
import { type C2paManifest, isC2paBlock, readC2paStore } from "../image/c2pa-store.ts";
import { readXmp, xmpValue } from "../image/xmp.ts";
import { isXmp, saysModelMade, XMP_NS } from "../image/xmp-names.ts";
import { type Account, type Draft, draftAccount } from "./account.ts";
import { type AigcLabel, aigcField, aigcLabels } from "./aigc-label.ts";
import { type Entry, type Evidence, entryOf, type Generator } from "./generator.ts";
import { privateFinding } from "./private-data.ts";
import type { ToolId } from "./tools.ts";

/** Names in Content Credentials, by what they stand for; the first that fits counts. */
const C2PA_MAKERS: readonly (readonly [ToolId, RegExp])[] = [
  ["xai-grok", /\bxAI\b|\bGrok\b/i],
  ["jimeng", /\bDreamina\b|\bJimeng\b|即梦/i],
  ["doubao", /\bDoubao\b|豆包/i],
  ["kling", /\bKling\b|\bKuaishou\b|可灵/i],
  ["midjourney", /\bMidjourney\b/i],
  ["adobe-firefly", /\bAdobe[ _]?Firefly\b|\bFirefly\b/i],
  ["openai", /\bOpenAI\b|\bChatGPT\b|\bDALL[·. -]?E\b|\bGPT-4o\b|\bgpt-image\b|\bSora\b/i],
  ["google", /\bGoogle\b|\bGemini\b|\bImagen\b|\bVeo\b/i],
  ["bfl-flux", /\bBlack Forest Labs\b|\bFLUX\b/i],
  ["samsung", /\bSamsung\b|\bGalaxy\b/i],
];

/**
 * Producers in AIGC labels: the code holds the company's Unified Social Credit Code, or the service writes its name.
 * ByteDance's Beijing company signs for Doubao, its Shenzhen company for Jimeng.
 */
const AIGC_MAKERS: readonly (readonly [ToolId, RegExp])[] = [
  ["doubao", /91110102MACQD9K640|doubao|豆包/i],
  ["jimeng", /9144030008867405X2|jimeng|dreamina|即梦/i],
  ["kling", /91110108335469089C|kling|可灵/i],
];

/** Files of hosted services and cameras that carry a label. */
export const hosted: Generator = {
  name: "hosted",
  read(evidence) {
    return [...fromCredentials(evidence), ...fromAigc(evidence), ...fromMarks(evidence)];
  },
};

function makerOf(makers: readonly (readonly [ToolId, RegExp])[], text: string): ToolId {
  return makers.find(([, names]) => names.test(text))?.[0] ?? "none";
}

/** One account a store; the maker is looked for from the active manifest back to what it was made from. */
function fromCredentials({ entries }: Evidence): Account[] {
  return entries.flatMap(({ index, block }) => {
    const manifests = isC2paBlock(block) && block.bytes ? readC2paStore(block.bytes) : [];
    if (manifests.length === 0) return [];
    const made = manifests.toReversed().find(isModelMade);
    const shown = made ?? manifests.at(-1)!;
    const draft = draftAccount(made ? makerOf(C2PA_MAKERS, namesIn(made)) : "none", index);
    draft.find({ code: "label.c2pa", level: "informs", text: credentialsText(shown), where: { block: index } });
    return [draft.done("label")];
  });
}

/** A camera's credentials say another source, or none; a service that names itself needs none. */
function isModelMade({ actions, claimGenerator = "" }: C2paManifest): boolean {
  const types = actions.flatMap(({ digitalSourceType }) => digitalSourceType ?? []);
  return (
    types.some(saysModelMade) || (types.length === 0 && /Firefly|OpenAI|Midjourney|Dreamina/i.test(claimGenerator))
  );
}

/** The program counts before the agents of single actions, and these before the signer. */
function namesIn({ claimGenerator, actions, signer }: C2paManifest): string {
  const agents = actions.flatMap(({ softwareAgent }) => softwareAgent ?? []);
  const { organization, commonName } = signer?.certificate?.subject ?? {};
  return [claimGenerator, ...agents, organization, commonName].filter(Boolean).join(" · ");
}

/** Texts of strangers in a sentence of ours: one line, bounded. */
function short(text: string): string {
  const line = text.slice(0, 200).replace(/\s+/g, " ").trim();
  return line.length > 120 ? `${line.slice(0, 119)}…` : line;
}

function credentialsText(manifest: C2paManifest): Text {
  const { claimGenerator = "?", actions, signer } = manifest;
  const done = actions.map(({ action, digitalSourceType }) =>
    [action, digitalSourceType?.replace(/^.*\//, "")].filter(Boolean).join(" "),
  );
  const organization = signer?.certificate?.subject.organization ?? signer?.certificate?.subject.commonName ?? "?";
  const list = done.slice(0, 4).join(", ") || "–";
  return {
    en: `Content Credentials by ${short(claimGenerator)}: ${short(list)}; the certificate names ${short(organization)}`,
    zh: `内容凭证由 ${short(claimGenerator)} 出具：${short(list)}；证书所载主体为 ${short(organization)}`,
  };
}

/** One account for each AIGC label; numbers that lead to a person or job are private data. */
function fromAigc({ entries }: Evidence): Account[] {
  const labels = aigcLabels(entries.map(({ block }) => block));
  return labels.map((label) => aigcAccount({ ...label, block: entries[label.block]!.index }));
}

function aigcAccount(label: AigcLabel): Account {
  const [producer, propagator] = [
    aigcField(label, "ContentProducer") ?? "",
    aigcField(label, "ContentPropagator") ?? "",
  ];
  const made = makerOf(AIGC_MAKERS, producer);
  const draft = draftAccount(made === "none" ? makerOf(AIGC_MAKERS, propagator) : made, label.block);
  draft.find({ code: "label.aigc", level: "informs", text: aigcText(label, producer), where: placeOf(label) });
  if (aigcField(label, "ProduceID")) draft.find(privateFinding("account", placeOf(label)));
  return draft.done("label");
}

function placeOf({ block, span }: AigcLabel): { block: number; char?: number } {
  return { block, ...(span && { char: span[0] }) };
}

/** What the values of `Label` stand for, as secondary sources have it. */
const DEGREES: Readonly<Record<string, Text>> = {
  "1": { en: "generated by AI", zh: "属于人工智能生成合成内容" },
  "2": { en: "possibly generated by AI", zh: "可能为人工智能生成合成内容" },
  "3": { en: "suspected to be generated by AI", zh: "疑似人工智能生成合成内容" },
};

function aigcText(label: AigcLabel, producer: string): Text {
  const value = aigcField(label, "Label") ?? "?";
  const degree = DEGREES[value] ?? { en: `Label ${short(value)}`, zh: `Label ${short(value)}` };
  return {
    en: `AIGC label (GB 45438-2025): ${degree.en}; producer ${short(producer) || "not named"}`,
    zh: `AIGC 标识（GB 45438-2025）：${degree.zh}；服务提供者 ${short(producer) || "未载明"}`,
  };
}

/** Marks that a single service writes. */
function fromMarks(evidence: Evidence): Account[] {
  return [grok(evidence), samsung(evidence), ...evidence.entries.map(digitalSource)].filter((one) => one !== undefined);
}

/** xAI's opaque signature, written twice, and a number of the account or image as the artist. */
function grok(evidence: Evidence): Account | undefined {
  const signed = evidence.entries.filter(
    ({ block }) =>
      /^(?:ImageDescription|UserComment)$/.test(block.key) &&
      /^Signature: [A-Za-z0-9+/]{64,2048}={0,2}\s*$/.test(block.text ?? ""),
  );
  const artist = entryOf(evidence, "Artist", (text) => /^[0-9a-f]{8}-[0-9a-f-]{27}$/i.test(text.trim()));
  if (signed.length === 0) return undefined;
  const draft = draftAccount("xai-grok", signed[0]!.index);
  draft.alsoReads(...signed.map(({ index }) => index));
  if (artist) {
    draft.alsoReads(artist.index);
    draft.find(privateFinding("account", { block: artist.index }));
  }
  return mark(draft, signed[0]!, {
    en: "a signature in xAI's form, for which no public key is known",
    zh: "含有 xAI 形式的签名，其公钥未公开",
  });
}

/** The trailer that Samsung's gallery appends when its AI has edited a picture. */
function samsung({ entries }: Evidence): Account | undefined {
  const entry = entries.find(
    ({ block }) => block.where === "trailer" && /"genAI(?:Type|mageVersion)?"|"genImageVersion"/.test(block.text ?? ""),
  );
  if (!entry) return undefined;
  return mark(draftAccount("samsung", entry.index), entry, {
    en: "a note of Samsung's gallery says that its AI worked on the picture",
    zh: "三星相册的附加信息表明图像经过其人工智能处理",
  });
}

/** IPTC's digital source type, and Google's credit line beside it. */
function digitalSource(entry: Entry): Account | undefined {
  const { block } = entry;
  if (!isXmp(block) || !/DigitalSourceType|Made with Google AI/.test(block.text!)) return undefined;
  const properties = readXmp(block.text!);
  const type = xmpValue(properties, XMP_NS.Iptc4xmpExt, "DigitalSourceType") ?? "";
  const credit = xmpValue(properties, XMP_NS.photoshop, "Credit") ?? "";
  const google = /\bGoogle AI\b/.test(credit);
  if (!google && !saysModelMade(type)) return undefined;
  const name = type.replace(/^.*\//, "") || credit;
  return mark(draftAccount(google ? "google" : "none", entry.index), entry, {
    en: `the file says of itself: ${short(name)}`,
    zh: `文件自述：${short(name)}`,
  });
}

function mark(draft: Draft, entry: Entry, text: Text): Account {
  draft.find({ code: "label.mark", level: "informs", text, where: { block: entry.index } });
  return draft.done("label");
}
