import { zlibSync } from "fflate";
import { expect, test } from "vitest";
import { concatBytes, utf8 } from "../../src/base/bytes.ts";
import { attachedArchive, isPdf } from "../../src/dossier/pdf-attachment.ts";
import { writeZip } from "../../src/dossier/zip.ts";

const zip = writeZip(new Map([["bagit.txt", utf8("x".repeat(5000))]]));

/** A PDF as far as the search reads it: a page's stream, then an attachment. */
function pdf(content: Uint8Array, filter: string, type = "/Type /EmbeddedFile"): Uint8Array {
  const page = "1 0 obj\n<< /Length 4 >>\nstream\nPK\x03\x04\nendstream\nendobj\n";
  const head = `2 0 obj\n<< ${type} /Subtype /application#2Fzip ${filter} /Length ${content.length} >>\nstream\n`;
  return concatBytes(utf8("%PDF-1.7\n"), utf8(page), utf8(head), content, utf8("\nendstream\nendobj\n"));
}

test("an attached archive is found, packed or not; a page that begins like one is none", () => {
  expect(attachedArchive(pdf(zip, ""))).toEqual(zip);
  expect(attachedArchive(pdf(zlibSync(zip), "/Filter /FlateDecode"))).toEqual(zip);
  expect(attachedArchive(pdf(zip, "", "/Type /XObject"))).toBeUndefined();
  expect(isPdf(pdf(zip, ""))).toBe(true);
});

test("a length that leaves the file, damaged packing and nothing at all give nothing", () => {
  const cut = pdf(zip, "").subarray(0, 400);
  for (const bytes of [
    cut,
    pdf(zip, "/Filter /FlateDecode"),
    utf8("%PDF-1.7 stream stream stream"),
    new Uint8Array(0),
  ]) {
    expect(attachedArchive(bytes)).toBeUndefined();
  }
});
