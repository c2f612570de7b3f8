import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { utf8 } from "../../src/base/bytes.ts";
import { makeBundle } from "../../src/dossier/bundle.ts";
import type { BundleFiles, BundleInput } from "../../src/dossier/bundle-input.ts";
import { ledgerExtract } from "../../src/dossier/bundle-ledger.ts";
import { pathFlaw, safeName } from "../../src/dossier/bundle-path.ts";
import { zipSource } from "../../src/dossier/sources.ts";
import { type BundleVerifyOptions, verifyBundle } from "../../src/dossier/verify.ts";
import { toldAnyway, withheldTexts } from "../../src/dossier/withheld.ts";
import { writeZip } from "../../src/dossier/zip.ts";
import { parseVkey } from "../../src/ledger/note.ts";
import { openBundle, writeBundle } from "../../src/node/bundle-files.ts";
import { openRule } from "../../src/node/rule-files.ts";
import { bundle, bundleInput, COPY, fails, recordReader, SECRET, verify } from "./bundle-helpers.ts";

let folder = "";
let input: BundleInput;
let files: BundleFiles;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "seedproof-bundle-"));
  input = await bundleInput();
  files = makeBundle(input);
});
afterAll(() => rmSync(folder, { recursive: true }));

const codes = async (changed: ReadonlyMap<string, Uint8Array>) => fails(await verify(changed));
const withFile = (path: string, bytes: Uint8Array) => new Map([...files, [path, bytes]]);

describe("a bundle as it was made", () => {
  test("holds, and says what it is and what nobody can tell", async () => {
    const report = await verify(files);
    expect(fails(report)).toEqual([]);
    expect(report.ok).toBe(true);
    expect(report.title).toEqual(input.title);
    expect(report.findings.map(({ code }) => code)).toEqual(
      expect.arrayContaining([
        "dossier.files-hold",
        "dossier.crate-holds",
        "dossier.ledger-holds",
        "dossier.ledger-gap",
        "dossier.key-unknown",
        "dossier.exhibit-unrecorded",
        "ledger.tail-unanchored",
      ]),
    );
  });

  test("is the same bytes each time, whatever the order of what goes in", async () => {
    const again = makeBundle({ ...(await bundleInput()), exhibits: [...input.exhibits].reverse() });
    expect(Buffer.compare(writeZip(again), writeZip(files))).toBe(0);
  });

  test("its number is the hash of its tag manifest, and a remade bundle has another", async () => {
    const { number } = await verify(files);
    expect(number).toBe(createHash("sha256").update(files.get("tagmanifest-sha256.txt")!).digest("hex"));
    expect(fails(await verify(files, { number: number! }))).toEqual([]);
    const remade = await bundle({ ...input, made: "2026-11-30T12:00:00Z" });
    expect(fails(await verify(remade))).toEqual([]);
    expect(fails(await verify(remade, { number: number! }))).toEqual(["dossier.number-differs tagmanifest-sha256.txt"]);
  });

  test("an exhibit that the record names has its entry; another one says that it has none", async () => {
    const { exhibits } = await verify(files);
    expect(exhibits.map(({ id, entries }) => [id, entries.map(({ index }) => index)])).toEqual([
      ["E1", [5]],
      ["E2", []],
    ]);
  });

  test("verifies as a folder, as a zip, and as a zip with everything below one folder", async () => {
    const [dir, zip] = [join(folder, "as-folder"), join(folder, "as.zip")];
    writeBundle(files, dir);
    writeBundle(files, zip);
    const nested = zipSource(writeZip(new Map([...files].map(([path, bytes]) => [`top/${path}`, bytes]))));
    for (const source of [openBundle(dir), openBundle(zip), nested]) {
      const { ok, number } = await verifyBundle(source, {
        trust: { timestamps: { roots: [] }, witnesses: [], beacons: [], headers: new Map() },
      });
      expect([ok, number]).toEqual([true, (await verify(files)).number]);
    }
    expect(
      execFileSync("sha256sum", ["--check", "--strict", "--quiet", "manifest-sha256.txt", "tagmanifest-sha256.txt"], {
        cwd: dir,
      }).toString(),
    ).toBe("");
  });

  test("a link in a folder is named and not followed", async () => {
    const dir = join(folder, "linked");
    writeBundle(files, dir);
    symlinkSync("/etc/hostname", join(dir, "data/hostname"));
    const source = openBundle(dir);
    expect(source.paths).not.toContain("data/hostname");
    expect(source.findings).toMatchObject([{ code: "dossier.link", where: { file: "data/hostname" } }]);
    writeFileSync(join(dir, "stray.txt"), "x");
    expect(openBundle(dir).paths).toContain("stray.txt");
  });
});

