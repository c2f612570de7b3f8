import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseCbor } from "../../src/base/cbor.ts";
import { writeCbor } from "../../src/base/cbor-write.ts";
import { sha256Hex } from "../../src/base/hash.ts";
import { validateCredentials } from "../../src/label/c2pa-engine.ts";
import { loadC2pa } from "../../src/node/c2pa-module.ts";
import { claimSigner } from "../../src/node/credential-key.ts";
import { readCredentials, signImage } from "../../src/node/credentials.ts";
import { seedproof, seedproofBeside } from "../helpers/cli.ts";
import { samplePath } from "../helpers/samples.ts";
import { makeSigner, startAuthority } from "../helpers/signing.ts";

let folder = "";
let authority: Awaited<ReturnType<typeof startAuthority>>;
let signer = "";
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "seedproof-credentials-"));
  signer = makeSigner(join(folder, "signer"));
  authority = await startAuthority(join(folder, "zoo"));
}, 120_000);
afterAll(() => {
  authority.close();
  rmSync(folder, { recursive: true });
});

const load = (file: string): Uint8Array => new Uint8Array(readFileSync(file));
const anchors = (): string => readFileSync(join(signer, "root.pem"), "utf8") + readFileSync(authority.root, "utf8");
const files = (dir = signer) => ({ key: join(dir, "my.key"), certificates: join(dir, "my.pem") });
const statement = {
  title: "an image",
  generator: { name: "seedproof", version: "0" },
  sourceType: "trainedAlgorithmicMedia",
} as const;

async function signed(sample: string, stamped = true, dir = signer): Promise<Uint8Array> {
  const by = claimSigner({ ...files(dir), ...(stamped && { tsa: authority.url }) }, Date.now());
  return (await signImage(load(samplePath(sample)), statement, by)).bytes;
}

const IMAGES = [
  ["png", "sdm__png_sd-webui.png"],
  ["jpeg", "sdm__jpg_sd-webui.jpg"],
  ["webp", "sdm__webp_sd-webui.webp"],
] as const;

describe("c2pa on what we sign", () => {
  test.each(IMAGES)("a signed %s is trusted, with a trusted time, under the anchors named", async (kind, sample) => {
    const out = join(folder, `signed.${kind}`);
    const { key, certificates } = files();
    const more = [
      "--key",
      key,
      "--cert",
      certificates,
      "--tsa",
      authority.url,
      "--training-mining",
      "notAllowed",
      "--json",
    ];
    const before = Date.now();
    const made = await seedproofBeside(["credentials", "sign", samplePath(sample), "-o", out, ...more]);
    expect(made.stderr).toBe("");
    expect(made.json[0]).toMatchObject({ state: "valid", sha256: sha256Hex(load(out)) });

    // The validator's own words, without any of our classification.
    const { WasmReader } = await loadC2pa(16_384);
    const settings = { trust: { user_anchors: anchors() }, verify: { verify_trust: true } };
    const reader = await WasmReader.fromBytes(`image/${kind}`, load(out), JSON.stringify(settings));
    const said = JSON.parse(reader.json());
    const codes = said.validation_results.activeManifest.success.map(({ code }: { code: string }) => code);
    expect(said.validation_state).toBe("Trusted");
    expect(said.validation_results.activeManifest.failure).toEqual([]);
    expect(codes).toEqual(
      expect.arrayContaining(["signingCredential.trusted", "timeStamp.trusted", "claimSignature.validated"]),
    );

    const read = seedproof(["credentials", "read", out, "--trust", join(signer, "root.pem"), authority.root, "--json"]);
    expect(read.status).toBe(0);
    expect(read.json[0]).toMatchObject({
      state: "valid",
      trust: "trusted",
      time: { status: "trusted" },
      manifests: [
        {
          claimVersion: 2,
          actions: [{ action: "c2pa.created", digitalSourceType: AI, softwareAgent: expect.stringMatching(/^a1111/) }],
        },
      ],
    });
    const { time } = read.json[0] as { time: { stated: string } };
    expect(Math.abs(Date.parse(time.stated) - before)).toBeLessThan(120_000);
    expect(JSON.stringify(read.json[0])).toContain('"cawg.ai_generative_training":{"use":"notAllowed"}');
  });

  test.each(["P-384", "Ed25519"] as const)("a key of %s signs too", async (curve) => {
    const dir = makeSigner(join(folder, curve), curve);
    const bytes = await signed("sdm__jpg_sd-webui.jpg", false, dir);
    const report = await readCredentials(bytes, readFileSync(join(dir, "root.pem"), "utf8"));
    expect(report).toMatchObject({ state: "valid", trust: "trusted", time: { status: "none" } });
  });

  test("without anchors trust is undecided, with other anchors the signer is untrusted; neither fails", async () => {
    const file = join(folder, "plain.png");
    writeFileSync(file, await signed("sdm__png_sd-webui.png"));
    for (const [trust, args] of [
      ["undecided", []],
      ["untrusted", ["--trust", join(folder, "zoo/other-root.pem")]],
    ] as const) {
      const { status, json } = seedproof(["credentials", "read", file, ...args, "--json"]);
      expect(status).toBe(0);
      expect(json[0]).toMatchObject({ state: "valid", trust, time: { status: trust } });
    }
  });

  test("a time stamp over the bare signature is of something else: told, and no proof of time", async () => {
    const real = claimSigner({ ...files(), tsa: authority.url }, Date.now());
    const wrong = { ...real, stamp: (message: Uint8Array) => real.stamp!(unwrapped(message)) };
    const { bytes } = await signImage(load(samplePath("sdm__jpg_sd-webui.jpg")), statement, wrong);
    const report = await readCredentials(bytes, anchors());
    expect(report).toMatchObject({ state: "valid", trust: "trusted", time: { status: "mismatch" } });
    expect(report.findings.map(({ code }) => code)).toContain("label.c2pa-time-mismatch");
  });

  test("credentials that are there become those of the parent, and both hold", async () => {
    const bytes = await signed("raw__data_fixtures_provenance_firefly-1.png");
    const report = await readCredentials(bytes, anchors());
    expect(report).toMatchObject({
      state: "valid",
      trust: "trusted",
      manifests: [
        { claimGenerator: expect.stringContaining("Adobe") },
        {
          actions: [{ action: "c2pa.opened" }, { action: "c2pa.edited.metadata" }],
          ingredients: [{ relationship: "parentOf" }],
        },
      ],
    });
  });

  test("exiftool reads the assertions that we wrote", async () => {
    const file = join(folder, "exiftool.png");
    writeFileSync(file, await signed("sdm__png_sd-webui.png"));
    const json = execFileSync("exiftool", ["-json", "-G1", "-a", "-struct", file], {
      encoding: "utf8",
      maxBuffer: 1 << 26,
    });
    expect(json).toContain("c2pa.created");
    expect(json).toContain(AI);
  });
});

