import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Block } from "../../src/image/block.ts";
import { bytesSource } from "../../src/image/source.ts";
import { walk } from "../../src/image/walk.ts";
import { type AigcContent, aigcJson, checkAigc } from "../../src/label/aigc.ts";
import { withLabels } from "../../src/label/write-labels.ts";
import { AIGC_FIELDS, aigcField, aigcLabels } from "../../src/recipe/aigc-label.ts";
import { samplePath } from "../helpers/samples.ts";

const DOUBAO = "raw__data_calibration_doubao_doubao_gray_1x1_1.png";
const CONTENT = {
  Label: "1",
  ContentProducer: "001191110102MACQD9K64010000",
  ProduceID: "e3578014edd949debed102781a8c26f7",
};
const JSON_TEXT = aigcJson(CONTENT);

const aigcPacket = (content: AigcContent) => withLabels(undefined, { aigc: content });
const addAigc = (packet: string, content: AigcContent) => withLabels(packet, { aigc: content });

const block = (key: string, text: string, where = "tEXt"): Block => ({
  where,
  key,
  offset: 33,
  length: text.length,
  encoding: "utf8",
  text,
});
const xmp = (inside: string, attributes = ""): string =>
  `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">` +
  `<rdf:Description rdf:about="" xmlns:T="http://www.tc260.org.cn/ns/AIGC/1.0/" ${attributes}>${inside}</rdf:Description></rdf:RDF></x:xmpmeta>`;
const escaped = JSON_TEXT.replaceAll('"', "&quot;");
const codes = (...blocks: Block[]): string[] =>
  checkAigc(blocks).flatMap(({ findings }) => findings.map(({ code }) => code));