describe("a change that anybody could make", () => {
  test("of one byte, in every file at its ends and in the middle: found, and the file named", async () => {
    const places = (path: string): number[] => {
      const { length } = files.get(path)!;
      return [0, length >> 1, length - 1];
    };
    const flipped = (path: string, at: number): [string, Uint8Array] => {
      const changed = Uint8Array.from(files.get(path)!);
      changed[at]! ^= 0x01;
      return [path, changed];
    };
    // The payload side by side: each file must be named for its own byte. What lists files, one by one.
    const payload = [...files.keys()].filter((path) => path.startsWith("data/"));
    for (const k of [0, 1, 2]) {
      const found = await codes(new Map([...files, ...payload.map((path) => flipped(path, places(path)[k]!))]));
      expect(payload.filter((path) => !found.includes(`dossier.file-changed ${path}`))).toEqual([]);
    }
    for (const path of [...files.keys()].filter((one) => !payload.includes(one))) {
      for (const at of new Set(places(path))) {
        const found = await codes(new Map([...files, flipped(path, at)]));
        // A changed line of a manifest can name another file than the one that is there; both are then named.
        expect(
          found.some((one) => one.includes(path) || /manifest|bag/.test(path)),
          `${path} at ${at}`,
        ).toBe(true);
        expect(found, `${path} at ${at}`).not.toEqual([]);
      }
    }
  });

  test("every file removed, and a file added anywhere", async () => {
    for (const path of files.keys()) {
      const less = new Map(files);
      less.delete(path);
      expect(
        (await codes(less)).some((one) => one.includes(path)),
        path,
      ).toBe(true);
    }
    for (const path of [
      "added.txt",
      "data/added.txt",
      "data/exhibits/E1/added.png",
      "data/ledgers/record/entries/3.json",
    ]) {
      expect(await codes(withFile(path, Uint8Array.of(1)))).toContain(`dossier.file-added ${path}`);
    }
  });

  test("an exhibit whose bytes were changed is named by no entry any more", async () => {
    const path = "data/exhibits/E1/猫_1.png";
    const { exhibits, findings } = await verify(withFile(path, utf8("other bytes of the same")));
    expect(exhibits.find(({ id }) => id === "E1")).toMatchObject({ entries: [] });
    expect(findings.map(({ code, where }) => `${code} ${where?.file}`)).toContain(`dossier.exhibit-unrecorded ${path}`);
  });

  test("a file cut short or moved to another name", async () => {
    const [a, b] = ["data/exhibits/E1/猫_1.png", "data/exhibits/E2/copy.png"];
    expect(await codes(withFile(a, files.get(a)!.subarray(0, 3)))).toContain(`dossier.file-changed ${a}`);
    const swapped = new Map([...files, [a, files.get(b)!], [b, files.get(a)!]]);
    expect(await codes(swapped)).toEqual(
      expect.arrayContaining([`dossier.file-changed ${a}`, `dossier.file-changed ${b}`]),
    );
  });
});

