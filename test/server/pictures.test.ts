import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { picturesOf } from "../../src/server/pictures/thread.ts";

const home = mkdtempSync(join(tmpdir(), "seedproof-pictures-"));
const pictures = picturesOf(home);
afterAll(async () => {
  await pictures.close();
  rmSync(home, { recursive: true });
});

const hash = (n: number) => n.toString(16).padStart(64, "0");

test("who asks for more small pictures than may wait is told to come again, and asking twice for one is one", async () => {
  // Nobody says where these stand: they wait.
  const never = () => new Promise<readonly string[]>(() => undefined);
  const ask = (n: number) => pictures.small(hash(n), "256", never);
  const waiting = Array.from({ length: 400 }, (_, n) => ask(n));
  // The cache is asked first, on the disk.
  const outcome = async (one: Promise<unknown>) =>
    Promise.race([
      one.then(
        () => "made",
        (error: { code: string }) => error.code,
      ),
      new Promise((done) => setTimeout(() => done("waits"), 5_000)),
    ]);
  await outcome(waiting[399]!);
  expect(await outcome(ask(400))).toBe("server.busy");
  expect(await outcome(ask(7))).toBe("waits");
}, 60_000);