describe("AIGC labels", () => {
  test("a real file of Doubao carries one, in the standard's form", () => {
    const { blocks } = walk(bytesSource(readFileSync(samplePath(DOUBAO))));
    const [check, ...more] = checkAigc(blocks);
    expect(more).toEqual([]);
    expect(check?.label).toMatchObject({ place: "xmp", members: { Label: "1", ContentPropagator: "" } });
    expect(check?.findings.map(({ code }) => code)).toEqual(["label.aigc-form-holds"]);
    expect(check?.attestation).toMatchObject({ kind: "aigc-label", status: "unverifiable" });
    expect(blocks[0]!.text!.slice(...check!.label.span!)).toContain("&quot;Label&quot;");
  });

  test.each([
    ["XMP element", block("XML:com.adobe.xmp", xmp(`<T:AIGC>${escaped}</T:AIGC>`))],
    ["XMP attribute", block("xmp", xmp("", `T:AIGC="${escaped}"`), "APP1/XMP")],
    ["XMP attribute in single quotes", block("xmp", xmp("", `T:AIGC='${JSON_TEXT}'`))],
    [
      "XMP fields",
      block(
        "xmp",
        xmp(
          "",
          Object.entries(JSON.parse(JSON_TEXT))
            .map(([k, v]) => `T:${k}="${v}"`)
            .join(" "),
        ),
      ),
    ],
    ["PNG text, bare", block("AIGC", JSON_TEXT)],
    ["PNG text, wrapped", block("AIGC", `{"AIGC":${JSON_TEXT}}`, "zTXt")],
    ["PNG text, wrapped as text", block("AIGC", JSON.stringify({ AIGC: JSON_TEXT }))],
    ["EXIF UserComment", block("UserComment", `{"AIGC":${JSON_TEXT}}`, "APP1/EXIF:Exif(BE)")],
    ["EXIF with the key in front", block("ImageDescription", `AIGC${JSON_TEXT}`)],
    ["MP4 metadata key", block("AIGC", JSON_TEXT, "moov/udta/meta")],
    ["WebM tag", block("AIGC", JSON_TEXT, "Tags/SimpleTag")],
  ])("%s is read", (_, one) => {
    const [label, ...more] = aigcLabels([one]);
    expect(more).toEqual([]);
    expect(label && Object.fromEntries(AIGC_FIELDS.map((field) => [field, aigcField(label, field)]))).toEqual(
      JSON.parse(JSON_TEXT),
    );
    expect(codes(one)).toEqual(["label.aigc-form-holds"]);
  });

  test("spellings that services use are read for what they mean, and said", () => {
    const one = block(
      "AIGC",
      JSON_TEXT.replace("ReservedCode1", "ReserveCode1").replace("ContentPropagator", "Propagator"),
    );
    expect(aigcField(aigcLabels([one])[0]!, "ContentPropagator")).toBe("");
    expect(codes(one)).toEqual(["label.aigc-misspelt"]);
  });

  test("Tencent Cloud's form is read by its own names", () => {
    const text = '{"Label":"1","ServiceProvider":"Tencent","ServiceUser":"7","Time":"1","ContentId":"abc"}';
    const [label] = aigcLabels([block("ImageDescription", text)]);
    expect([aigcField(label!, "ContentProducer"), aigcField(label!, "ProduceID")]).toEqual(["Tencent", "abc"]);
  });

  test.each([
    [{ ...CONTENT, Label: "AIGC" }, "label.aigc-value"],
    [{ ...CONTENT, ContentProducer: "" }, "label.aigc-no-producer"],
    [{ ...CONTENT, ProduceID: "" }, "label.aigc-no-number"],
  ])("%o is not in the standard's form", (content, code) => {
    expect(codes(block("AIGC", aigcJson(content)))).toEqual([code]);
  });

  test("a label without a field is incomplete", () => {
    expect(codes(block("AIGC", JSON.stringify(CONTENT)))).toEqual(["label.aigc-incomplete"]);
  });

  test("two labels of one file that differ contradict each other", () => {
    const other = block("AIGC", aigcJson({ ...CONTENT, ProduceID: "another" }));
    const same = block("xmp", aigcPacket(CONTENT));
    expect(codes(other, same)).toEqual(["label.aigc-differs", "label.aigc-differs"]);
    expect(checkAigc([other, same]).map(({ attestation }) => attestation.status)).toEqual(["invalid", "invalid"]);
    expect(codes(same, block("AIGC", JSON_TEXT))).toEqual(["label.aigc-form-holds", "label.aigc-form-holds"]);
  });

  test("prompts and other JSON that speak of AIGC are no labels", () => {
    for (const text of ["a poster about AIGC {red|blue}", '{"prompt":"AIGC"}', "AIGC", '{"AIGC"', "<AIGC>{}</AIGC>"]) {
      expect(aigcLabels([block("parameters", text), block("UserComment", text)]), text).toEqual([]);
    }
  });

  test("what is written is read back the same", () => {
    const field = fc.string({ minLength: 1, unit: "grapheme" }).filter((text) => text.trim() === text);
    fc.assert(
      fc.property(
        fc.record({
          Label: fc.constantFrom("1", "2", "3"),
          ContentProducer: field,
          ProduceID: field,
          ReservedCode1: field,
        }),
        (content) => {
          const whole = { ...JSON.parse(aigcJson(content)) };
          expect(aigcLabels([block("xmp", aigcPacket(content))])[0]?.members).toEqual(whole);
          const added = addAigc(
            xmp("<T2:x xmlns:T2='n'>kept</T2:x>").replace("http://www.tc260.org.cn/ns/AIGC/1.0/", "urn:other"),
            content,
          );
          expect(aigcLabels([block("xmp", added)])[0]?.members).toEqual(whole);
          expect(added).toContain("kept");
        },
      ),
    );
  });

  test("a label is never replaced, and never written without its contents", () => {
    expect(() => addAigc(aigcPacket(CONTENT), { ...CONTENT, ProduceID: "another" })).toThrow(/never replaced/);
    expect(addAigc(aigcPacket(CONTENT), CONTENT)).toBe(aigcPacket(CONTENT));
    expect(() => aigcPacket({ ...CONTENT, Label: "9" })).toThrow(/needs Label/);
    expect(() => aigcPacket({ Label: "1" })).toThrow(/needs Label/);
    expect(() => addAigc("<x>no rdf</x>", CONTENT)).toThrow(/no end of its RDF/);
  });
});
