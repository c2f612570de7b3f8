import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bytesSource } from "../../src/image/source.ts";
import { walk } from "../../src/image/walk.ts";
import { escapeXml, readXmp, unescapeXml, xmpValue } from "../../src/image/xmp.ts";
import { cpuNow } from "../helpers/cpu.ts";

const RDF = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"';
const packet = (inner: string) => `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF ${RDF}>${inner}</rdf:RDF></x:xmpmeta>`;
const values = (inner: string) => readXmp(packet(inner)).map(({ path, value }) => [path, value]);

describe("an XMP value is found in each form that writers use", () => {
  test("as an attribute of its description", () => {
    expect(
      values(`<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:CreatorTool="A &amp; B"/>`),
    ).toEqual([["xmp:CreatorTool", "A & B"]]);
  });

  test("as an element, as items of a list, and as a resource", () => {
    const inner = `<rdf:Description xmlns:dc="d" xmlns:Iptc4xmpExt="i">
      <dc:format>image/png</dc:format>
      <dc:description><rdf:Alt><rdf:li xml:lang="x-default">one</rdf:li><rdf:li>two</rdf:li></rdf:Alt></dc:description>
      <Iptc4xmpExt:DigitalSourceType rdf:resource="http://cv.iptc.org/x"/></rdf:Description>`;
    expect(values(inner)).toEqual([
      ["dc:format", "image/png"],
      ["dc:description/1", "one"],
      ["dc:description/2", "two"],
      ["Iptc4xmpExt:DigitalSourceType", "http://cv.iptc.org/x"],
    ]);
  });

  test("inside structures, whether as elements or as attributes", () => {
    const inner = `<rdf:Description xmlns:xmpMM="m" xmlns:stEvt="e"><xmpMM:History><rdf:Seq>
      <rdf:li stEvt:action="created"/><rdf:li rdf:parseType="Resource"><stEvt:action>saved</stEvt:action></rdf:li>
      </rdf:Seq></xmpMM:History></rdf:Description>`;
    expect(values(inner)).toEqual([
      ["xmpMM:History/1/stEvt:action", "created"],
      ["xmpMM:History/2/stEvt:action", "saved"],
    ]);
  });
});

test("the namespace counts, not the prefix, and an inner declaration hides the outer one", () => {
  const found = readXmp(
    packet(`<rdf:Description xmlns:a="outer"><a:x>1</a:x><a:y xmlns:a="inner">2</a:y><a:z>3</a:z></rdf:Description>`),
  );
  expect(found.map(({ namespace, name }) => [namespace, name])).toEqual([
    ["outer", "x"],
    ["inner", "y"],
    ["outer", "z"],
  ]);
});

test("each value's span is where it stands in the packet", () => {
  const text = packet(`<rdf:Description xmlns:p="n" p:a="&lt;1&gt;"><p:b>two</p:b></rdf:Description>`);
  expect(readXmp(text).map(({ span }) => text.slice(...span))).toEqual(["&lt;1&gt;", "two"]);
});

test("an entity that the packet declares itself is not resolved", () => {
  const text = `<!DOCTYPE x [<!ENTITY a "aaaa">]>${packet(`<rdf:Description xmlns:p="n"><p:b>&a;</p:b></rdf:Description>`)}`;
  expect(readXmp(text).some(({ value }) => value.includes("aaaa"))).toBe(false);
});

test("the label of a real Doubao image is one JSON value", () => {
  const file = new URL("../../samples/raw__data_calibration_doubao_doubao_gray_1x1_1.png", import.meta.url);
  const { blocks } = walk(bytesSource(readFileSync(file)));
  const label = xmpValue(readXmp(blocks[0]!.text!), "http://www.tc260.org.cn/ns/AIGC/1.0/", "AIGC");
  expect(JSON.parse(label!)).toMatchObject({ Label: "1" });
});

test("escaping and resolving give the same text back", () => {
  fc.assert(fc.property(fc.string({ unit: "grapheme" }), (text) => unescapeXml(escapeXml(text)) === text));
});

test("no text makes the reader throw, and a deep or endless packet ends it", () => {
  const parts = fc.constantFrom(
    "<",
    ">",
    "</",
    "/>",
    '"',
    "'",
    "=",
    "a:b",
    " ",
    "rdf:li",
    "<![CDATA[",
    "<!--",
    "xmlns:a",
    "&#x41;",
  );
  fc.assert(fc.property(fc.array(parts), (tokens) => Array.isArray(readXmp(tokens.join("")))));
  const started = cpuNow();
  for (const piece of ["<a:b>", '<a b="', "<a ", "<!--", "&#", 'a="b" ']) readXmp(`<a ${piece.repeat(200_000)}`);
  expect(cpuNow() - started).toBeLessThan(2_000);
});
