import { Worker } from "node:worker_threads";
import { afterEach, expect, test } from "vitest";
import { SeedproofError } from "../../src/base/errors.ts";
import { type CallThread, callThread, Handed } from "../../src/node/thread-calls.ts";

const CALLS = {
  double: (n: number) => 2 * n,
  bytes: (length: number) => new Handed(new Uint8Array(length).fill(7)),
  count: async (to: number, part: (value: unknown) => void) => {
    for (let i = 0; i < to; i++) part(i);
    return "counted";
  },
  known: () => {
    throw new SeedproofError("test.known", "as it is known", { where: { byte: 3 } });
  },
  unknown: () => {
    throw new TypeError("by mistake");
  },
  die: () => process.exit(3),
  never: () => new Promise<void>(() => undefined),
};

const base = new URL("../../src/", import.meta.url).href;
const code = `import("tsx/esm/api").then(async ({ register }) => {
  register();
  const { answerCalls, Handed } = await import("${base}node/thread-calls.ts");
  const { SeedproofError } = await import("${base}base/errors.ts");
  answerCalls({ ${Object.entries(CALLS)
    .map(
      ([name, call]) =>
        `${name}: ${String(call)
          .replace(/\b__vite_ssr_import_\d+__\./g, "")
          .replace(/\(0,\s*(\w+)\)/g, "$1")}`,
    )
    .join(",\n")} });
})`;
let threads = 0;
const opened: CallThread<typeof CALLS>[] = [];
const open = (): CallThread<typeof CALLS> => {
  const thread = callThread<typeof CALLS>(() => {
    threads++;
    return new Worker(code, { eval: true });
  });
  opened.push(thread);
  return thread;
};
afterEach(async () => {
  await Promise.all(opened.splice(0).map((thread) => thread.end()));
  threads = 0;
});

test("many questions at once each get their own answer, and bytes are handed over", async () => {
  const thread = open();
  const all = await Promise.all([1, 2, 3].map((n) => thread.ask("double", n)));
  expect(all).toEqual([2, 4, 6]);
  expect(await thread.ask("bytes", 3)).toEqual(new Uint8Array([7, 7, 7]));
  expect(threads).toBe(1);
});

test("parts come before the answer, in order", async () => {
  const parts: number[] = [];
  const answer = await open().ask("count", 4, { onPart: (part: number) => void parts.push(part) });
  expect([parts, answer]).toEqual([[0, 1, 2, 3], "counted"]);
});

test("an error of ours keeps its code and place; any other is an error without a code", async () => {
  const thread = open();
  await expect(thread.ask("known", undefined as never)).rejects.toMatchObject({
    code: "test.known",
    where: { byte: 3 },
  });
  const other = await thread.ask("unknown", undefined as never).catch((error: unknown) => error);
  expect(other).not.toBeInstanceOf(SeedproofError);
  expect(String(other)).toContain("by mistake");
});

test("a thread that dies fails what it was asked, and the next question starts another", async () => {
  const thread = open();
  const waiting = thread.ask("never", undefined as never);
  await expect(thread.ask("die", undefined as never)).rejects.toMatchObject({ code: "server.thread-ended" });
  await expect(waiting).rejects.toMatchObject({ code: "server.thread-ended" });
  expect(await thread.ask("double", 21)).toBe(42);
  expect(threads).toBe(2);
});

test("a thread that was ended answers nothing more", async () => {
  const thread = open();
  const waiting = thread.ask("never", undefined as never).catch((error: SeedproofError) => error.code);
  await thread.end();
  expect(await waiting).toBe("server.thread-ended");
  await expect(thread.ask("double", 1)).rejects.toMatchObject({ code: "server.stopping" });
});
