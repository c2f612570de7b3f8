import { Command } from "commander";
import { afterEach, expect, test, vi } from "vitest";
import { registerNoise } from "../../src/cli/noise.ts";

afterEach(() => vi.restoreAllMocks());

/** What the command writes to standard output. */
function run(...args: string[]): string {
  const write = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  write.mockClear();
  const program = new Command().option("--json").exitOverride();
  registerNoise(program);
  program.parse(["noise", ...args], { from: "user" });
  return write.mock.calls.join("");
}

test("prints the hash of PyTorch's noise and its first numbers", () => {
  const json = JSON.parse(run("--seed", "42", "--shape", "1,4,64,64", "--source", "torch-cpu", "--json"));
  expect(json).toMatchObject({ seed: "42", shape: [1, 4, 64, 64], source: "torch-cpu" });
  expect(json.sha256).toMatch(/^e97f3de04c7c6ba8[0-9a-f]{48}$/);
  expect(json.first.slice(0, 2)).toEqual([Math.fround(1.92691529), Math.fround(1.48728406)]);
  expect(run("--seed", "-1")).toMatch(/^9cd9e22a6fa43e2b/);
  expect(run("--seed", "42", "--source", "torch-cpu-libm")).toMatch(/^27f64bce5c260f96/);
});

test("says what is wrong with a seed, a shape, a source", () => {
  expect(() => run("--seed", "cat")).toThrow(/no seed/);
  expect(() => run("--seed", "1", "--shape", "4,x")).toThrow(/no shape/);
  expect(() => run("--seed", "1", "--shape", "99999,99999")).toThrow(/no shape/);
  expect(() => run("--seed", "1", "--source", "dice")).toThrow(/--source/);
  expect(() => run("--seed", "18446744073709551616")).toThrow(/not between/);
});
