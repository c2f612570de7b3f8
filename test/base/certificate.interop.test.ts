import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { certificateFacts } from "../../src/base/certificate.ts";

const folder = mkdtempSync(join(tmpdir(), "seedproof-certificate-"));
const openssl = (...args: string[]): string =>
  execFileSync("openssl", args, { cwd: folder, encoding: "utf8", stdio: "pipe" });

test("names and dates are those that openssl reads", () => {
  try {
    const subject = "/C=CN/O=示例公司/CN=签名 ★ Example";
    openssl(
      "req",
      "-x509",
      "-newkey",
      "ec",
      "-pkeyopt",
      "ec_paramgen_curve:P-256",
      "-nodes",
      "-keyout",
      "k",
      "-out",
      "c.pem",
      "-days",
      "30000",
      "-utf8",
      "-subj",
      subject,
    );
    openssl("x509", "-in", "c.pem", "-outform", "DER", "-out", "c.der");
    const facts = certificateFacts(new Uint8Array(readFileSync(join(folder, "c.der"))));
    expect(facts?.subject).toEqual({ country: "CN", organization: "示例公司", commonName: "签名 ★ Example" });
    expect(facts?.issuer).toEqual(facts?.subject);
    const date = (which: string): string =>
      new Date(openssl("x509", "-in", "c.pem", "-noout", `-${which}`).split("=")[1]!).toISOString().replace(".000", "");
    expect([facts?.notBefore, facts?.notAfter]).toEqual([date("startdate"), date("enddate")]);
    expect(facts?.notAfter?.startsWith("21")).toBe(true);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
