/**
 * The form of AIGC labels (GB 45438-2025, annex E), and writing them. A label says who produced content and under which number; it
 * carries no signature that could be checked, so that its form and its agreement with other labels are all there is to check.
 * @see TC260-PG-20259A; TC260, coding rules for service providers, March 2025
 */

import { SeedproofError } from "../base/errors.ts";
import type { Finding } from "../base/findings.ts";
import type { Text } from "../base/texts.ts";
import type { Block } from "../image/block.ts";
import type { XmpText } from "../image/xmp-write.ts";
import { AIGC_FIELDS, type AigcField, type AigcLabel, aigcField, aigcLabels } from "../recipe/aigc-label.ts";
import type { Attestation } from "../recipe/proves.ts";

/** Contents of a label to write; fields that are left out are written empty. */
export type AigcContent = { readonly [field in AigcField]?: string };

/** A label with what was found of its form. */
export interface AigcCheck {
  readonly label: AigcLabel;
  readonly attestation: Attestation;
  readonly findings: readonly Finding[];
}

/** Checks the form of every label of a file, and whether they agree. */
export function checkAigc(blocks: readonly Block[]): AigcCheck[] {
  const labels = aigcLabels(blocks);
  return labels.map((label) => {
    const agrees = labels.every((other) => AIGC_FIELDS.every((field) => same(label, other, field)));
    const codes: Code[] = [...formOf(label), ...(agrees ? [] : (["label.aigc-differs"] as const))];
    const findings = (codes.length > 0 ? codes : (["label.aigc-form-holds"] as const)).map((code) =>
      finding(code, label),
    );
    const status = agrees ? "unverifiable" : "invalid";
    const attestation: Attestation = { kind: "aigc-label", status, covers: ["origin"], block: label.block };
    return { label, attestation, findings };
  });
}

function same(a: AigcLabel, b: AigcLabel, field: AigcField): boolean {
  return (aigcField(a, field) ?? "") === (aigcField(b, field) ?? "");
}

type Code = keyof typeof TEXTS;

function formOf(label: AigcLabel): Code[] {
  const codes: Code[] = [];
  if (AIGC_FIELDS.some((field) => aigcField(label, field) === undefined)) codes.push("label.aigc-incomplete");
  if (AIGC_FIELDS.some((field) => !Object.hasOwn(label.members, field) && aigcField(label, field) !== undefined)) {
    codes.push("label.aigc-misspelt");
  }
  if (!/^[123]$/.test(aigcField(label, "Label") ?? "")) codes.push("label.aigc-value");
  if (!aigcField(label, "ContentProducer")) codes.push("label.aigc-no-producer");
  if (!aigcField(label, "ProduceID")) codes.push("label.aigc-no-number");
  return codes;
}

function finding(code: Code, { block, span }: AigcLabel): Finding {
  const { level, text } = TEXTS[code];
  return { code, level, text, where: { block, ...(span && { char: span[0] }) } };
}

/** Bytes of one field; real numbers and signatures stay below 2 KiB. */
const MAX_FIELD = 8192;

/** The label's JSON: the seven fields in the standard's order, all of them texts. */
export function aigcJson(content: AigcContent): string {
  return JSON.stringify(Object.fromEntries(AIGC_FIELDS.map((field) => [field, content[field] ?? ""])));
}

/**
 * The label as an XMP property.
 * @throws SeedproofError `label.aigc-content` when the content would not pass {@link checkAigc}
 */
export function aigcProperty(content: AigcContent): XmpText {
  if (!/^[123]$/.test(content.Label ?? "") || !content.ContentProducer || !content.ProduceID) {
    throw new SeedproofError(
      "label.aigc-content",
      "an AIGC label needs Label (1, 2 or 3), ContentProducer and ProduceID",
    );
  }
  if (Object.values(content).some((value) => value.length > MAX_FIELD)) {
    throw new SeedproofError("label.aigc-content", `a field of an AIGC label has at most ${MAX_FIELD} characters`);
  }
  return { prefix: "TC260", name: "AIGC", value: aigcJson(content) };
}

const TEXTS = {
  "label.aigc-form-holds": {
    level: "holds",
    text: {
      en: "the AIGC label has the form of GB 45438-2025; nothing in it can be verified",
      zh: "AIGC 标识符合 GB 45438-2025 的格式；其内容无法核验",
    },
  },
  "label.aigc-incomplete": {
    level: "fails",
    text: { en: "the AIGC label lacks fields of GB 45438-2025", zh: "AIGC 标识缺少 GB 45438-2025 规定的字段" },
  },
  "label.aigc-misspelt": {
    level: "fails",
    text: {
      en: "the AIGC label names fields otherwise than GB 45438-2025 does",
      zh: "AIGC 标识的字段名称与 GB 45438-2025 不一致",
    },
  },
  "label.aigc-value": {
    level: "fails",
    text: { en: "the value of Label is not 1, 2 or 3", zh: "Label 的取值不是 1、2 或 3" },
  },
  "label.aigc-no-producer": {
    level: "fails",
    text: { en: "the AIGC label names no producer", zh: "AIGC 标识未载明服务提供者" },
  },
  "label.aigc-no-number": {
    level: "fails",
    text: { en: "the AIGC label has no content number", zh: "AIGC 标识未载明内容编号" },
  },
  "label.aigc-differs": {
    level: "fails",
    text: { en: "the AIGC labels of this file contradict each other", zh: "此文件中的多个 AIGC 标识互相矛盾" },
  },
} as const satisfies Record<string, { level: Finding["level"]; text: Text }>;
