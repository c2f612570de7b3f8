import { expect, test } from "vitest";
import { sameHash, typedHash } from "../../src/recipe/hashes.ts";

test("the form of a hash says its kind", () => {
  expect(typedHash("7460a6fa")).toEqual({ kind: "autov1", value: "7460a6fa" });
  expect(typedHash("7460A6FA", "crc32")).toEqual({ kind: "crc32", value: "7460a6fa" });
  expect(typedHash("0724518c6b")).toEqual({ kind: "autov2", value: "0724518c6b" });
  expect(typedHash(" 46f3acce826a ")).toEqual({ kind: "autov3", value: "46f3acce826a" });
  expect(typedHash("A5F58EB1C33616C4F06BCA55AF39876A7B817913CD829CAA8ACB111B770C85CC")?.kind).toBe("sha256");
  expect(typedHash(`blake3:${"ab".repeat(32)}`)).toEqual({ kind: "blake3", value: "ab".repeat(32) });
  expect(typedHash(`0x${"Cd".repeat(32)}`)).toEqual({ kind: "swarm", value: "cd".repeat(32) });
});

test("what has no known form is no hash", () => {
  for (const raw of ["", "None", "0724518c6", "xyz4518c6b", "0x", "deadbeefdeadbeef", "ab".repeat(40)]) {
    expect(typedHash(raw)).toBeUndefined();
  }
});

test("hashes of different kinds are never equal", () => {
  const v2 = typedHash("46f3acce82")!;
  expect(sameHash(v2, { kind: "autov2", value: "46f3acce82" })).toBe(true);
  expect(sameHash(v2, { kind: "autov3", value: "46f3acce82" })).toBe(false);
});
