import { expect, test } from "vitest";
import type { Backend } from "../../../src/engine/backend.ts";
import type { BuiltGraph } from "../../../src/engine/graph/builder.ts";
import { type Sessions, sessions } from "../../../src/engine/networks/sessions.ts";
import { referenceRuntime } from "../../../src/engine/runtimes.ts";

/** Sessions over a runtime that only keeps a log: what is loaded, run and closed, by the size that it is for. */
function logged(keep: number, log: string[], failing: ReadonlySet<number> = new Set()): Sessions<number> {
  const load: Backend["load"] = async (graph) => {
    const size = graph[0]!;
    log.push(`load ${size}`);
    if (failing.has(size)) throw new Error("refused");
    return { run: async () => ({}), close: async () => void log.push(`close ${size}`) };
  };
  const backend = { identity: referenceRuntime, availableMemory: () => 1, load };
  const memory = { weights: 0, given: 0, activations: 0 };
  const build = (size: number): BuiltGraph => ({ model: Uint8Array.of(size), weightNames: [], memory });
  return sessions(backend, new Map(), build, keep);
}

test("a size is loaded once, and the one unused for longest makes room", async () => {
  const log: string[] = [];
  const held = logged(2, log);
  for (const size of [1, 2, 1, 3, 1]) await held.use(size, async () => undefined);
  expect(log).toEqual(["load 1", "load 2", "close 2", "load 3"]);
  await held.close();
  expect(log.slice(-2).sort()).toEqual(["close 1", "close 3"]);
});

test("tasks of one size at the same time share its session", async () => {
  const log: string[] = [];
  const held = logged(1, log);
  await Promise.all([1, 1, 1].map((size) => held.use(size, async () => undefined)));
  expect(log).toEqual(["load 1"]);
});

test("a session is never closed under a task that has it", async () => {
  const log: string[] = [];
  const held = logged(1, log);
  let finish = (): void => undefined;
  const first = held.use(
    1,
    () =>
      new Promise<void>((resolve) => {
        finish = resolve;
      }),
  );
  await held.use(2, async () => undefined);
  expect(log).toEqual(["load 1", "load 2"]);
  finish();
  await first;
  await held.use(3, async () => undefined);
  expect(log).toEqual(["load 1", "load 2", "close 1", "close 2", "load 3"]);
});

test("a session that could not be loaded is told and tried again", async () => {
  const log: string[] = [];
  const failing = new Set([1]);
  const held = logged(2, log, failing);
  await expect(held.use(1, async () => undefined)).rejects.toThrow("refused");
  failing.clear();
  await held.use(1, async () => undefined);
  expect(log).toEqual(["load 1", "load 1"]);
});