/** What is to be stamped, with the signature in one byte string only. */
function unwrapped(countersigned: Uint8Array): Uint8Array {
  const [context, header, outside, inner] = parseCbor(countersigned) as [string, Uint8Array, Uint8Array, Uint8Array];
  return writeCbor([context, header, outside, parseCbor(inner)]);
}

const AI = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia";

describe("what was changed after signing", () => {
  test.each(IMAGES)("a pixel of a %s", async (_, sample) => {
    const bytes = await signed(sample, false);
    bytes[bytes.length >> 1]! ^= 1;
    const report = await readCredentials(bytes, anchors());
    expect(report).toMatchObject({ state: "invalid" });
    expect(report.findings.find(({ level }) => level === "fails")!.text.en).toContain("assertion.dataHash.mismatch");
  });

  test("but not the manifest's own padding, which no hash covers: the file's hash tells that", async () => {
    const bytes = await signed("sdm__webp_sd-webui.webp", false);
    const before = sha256Hex(bytes);
    bytes[bytes.length - 300]! ^= 1;
    expect(await readCredentials(bytes)).toMatchObject({ state: "valid" });
    expect(sha256Hex(bytes)).not.toBe(before);
  });

  test("a statement", async () => {
    const bytes = await signed("sdm__png_sd-webui.png", false);
    bytes.set(new TextEncoder().encode("humanEdits"), Buffer.from(bytes).indexOf("trainedAlgorithmicMedia"));
    expect(await readCredentials(bytes)).toMatchObject({ state: "invalid" });
  });

  test("the signature itself, and the claim", async () => {
    const bytes = await signed("sdm__jpg_sd-webui.jpg", false);
    const claim = Buffer.from(bytes).indexOf("claim_generator_info");
    bytes[claim + 24]! ^= 1;
    const report = await readCredentials(bytes, anchors());
    expect(report.state).not.toBe("valid");
  });

  test("every byte of a small signed file: never valid, or one that no hash covers", async () => {
    const bytes = await signed("sdm__jpg_empty.jpg".replace("empty", "sd-webui"), false);
    const module = await loadC2pa(16_384);
    const step = Math.ceil(bytes.length / 60);
    const still: number[] = [];
    for (let at = 0; at < bytes.length; at += step) {
      const changed = Uint8Array.from(bytes);
      changed[at]! ^= 0x20;
      if ((await validateCredentials(module, changed, "image/jpeg")).state === "valid") still.push(at);
    }
    const uncovered = (at: number) => bytes.subarray(Math.max(0, at - 8), at + 8).every((byte) => byte === 0);
    expect(still.filter((at) => !uncovered(at))).toEqual([]);
  });

  test("a label written afterwards is refused, and so is signing over credentials that do not hold", async () => {
    const file = join(folder, "again.png");
    const bytes = await signed("sdm__png_sd-webui.png", false);
    writeFileSync(file, bytes);
    const label = seedproof([
      "label",
      "write",
      file,
      "--producer",
      "x",
      "--produce-id",
      "1",
      "-o",
      join(folder, "no.png"),
      "--json",
    ]);
    expect([label.status, label.json]).toMatchObject([1, [{ error: { code: "image.signed" } }]]);
    bytes[bytes.length >> 1]! ^= 1;
    const by = claimSigner(files(), Date.now());
    await expect(signImage(bytes, statement, by)).rejects.toMatchObject({ code: "label.credentials-broken" });
  });
});

