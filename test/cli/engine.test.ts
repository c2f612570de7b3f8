import { Command } from "commander";
import { afterEach, expect, test, vi } from "vitest";
import { registerEngine } from "../../src/cli/engine.ts";
import { referenceRuntime } from "../../src/engine/runtimes.ts";

afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

/** What the command writes to standard output. */
async function run(...args: string[]): Promise<string> {
  const write = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  const program = new Command().option("--json").option("--lang <lang>").exitOverride();
  registerEngine(program);
  await program.parseAsync(["engine", ...args], { from: "user" });
  return write.mock.calls.map(([text]) => text).join("");
}

test("the doctor tells runtime and findings, and leaves with 0 where all hold", async () => {
  const { ok, engine, findings } = JSON.parse(await run("--json", "doctor"));
  expect([ok, process.exitCode]).toEqual([true, 0]);
  expect(engine).toEqual({ name: "embedded", ...referenceRuntime });
  expect(findings.map(({ code }: { code: string }) => code)).toEqual(Array(9).fill("engine.golden-equal"));
}, 60_000);

test("an unknown mode is a mistake in use", async () => {
  await expect(run("doctor", "--mode", "quantum")).rejects.toThrow(expect.objectContaining({ code: "cli.usage" }));
});
