import { describe, expect, test } from "vitest";
import type { Block } from "../../src/image/block.ts";
import { checkIptc, iptcStatements } from "../../src/label/iptc.ts";

const TERMS = "http://cv.iptc.org/newscodes/digitalsourcetype/";
const packet = (inside: string, attributes = ""): Block => {
  const text =
    `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description ` +
    `xmlns:i="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" xmlns:plus="http://ns.useplus.org/ldf/xmp/1.0/" ${attributes}>` +
    `${inside}</rdf:Description></rdf:RDF></x:xmpmeta>`;
  return { where: "APP1/XMP", key: "xmp", offset: 2, length: text.length, encoding: "utf8", text };
};

describe("IPTC fields on AI", () => {
  test("source, system, prompt and mining are read, as attributes and as elements", () => {
    const block = packet(
      "<i:AIPromptInformation><rdf:Alt><rdf:li xml:lang='x-default'>a cat</rdf:li></rdf:Alt></i:AIPromptInformation>" +
        "<plus:DataMining>http://ns.useplus.org/ldf/vocab/DMI-PROHIBITED</plus:DataMining>",
      `i:DigitalSourceType="${TERMS}trainedAlgorithmicMedia" i:AISystemUsed="Example 2"`,
    );
    const statements = iptcStatements([block]);
    expect(Object.fromEntries(statements.map(({ field, value }) => [field, value]))).toEqual({
      digitalSourceType: `${TERMS}trainedAlgorithmicMedia`,
      aiSystem: "Example 2",
      aiPrompt: "a cat",
      dataMining: "http://ns.useplus.org/ldf/vocab/DMI-PROHIBITED",
    });
    for (const { span, value } of statements) expect(block.text!.slice(...span)).toBe(value);
    expect(checkIptc([block]).map(({ code }) => code)).toEqual(["label.iptc-model-made"]);
  });

  test("a camera's source is told apart, and a bare word is not one of IPTC's addresses", () => {
    const codes = (value: string): string[] =>
      checkIptc([packet("", `i:DigitalSourceType="${value}"`)]).map(({ code }) => code);
    expect(codes(`${TERMS}digitalCapture`)).toEqual(["label.iptc-source"]);
    expect(codes("trainedAlgorithmicMedia")).toEqual(["label.iptc-model-made", "label.iptc-no-term"]);
  });

  test("a packet without such fields, or no packet, says nothing", () => {
    const text: Block = {
      where: "tEXt",
      key: "Comment",
      offset: 1,
      length: 1,
      encoding: "ascii",
      text: "DigitalSourceType",
    };
    expect(iptcStatements([packet(""), text])).toEqual([]);
  });
});
