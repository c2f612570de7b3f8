import { createPrivateKey, sign as nodeSign } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toBase64 } from "../../src/base/base64.ts";
import { concatBytes, fromHex, utf8 } from "../../src/base/bytes.ts";
import { formatCheckpoint, openCheckpoint, parseCheckpoint, readCheckpoint } from "../../src/ledger/checkpoint.ts";
import { checkCosignature, cosign } from "../../src/ledger/cosignature.ts";
import { EMPTY_ROOT, inclusionRanges, leafHash, nodeHash } from "../../src/ledger/merkle.ts";
import {
  checkSignature,
  formatNote,
  formatVkey,
  KEY_TYPES,
  parseNote,
  parseVkey,
  signer,
  signNote,
} from "../../src/ledger/note.ts";
import { checkPolicy, parsePolicy } from "../../src/ledger/policy.ts";
import { formatProof, parseProof, provesEntry } from "../../src/ledger/proof.ts";

const SEED = Uint8Array.from({ length: 32 }, (_, i) => i);
const log = signer("log.example/one", SEED);
const witness = (i: number) =>
  signer(
    `witness.example/${i}`,
    SEED.map((b) => b ^ (0x40 + i)),
    KEY_TYPES.cosignature,
  );

describe("published notes", () => {
  // C2SP signed-note, example; and golang.org/x/mod/sumdb/note, note_test.go.
  const published = [
    {
      key: "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
      note: "This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n",
    },
    {
      key: "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
      note: "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n",
    },
  ];

  test.each(published)("a note by $key is good, reads back to the same bytes, and breaks with its text", (example) => {
    const key = parseVkey(example.key);
    expect(formatVkey(key)).toBe(example.key);
    const note = parseNote(example.note);
    expect(checkSignature(note, key)).toBe("good");
    expect(formatNote(note)).toBe(example.note);
    expect(checkSignature({ ...note, text: note.text.replace("i", "j") }, key)).toBe("bad");
    expect(checkSignature(note, log.key)).toBe("absent");
  });

  test("a key whose base64 holds a plus sign, and a cosignature key, are read", () => {
    for (const vkey of [
      "TEST+7997405c+AQcC+FTVKf0jlTdHDY3rbevmnKxxPjigCXlVtGe6RIr6",
      "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2",
    ]) {
      expect(formatVkey(parseVkey(vkey))).toBe(vkey);
    }
  });

  test("the text ends at the last empty line, as in the specification's poem", () => {
    const { text } = parseNote(
      "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n\n— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n",
    );
    expect(text.endsWith("\n\ned è subito sera.\n")).toBe(true);
  });
});

test("our signature is the one that Node's own Ed25519 makes", () => {
  const pkcs8 = concatBytes(fromHex("302e020100300506032b657004220420"), SEED);
  const key = createPrivateKey({ key: Buffer.from(pkcs8), format: "der", type: "pkcs8" });
  const note = signNote("a text\n", log);
  expect(toBase64(note.signatures[0]!.signature)).toBe(nodeSign(null, utf8("a text\n"), key).toString("base64"));
});

test("texts that are no notes are refused, each without another error", () => {
  const good = formatNote(signNote("text\n", log));
  for (const bad of ["", "\n", "text\n", good.slice(0, -1), good.replace("text", "te\txt"), good.replace("—", "-")]) {
    expect(() => parseNote(bad), JSON.stringify(bad)).toThrowError(/note|signature/);
  }
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        parseNote(bytes);
      } catch (error) {
        expect((error as { code?: string }).code).toBe("ledger.note-malformed");
      }
    }),
  );
});

test("every single changed byte of a signed checkpoint is found", () => {
  const file = utf8(formatNote(signNote(formatCheckpoint({ origin: log.key.name, size: 7, root: EMPTY_ROOT }), log)));
  expect(openCheckpoint(file, log.key.name, log.key).checkpoint.size).toBe(7);
  for (let at = 0; at < file.length; at++) {
    const changed = Uint8Array.from(file);
    changed[at]! ^= 1;
    expect(() => openCheckpoint(changed, log.key.name, log.key), `byte ${at}`).toThrow();
  }
});

test("a checkpoint's size has one spelling", () => {
  const root = toBase64(EMPTY_ROOT);
  expect(parseCheckpoint(`o\n10\n${root}\nextension\n`)).toMatchObject({ size: 10, extensions: ["extension"] });
  for (const size of ["", "01", "-1", "+1", "1e3", " 1", "9007199254740993", "1.0"]) {
    expect(() => parseCheckpoint(`o\n${size}\n${root}\n`), size).toThrow("a size");
  }
  for (const text of ["", "o\n1\n", `o\n1\n${root}`, `\n1\n${root}\n`, `o\n1\n${root.slice(4)}\n`]) {
    expect(() => parseCheckpoint(text), text).toThrow();
  }
});