describe("a change by someone who makes all manifests anew", () => {
  const remade = async (change: (ledger: Map<string, Uint8Array>) => void) => {
    const ledger = new Map(input.ledgers![0]!.files);
    change(ledger);
    return codes(makeBundle({ ...input, ledgers: [{ id: "record", files: ledger }] }));
  };
  const flip = (path: string, at: number) => (ledger: Map<string, Uint8Array>) => {
    const bytes = Uint8Array.from(ledger.get(path)!);
    bytes[at]! ^= 1;
    ledger.set(path, bytes);
  };

  test("the valid proof of another entry is not this entry's", async () => {
    const found = await remade((ledger) => ledger.set("proofs/5.tlog-proof", ledger.get("proofs/9.tlog-proof")!));
    expect(found).toEqual(["dossier.proof-differs data/ledgers/record/proofs/5.tlog-proof"]);
  });

  test("two entries with their proofs in each other's place", async () => {
    const found = await remade((ledger) => {
      for (const kind of ["entries/#.json", "proofs/#.tlog-proof"]) {
        const [a, b] = [kind.replace("#", "5"), kind.replace("#", "9")];
        const kept = ledger.get(a)!;
        ledger.set(a, ledger.get(b)!);
        ledger.set(b, kept);
      }
    });
    expect(found).toEqual(
      expect.arrayContaining([
        "dossier.entry-differs data/ledgers/record/entries/5.json",
        "dossier.entry-differs data/ledgers/record/entries/9.json",
      ]),
    );
  });

  test.each([
    ["an entry's time", "entries/5.json", 60, "dossier.entry-differs"],
    ["a hash of a hidden entry", "tile/0/000.p/12", 32 * 8, "dossier.ledger-root-differs"],
    ["the head's signature", "checkpoint", 100, "dossier.ledger-"],
    ["an older head", "checkpoints/12", 30, "dossier.ledger-"],
    ["a proof's path", "proofs/9.tlog-proof", 40, "dossier.proof-differs"],
    ["the log's own description", "log.json", 30, "dossier.ledger-"],
  ])("%s", async (_, path, at, code) => {
    const found = await remade(flip(path, at));
    expect(
      found.some((one) => one.startsWith(code)),
      found.join(),
    ).toBe(true);
  });

  test("a payload that its entry does not commit to, and a file of no entry", async () => {
    const payload = [...input.ledgers![0]!.files.keys()].find((path) => path.startsWith("blobs/"))!;
    expect(await remade(flip(payload, 20))).toEqual([`dossier.entry-file-differs data/ledgers/record/${payload}`]);
    expect(await remade((ledger) => ledger.set("blobs/sha256/aa/bb", Uint8Array.of(1)))).toEqual([
      "dossier.ledger-stray data/ledgers/record/blobs/sha256/aa/bb",
    ]);
  });

  test("an entry about the log itself that is left out", async () => {
    const found = await remade((ledger) => {
      ledger.delete("entries/0.json");
      ledger.delete("proofs/0.tlog-proof");
    });
    expect(found).toEqual(["dossier.ledger-description-differs data/ledgers/record/log.json"]);
  });

  test("a record under another key is told by whoever knows the key", async () => {
    const known = parseVkey("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k");
    expect(fails(await verify(files, { pinned: known }))).toEqual(["dossier.key-differs data/ledgers/record"]);
  });

  test("another image in the exhibit's place is not the one that the case lists", async () => {
    const exhibits = input.exhibits.map((one) => (one.id === "E1" ? { ...one, bytes: COPY } : one));
    expect(await codes(makeBundle({ ...input, exhibits }))).toEqual([
      "dossier.exhibit-differs data/exhibits/E1/猫_1.png",
    ]);
  });
});

describe("what is not disclosed", () => {
  test("stands nowhere in the bundle, is committed to, and is shown as gaps", async () => {
    expect(Buffer.from(writeZip(files)).includes(SECRET)).toBe(false);
    const { ledgers } = await verify(files);
    expect(ledgers).toMatchObject([
      {
        size: 12,
        disclosed: 3,
        gaps: [
          [1, 5],
          [6, 9],
          [10, 12],
        ],
      },
    ]);
  });

  test("can be disclosed later, and is then the very entry that was committed to", async () => {
    const all = await ledgerExtract(recordReader(), { entry: () => true, file: () => true });
    const whole = makeBundle({ ...input, ledgers: [{ id: "record", ...all }] });
    const report = await verify(whole);
    expect(fails(report)).toEqual([]);
    expect(report.ledgers).toMatchObject([{ disclosed: 12, gaps: [] }]);
    expect(Buffer.from(writeZip(whole)).includes(SECRET)).toBe(true);
    expect(Buffer.compare(all.files.get("checkpoint")!, input.ledgers![0]!.files.get("checkpoint")!)).toBe(0);
  });
});

