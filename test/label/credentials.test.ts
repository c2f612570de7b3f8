import { describe, expect, test } from "vitest";
import { credentialsReport, unreadableCredentials } from "../../src/label/credentials.ts";

const HOLDS = ["claimSignature.validated", "assertion.hashedURI.match", "assertion.dataHash.match"];

/** A validator's answer with these codes. */
function store(codes: { success?: string[]; informational?: string[]; failure?: string[] }, more: object = {}) {
  const list = (names: string[] = []) => names.map((code) => ({ code, url: "self#jumbf=/c2pa/m", explanation: code }));
  const activeManifest = {
    success: list(codes.success),
    informational: list(codes.informational),
    failure: list(codes.failure),
  };
  const manifest = { claim_version: 2, signature_info: { issuer: "Maker", time: "2026-01-01T00:00:00Z" }, ...more };
  return { active_manifest: "m", manifests: { m: manifest }, validation_results: { activeManifest } };
}

const axes = (codes: Parameters<typeof store>[0], anchored = false, more = {}) => {
  const { state, trust, time, findings } = credentialsReport(store(codes, more), anchored);
  return { state, trust, time: time.status, fails: findings.filter(({ level }) => level === "fails").length };
};

describe("the three axes of credentials", () => {
  test("an unknown signer is told and is no failure", () => {
    const codes = { success: HOLDS, failure: ["signingCredential.untrusted"] };
    expect(axes(codes)).toEqual({ state: "valid", trust: "undecided", time: "none", fails: 0 });
    expect(axes(codes, true)).toEqual({ state: "valid", trust: "untrusted", time: "none", fails: 0 });
  });

  test("a certificate that has expired since says nothing of the bytes", () => {
    const codes = {
      success: [...HOLDS, "timeStamp.validated"],
      informational: ["timeStamp.untrusted"],
      failure: ["signingCredential.untrusted", "signingCredential.expired"],
    };
    expect(axes(codes, true)).toEqual({ state: "valid", trust: "untrusted", time: "untrusted", fails: 0 });
    expect(credentialsReport(store(codes), true).findings.map(({ code }) => code)).toContain(
      "label.c2pa-certificate-expired",
    );
  });

  test("a revoked certificate fails, whoever is named", () => {
    const codes = { success: [...HOLDS, "signingCredential.trusted"], failure: ["signingCredential.ocsp.revoked"] };
    expect(axes(codes, true)).toMatchObject({ trust: "untrusted", fails: 1 });
    expect(axes(codes)).toMatchObject({ trust: "untrusted", fails: 1 });
  });

  test.each([
    "assertion.dataHash.mismatch",
    "claimSignature.mismatch",
    "assertion.hashedURI.mismatch",
    "claim.malformed",
    "a.code.of.tomorrow",
  ])("%s is a difference, also under a trusted signer", (code) => {
    const codes = { success: [...HOLDS, "signingCredential.trusted"], failure: [code] };
    expect(axes(codes, true)).toEqual({ state: "invalid", trust: "trusted", time: "none", fails: 1 });
  });

  test.each(["algorithm.unsupported", "manifest.inaccessible"])("%s is a check that was not made", (code) => {
    expect(axes({ success: HOLDS, failure: [code] })).toMatchObject({ state: "unverifiable", fails: 0 });
  });

  test("without a validated signature or a matching hash nothing is valid", () => {
    expect(axes({ success: HOLDS.slice(1) }).state).toBe("unverifiable");
    expect(axes({ success: HOLDS.slice(0, 2) }).state).toBe("unverifiable");
    expect(axes({}).state).toBe("unverifiable");
  });

  test("a broken parent is a difference of the whole, but its signature does not stand in for the image's own", () => {
    const delta = (outcome: string, code: string) => ({
      ingredientAssertionURI: "self#jumbf=i",
      validationDeltas: {
        success: [],
        informational: [],
        failure: [],
        [outcome]: [{ code, url: "u", explanation: code }],
      },
    });
    const withDelta = (codes: string[], outcome: string, code: string) => {
      const base = store({ success: codes });
      const validation_results = { ...base.validation_results, ingredientDeltas: [delta(outcome, code)] };
      return credentialsReport({ ...base, validation_results }, false).state;
    };
    expect(withDelta(HOLDS, "failure", "assertion.dataHash.mismatch")).toBe("invalid");
    expect(withDelta(HOLDS.slice(1), "success", "claimSignature.validated")).toBe("unverifiable");
  });

  test("a time is trusted only by an authority that the reader named, and never on claims of version 1", () => {
    const codes = { success: [...HOLDS, "timeStamp.validated", "timeStamp.trusted"] };
    expect(axes(codes, true).time).toBe("trusted");
    expect(axes(codes, false).time).toBe("undecided");
    expect(axes(codes, true, { claim_version: 1 }).time).toBe("undecided");
    expect(axes({ success: HOLDS, informational: ["timeStamp.mismatch"] }, true).time).toBe("mismatch");
    expect(axes({ success: HOLDS, informational: ["timeStamp.outsideValidity"] }, true).time).toBe("untrusted");
  });
});

test("what is no answer of a validator is unverifiable, never valid", () => {
  for (const value of [
    null,
    3,
    [],
    {},
    { manifests: [] },
    { validation_results: { activeManifest: { success: 1 } } },
  ]) {
    expect(credentialsReport(value, true)).toMatchObject({ state: "unverifiable" });
  }
  expect(unreadableCredentials("cut off")).toMatchObject({ state: "unverifiable", manifests: [] });
});
