import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Copied, OrderedTelling, spoolTo } from "../../src/server/proxy/spool.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "seedproof-spool-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Spools pieces and gives what was told. */
function spooled(
  pieces: readonly Uint8Array[],
  complete = true,
  path = join(folder, "body"),
): Promise<Copied | undefined> {
  return new Promise((done) => {
    const sink = spoolTo(path, done);
    for (const piece of pieces) sink.write(piece);
    sink.end(complete);
  });
}

test("a short body stays in memory, a long one is a file with the same bytes", async () => {
  const short = Buffer.alloc(200_000, 1);
  expect(await spooled([short.subarray(0, 7), short.subarray(7)])).toEqual({ bytes: new Uint8Array(short) });
  expect(existsSync(join(folder, "body"))).toBe(false);
  const pieces = Array.from({ length: 40 }, (_, i) => Buffer.alloc(100_000, i));
  expect(await spooled(pieces)).toEqual({ file: join(folder, "body") });
  expect(readFileSync(join(folder, "body")).equals(Buffer.concat(pieces))).toBe(true);
});

test("a body that is empty, breaks off or meets a disk that fails has no copy, and leaves no file", async () => {
  const long = [Buffer.alloc(300_000)];
  expect(await spooled([])).toBeUndefined();
  expect(await spooled([Buffer.from("half")], false)).toBeUndefined();
  expect(await spooled(long, false)).toBeUndefined();
  expect(await spooled(long, true, join(folder, "no such folder", "body"))).toBeUndefined();
});

test("copies are told in the order in which their bodies ended, however long each takes", async () => {
  const told: string[] = [];
  const telling = new OrderedTelling<string>((one) => void told.push(one));
  const sink = (name: string) =>
    telling.sink(join(folder, name), () => (copy) => `${name} ${copy ? Object.keys(copy)[0] : "none"}`);
  const [long, short, broken] = [sink("long"), sink("short"), sink("broken")];
  long.write(Buffer.alloc(5_000_000));
  short.write(Buffer.from("{}"));
  long.end(true);
  short.end(true);
  broken.end(false);
  telling.say("last");
  await telling.settled();
  expect(told).toEqual(["long file", "short bytes", "broken none", "last"]);
});