describe("keys and certificates that would sign nothing of worth", () => {
  test("a key that others can read", () => {
    const key = join(folder, "open.key");
    copyFileSync(files().key, key);
    execFileSync("chmod", ["644", key]);
    expect(() => claimSigner({ ...files(), key }, Date.now())).toThrow("chmod 600");
  });

  test("an old form, another key, an expired certificate, a root, one for time stamps", () => {
    const zoo = (name: string) => join(folder, "zoo", name);
    execFileSync("chmod", ["600", zoo("ec.key"), zoo("rsa.key"), zoo("root.key"), zoo("code.key")]);
    const code = (key: string, certificates: string, now = Date.now()) => {
      try {
        claimSigner({ key, certificates }, now);
        return "accepted";
      } catch (error) {
        return (error as { code: string }).code;
      }
    };
    execFileSync("openssl", ["pkcs8", "-topk8", "-nocrypt", "-in", zoo("ec.key"), "-out", zoo("ec.p8")]);
    execFileSync("openssl", ["pkcs8", "-topk8", "-nocrypt", "-in", zoo("rsa.key"), "-out", zoo("rsa.p8")]);
    execFileSync("openssl", ["pkcs8", "-topk8", "-nocrypt", "-in", zoo("root.key"), "-out", zoo("root.p8")]);
    execFileSync("chmod", ["600", zoo("ec.p8"), zoo("rsa.p8"), zoo("root.p8")]);
    expect(code(zoo("ec.key"), zoo("ec.pem"))).toBe("label.key-malformed");
    expect(code(zoo("rsa.p8"), zoo("rsa.pem"))).toBe("label.key-kind");
    expect(code(zoo("ec.p8"), zoo("code.pem"))).toBe("label.certificate-other-key");
    expect(code(zoo("ec.p8"), zoo("ec.pem"))).toBe("label.certificate-unsuited");
    expect(code(zoo("root.p8"), zoo("root.pem"))).toBe("label.certificate-unsuited");
    expect(code(files().key, files().certificates, Date.now() + 400 * 86_400_000)).toBe("label.certificate-expired");
    expect(code(join(folder, "none.key"), files().certificates)).toBe("label.key-missing");
  });

  test("an authority that answers with another's stamp is refused, and nothing is written", async () => {
    const stray = async () => new Response(readFileSync(join(folder, "zoo/other-data.tsr")));
    const by = claimSigner({ ...files(), tsa: "http://127.0.0.1:1/", fetch: stray as typeof fetch }, Date.now());
    await expect(signImage(load(samplePath("sdm__jpg_sd-webui.jpg")), statement, by)).rejects.toMatchObject({
      code: "label.timestamp-unusable",
    });
  });
});

test("an image points to the ledger entry that names it, and a reader checks that", () => {
  const home = join(folder, "home");
  const image = samplePath("sdm__webp_sd-webui.webp");
  const run = (...args: string[]) => seedproof([...args, "--home", home, "--json"]);
  run("ledger", "init");
  const { index } = run("ledger", "append", "image.saved", "--file", image).json[0] as { index: number };
  run("ledger", "checkpoint");
  const out = join(folder, "pointed.webp");
  const sign = ["credentials", "sign", image, "-o", out, "--key", files().key, "--cert", files().certificates];
  expect(run(...sign, "--ledger-entry", "0").json[0]).toMatchObject({ error: { code: "ledger.entry-other-file" } });
  expect(run(...sign, "--ledger-entry", String(index)).status).toBe(0);
  const read = run("credentials", "read", out);
  expect(read.json[0]).toMatchObject({
    state: "valid",
    ledger: { index, leafHash: expect.stringMatching(/^[0-9a-f]{64}$/) },
  });
});
