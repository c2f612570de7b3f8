/**
 * Labels to write into a file's XMP: China's AIGC label, IPTC's statements on AI, and whether the image may be mined. A label that
 * is there is never replaced; one that says the same is left alone.
 * @see GB 45438-2025, TC260-PG-20259A; IPTC Photo Metadata Standard 2025.1; PLUS LDF 2.0.1, DataMining
 */

import { SeedproofError } from "../base/errors.ts";
import { editXmp } from "../image/edit-xmp.ts";
import { bytesSource } from "../image/source.ts";
import { walk } from "../image/walk.ts";
import { readXmp } from "../image/xmp.ts";
import { XMP_NS } from "../image/xmp-names.ts";
import { addXmp, type XmpText } from "../image/xmp-write.ts";
import { aigcLabels } from "../recipe/aigc-label.ts";
import { type AigcContent, aigcProperty } from "./aigc.ts";
import { type SourceType, sourceTypeUri } from "./manifest.ts";

/** PLUS's terms on mining, by the part of their name behind `DMI-`. */
export const MINING_TERMS = [
  "UNSPECIFIED",
  "ALLOWED",
  "PROHIBITED-AIMLTRAINING",
  "PROHIBITED-GENAIMLTRAINING",
  "PROHIBITED-EXCEPTSEARCHENGINEINDEXING",
  "PROHIBITED",
] as const;

/** One of {@link MINING_TERMS}. */
export type MiningTerm = (typeof MINING_TERMS)[number];

/** What is said of an image's origin. */
export interface LabelContent {
  readonly aigc?: AigcContent;
  readonly sourceType?: SourceType;
  readonly aiSystem?: string;
  readonly aiSystemVersion?: string;
  readonly aiPrompt?: string;
  /** Who wrote the prompt; IPTC: not to be taken for the image's creator. */
  readonly aiPromptWriter?: string;
  readonly mining?: MiningTerm;
}

const MINING = "http://ns.useplus.org/ldf/vocab/DMI-";

/** Characters of one value: what a prompt of a novel's chapter needs. CWE-770. */
const MAX_VALUE = 32_768;

/**
 * The packet with these labels.
 * @throws SeedproofError `label.present` when it says something else already · `label.nothing` when nothing is to be said ·
 *   `label.value-too-long` · `label.aigc-content` · `image.xmp-malformed`
 */
export function withLabels(packet: string | undefined, content: LabelContent): string {
  const wanted = propertiesOf(content);
  if (wanted.length === 0) throw new SeedproofError("label.nothing", "no label to write was given");
  const long = wanted.find(({ value }) => value.length > MAX_VALUE);
  if (long) throw new SeedproofError("label.value-too-long", `${long.name} has at most ${MAX_VALUE} characters`);
  const there = packet === undefined ? [] : readXmp(packet);
  const fresh = wanted.filter(({ prefix, name, value }) => {
    const said = there.filter((one) => one.namespace === XMP_NS[prefix] && one.name === name);
    if (said.length === 0) return prefix !== "TC260" || refuseOtherForms(packet);
    if (said.every((one) => one.value.trim() === value)) return false;
    throw new SeedproofError(
      "label.present",
      `the file says something else in ${prefix}:${name}; labels are never replaced`,
    );
  });
  return addXmp(packet, fresh);
}

/**
 * A PNG, JPEG or WebP with labels written into its XMP; every other byte stays.
 * @throws SeedproofError as {@link withLabels} and `editXmp`; `image.signed` for a file with Content Credentials
 */
export function writeLabels(file: Uint8Array, content: LabelContent): Uint8Array {
  const elsewhere = aigcLabels(walk(bytesSource(file)).blocks).some(({ place }) => place !== "xmp");
  if (content.aigc && elsewhere) {
    throw new SeedproofError("label.present", "the file has an AIGC label outside of XMP; labels are never replaced");
  }
  return editXmp(file, (packet) => withLabels(packet, content));
}

/** Some services write the AIGC label's fields one by one: a second label beside them would contradict or repeat it. */
function refuseOtherForms(packet: string | undefined): true {
  if (packet?.includes("tc260.org.cn")) {
    throw new SeedproofError("label.present", "the file has an AIGC label in another form; labels are never replaced");
  }
  return true;
}

function propertiesOf(content: LabelContent): XmpText[] {
  const { aigc, sourceType, mining } = content;
  const iptc = (name: string, value: string | undefined): XmpText[] =>
    value === undefined ? [] : [{ prefix: "Iptc4xmpExt", name, value }];
  return [
    ...(aigc ? [aigcProperty(aigc)] : []),
    ...iptc("DigitalSourceType", sourceType && sourceTypeUri(sourceType)),
    ...iptc("AISystemUsed", content.aiSystem),
    ...iptc("AISystemVersionUsed", content.aiSystemVersion),
    ...iptc("AIPromptInformation", content.aiPrompt),
    ...iptc("AIPromptWriterName", content.aiPromptWriter),
    ...(mining ? [{ prefix: "plus", name: "DataMining", value: `${MINING}${mining}` } as const] : []),
  ];
}