test("any name becomes a path that every system takes for one name in one folder", () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string({ unit: "grapheme" }), fc.constantFrom("..", "con", "a/../b", "C:\\x", "x.", " ", "\0")),
      (name) => {
        expect(pathFlaw(`data/${safeName(name)}`)).toBeUndefined();
        expect(safeName(name)).not.toContain("/");
      },
    ),
  );
});

test.each([
  "",
  "/etc/passwd",
  "../x",
  "a/../b",
  "a//b",
  "a\\b",
  "C:/x",
  "a\0b",
  "nul",
  "data/com1.txt",
  "a/b.",
  "a/b ",
  "x".repeat(1001),
  "a:b",
])("%j is no path in a bundle", (path) => expect(pathFlaw(path)).toBeDefined());

test("a title cannot smuggle a command into the guide", () => {
  const title = { en: "x\n```sh\nrm -rf /\n```\n<script>", zh: "y\n## 1. z" };
  const guide = new TextDecoder().decode(makeBundle({ ...input, title }).get("VERIFY.md"));
  expect(guide.split("\n").filter((line) => line.includes("rm -rf"))).toEqual([
    "# How to check this bundle: x sh rm -rf / script",
  ]);
  expect(guide).not.toContain("<script>");
});

test("two exhibits whose names differ in case only are refused, not written over each other", () => {
  const two = ["a.png", "A.png"].map((name) => ({ id: "E1", name, bytes: COPY }));
  expect(() => makeBundle({ ...input, exhibits: two })).toThrow(
    expect.objectContaining({ code: "dossier.path-twice" }),
  );
});

describe("the assessment in a bundle", () => {
  const remade = (change: Partial<BundleInput>) => codes(makeBundle({ ...input, ...change }));

  test("is made again from the facts and the rule in it", async () => {
    const { findings } = await verify(files);
    expect(findings.map(({ code }) => code)).toEqual(
      expect.arrayContaining(["dossier.facts-hold", "dossier.assessment-holds"]),
    );
  });

  test("a result, a fact or a rule that was changed does not follow any more", async () => {
    const [assessment] = input.assessments!;
    const result = { ...assessment!.result, notes: [{ en: "proven", zh: "proven" }] };
    const file = "data/assessments/cn.bic.zhou.2025.json";
    expect(await remade({ assessments: [{ ...assessment!, result }] })).toEqual([`dossier.assessment-differs ${file}`]);
    const facts = [{ ...input.facts![0]!, grade: "R" as const }];
    expect(await remade({ facts })).toEqual(["dossier.facts-differ data/facts.json"]);
    expect(await remade({ rules: [] })).toEqual([`dossier.rule-missing ${file}`]);
  });
});

test("a bundle of another version, and a rule that reads otherwise by now, are said and no fault", async () => {
  const rule = openRule("cn.bic.zhou.2025").rule;
  const newer = { ...rule, asOf: "2031-01-01", notes: [{ en: "overruled", zh: "已被推翻" }] };
  const notes = async (more: Partial<BundleVerifyOptions>) => {
    const { ok, findings } = await verify(files, more);
    const texts = findings.filter(({ code }) => /made-by-other|rule-other/.test(code)).map(({ text }) => text.en);
    return [ok, ...texts.map((text) => text.slice(0, 74))];
  };
  expect(await notes({ software: "seedproof 0.0.0", rule: () => rule })).toEqual([true]);
  expect(await notes({ software: "seedproof 9.0.0", rule: (id) => (id === rule.id ? newer : undefined) })).toEqual([
    true,
    "This bundle was made by seedproof 0.0.0; it is checked by seedproof 9.0.0.",
    `The rule cn.bic.zhou.2025 in the bundle (as of ${rule.asOf}) is not the one `,
  ]);
});

test("a document that tells what was withheld is found before the bundle leaves", async () => {
  const withheld = await withheldTexts(recordReader(), input.ledgers![0]!);
  expect(withheld).toContainEqual({ index: 8, text: SECRET });
  expect(toldAnyway(files, withheld)).toEqual([]);
  const documents = [{ name: "dossier.html", bytes: utf8(`<p>${SECRET}</p>`) }];
  expect(toldAnyway(makeBundle({ ...input, documents }), withheld)).toMatchObject([
    { code: "dossier.withheld-told", where: { file: "data/documents/dossier.html", entry: 8 } },
  ]);
});