describe("cosignatures", () => {
  const text = formatCheckpoint({ origin: "log.example/one", size: 3, root: EMPTY_ROOT });
  const note = signNote(text, log);

  test("carry their time, which is signed too", () => {
    const line = cosign(text, 1_700_000_000, witness(1));
    const check = (signature: Uint8Array) =>
      checkCosignature({ text, signatures: [{ ...line, signature }] }, witness(1).key);
    expect(check(line.signature)).toEqual({ status: "good", time: 1_700_000_000 });
    for (const at of [7, 8, 71]) {
      expect(check(line.signature.map((byte, i) => (i === at ? byte ^ 1 : byte))).status).toBe("bad");
    }
    expect(() => cosign(text, 0, log)).toThrow("cosignature key");
  });

  const vkey = (i: number) => formatVkey(witness(i).key);
  const policy = parsePolicy(
    [
      `# two of three friends, and the lawyer`,
      `log ${formatVkey(log.key)}`,
      ...[1, 2, 3, 4].map((i) => `witness w${i} ${vkey(i)} https://witness.example/${i}`),
      "group friends 2 w1 w2 w3",
      "\tgroup both all friends w4  ",
      "quorum both",
      "",
    ].join("\n"),
  );

  test("meet a policy exactly when its groups are met", () => {
    const by = (...signers: number[]) => ({
      text,
      signatures: [...note.signatures, ...signers.map((i) => cosign(text, 5, witness(i)))],
    });
    expect(checkPolicy(by(1, 3, 4), policy).met).toBe(true);
    expect(checkPolicy(by(1, 2, 3), policy).met).toBe(false);
    expect(checkPolicy(by(1, 4), policy).met).toBe(false);
    expect(checkPolicy(by(1, 3, 4), policy).cosignatures.get("w2")).toEqual({ status: "absent" });
    expect(checkPolicy(by(), parsePolicy("quorum none\n")).met).toBe(true);
  });

  test.each([
    ["quorum both\n", "above"],
    ["", "quorum line"],
    ["quorum none\nquorum none\n", "one quorum"],
    [`witness a ${formatVkey(log.key)}\nquorum a\n`, "cosignature key"],
    [`witness a ${vkey(1)}\nwitness b ${vkey(1)}\nquorum a\n`, "twice"],
    [`witness a ${vkey(1)}\ngroup g 2 a\nquorum g\n`, "any, all"],
    [`witness a ${vkey(1)}\ngroup g all g\nquorum g\n`, "above it"],
    [`witness a ${vkey(1)}\ngroup g any a\ngroup h any a\nquorum h\n`, "once"],
    ["cosigner x\nquorum none\n", "a line is"],
    ["quorum none\r\n", "control"],
  ])("a policy such as %j is refused", (bad, why) => {
    expect(() => parsePolicy(bad)).toThrow(why);
  });
});

describe("proof files", () => {
  const entries = ["a", "b", "c", "d", "e"].map(utf8);
  const [a, b, c, d, e] = entries.map(leafHash) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array];
  const root = nodeHash(nodeHash(nodeHash(a, b), nodeHash(c, d)), e);
  const checkpoint = readCheckpoint(formatNote(signNote(formatCheckpoint({ origin: "o", size: 5, root }), log)));

  test("prove their entry and no other, and read back to the same bytes", () => {
    expect(inclusionRanges(2, 5)).toHaveLength(3);
    const proof = { index: 2, path: [d, nodeHash(a, b), e], checkpoint };
    const read = parseProof(formatProof(proof));
    expect(formatProof(read)).toBe(formatProof(proof));
    expect(entries.map((entry) => provesEntry(read, entry))).toEqual([false, false, true, false, false]);
    expect(formatProof(proof).startsWith("c2sp.org/tlog-proof@v1\nindex 2\n")).toBe(true);
  });

  test("keep their extra data, and are refused when malformed", () => {
    const text = formatProof({ index: 4, path: [nodeHash(nodeHash(a, b), nodeHash(c, d))], checkpoint, extra: a });
    expect(parseProof(text).extra).toEqual(a);
    for (const bad of [
      text.replace("@v1", "@v2"),
      text.replace("index 4", "index 04"),
      text.replace("extra ", "extra !"),
      text.replace("index 4\n", `index 4\n${"AA==\n"}`),
      text.slice(0, 60),
    ]) {
      expect(() => parseProof(bad), bad).toThrow();
    }
  });
});
