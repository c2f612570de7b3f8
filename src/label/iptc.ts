/**
 * What the IPTC and PLUS fields of XMP say about AI: how the image came about, with what system and prompt, and whether it may be
 * mined. @see IPTC Photo Metadata Standard 2025.1, section "AI"; PLUS LDF 2.0.1, DataMining
 */

import type { Finding } from "../base/findings.ts";
import type { Span } from "../base/json-text.ts";
import type { Block } from "../image/block.ts";
import { readXmp } from "../image/xmp.ts";
import { isXmp, saysModelMade, XMP_NS } from "../image/xmp-names.ts";

/** Fields that are read, by namespace. */
const FIELDS = {
  digitalSourceType: [XMP_NS.Iptc4xmpExt, "DigitalSourceType"],
  aiSystem: [XMP_NS.Iptc4xmpExt, "AISystemUsed"],
  aiSystemVersion: [XMP_NS.Iptc4xmpExt, "AISystemVersionUsed"],
  aiPrompt: [XMP_NS.Iptc4xmpExt, "AIPromptInformation"],
  /** The standard: the writer of a prompt "should not be considered the image creator". */
  aiPromptWriter: [XMP_NS.Iptc4xmpExt, "AIPromptWriterName"],
  imageGuid: [XMP_NS.Iptc4xmpExt, "DigImageGUID"],
  dataMining: [XMP_NS.plus, "DataMining"],
} as const;

/** Name of a field that is read. */
export type IptcField = keyof typeof FIELDS;

/** One field with the place that it came from. */
export interface IptcStatement {
  readonly field: IptcField;
  readonly value: string;
  readonly block: number;
  readonly span: Span;
}

const TERMS = "http://cv.iptc.org/newscodes/digitalsourcetype/";

/** All such fields of a file, in the order of its blocks. */
export function iptcStatements(blocks: readonly Block[]): IptcStatement[] {
  return blocks.flatMap((block, index) => {
    if (!isXmp(block)) return [];
    return readXmp(block.text!).flatMap(({ namespace, name, value, span }) => {
      const field = (Object.keys(FIELDS) as IptcField[]).find(
        (key) => FIELDS[key][0] === namespace && FIELDS[key][1] === name,
      );
      return field && value.trim() ? [{ field, value: value.trim(), block: index, span }] : [];
    });
  });
}

/** What the fields amount to: whether the file says that a model made it, and whether it says so in IPTC's terms. */
export function checkIptc(blocks: readonly Block[]): Finding[] {
  return iptcStatements(blocks).flatMap(({ field, value, block, span }) => {
    if (field !== "digitalSourceType") return [];
    const where = { block, char: span[0] };
    const term = value.replace(/^.*\//, "");
    const made: Finding = {
      code: saysModelMade(value) ? "label.iptc-model-made" : "label.iptc-source",
      level: "informs",
      text: { en: `IPTC digital source type: ${term}`, zh: `IPTC 数字来源类型：${term}` },
      where,
    };
    return value.startsWith(TERMS) ? [made] : [made, { ...NOT_A_TERM, where }];
  });
}

const NOT_A_TERM: Finding = {
  code: "label.iptc-no-term",
  level: "fails",
  text: {
    en: `the digital source type is not written as an address under ${TERMS}`,
    zh: `数字来源类型未写作 ${TERMS} 之下的网址`,
  },
};
