import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { sha256Hex } from "../../src/base/hash.ts";
import { verifyHome } from "../../src/node/ledger-verify.ts";
import { readEvents } from "../../src/node/process-events.ts";
import { eventsOf, type ProcessEvent } from "../../src/process/event.ts";
import { tourHome } from "../../src/server/tour/folder.ts";
import { DRAWN_STEPS, recipeOfStep } from "../../src/server/tour/steps.ts";
import { writeTinyModel } from "../engine/tiny-model.ts";
import { testServer } from "../helpers/server.ts";

vi.setConfig({ testTimeout: 240_000, hookTimeout: 60_000 });

const TINY = { name: "tiny", side: 32, steps: 3 };
let server: ReturnType<typeof testServer>;

beforeEach(() => {
  server = testServer({ tour: TINY });
  mkdirSync(join(server.home, "models"));
  writeTinyModel(join(server.home, "models", "tiny"));
});
afterEach(() => server.close());

const draw = (step: string) => server.ask("/tour/draw", { step });
const entries = async (): Promise<ProcessEvent[]> =>
  (await readEvents(tourHome(server.home))).map(({ event }) => event);

test("the steps are drawn and recorded for real, and coming back gives the very file of the first step", async () => {
  const images = [];
  for (const step of DRAWN_STEPS) images.push((await draw(step)).json);
  const [first, word, seed, back] = images;
  expect(back).toMatchObject({ sha256: first.sha256, pixelsSha256: first.pixelsSha256, seed: first.seed });
  expect(new Set([first.pixelsSha256, word.pixelsSha256, seed.pixelsSha256]).size).toBe(3);
  for (const { file, sha256 } of images) {
    expect(sha256Hex(new Uint8Array(readFileSync(join(tourHome(server.home), file))))).toBe(sha256);
    expect((await server.get(`/api/v1/images/${sha256}`, server.key)).status).toBe(200);
  }
  await server.ask("/tour/keep", { step: "return", why: "the red one" });
  const all = await entries();
  expect(all.map(({ type, capture }) => [type, capture])).toEqual([
    ["session.opened", "noted"],
    ...DRAWN_STEPS.flatMap(() => [
      ["generation.requested", "hooked"],
      ["generation.completed", "hooked"],
    ]),
    ["image.kept", "noted"],
  ]);
  expect(eventsOf(all, "generation.completed").map(({ data }) => data.images[0]?.sha256)).toEqual(
    images.map(({ sha256 }) => sha256),
  );
  expect((await verifyHome(tourHome(server.home), {})).ok).toBe(true);
  const { json } = await server.ask("/tour");
  expect(json.record).toMatchObject({ ok: true, session: "Example: Li v. Liu" });
  // On its owner's disk alone it is a record that somebody kept for themselves.
  expect(new Set(json.record.events.map(({ grade }: { grade: string }) => grade))).toEqual(new Set(["S"]));
  expect(server.faults).toEqual([]);
});

test("the user's own record is not touched, not even while a session is open, and removing takes all traces", async () => {
  await server.ask("/record/start", { session: "mine" });
  const { json: image } = await draw("make");
  await server.ask("/record/stop", {});
  expect((await readEvents(server.home)).map(({ event }) => event.type)).toEqual(["session.opened", "session.closed"]);
  const names = readdirSync(server.home);
  const { status } = await server.get("/api/v1/tour", server.key, { method: "DELETE" });
  expect(status).toBe(200);
  expect(existsSync(tourHome(server.home))).toBe(false);
  expect(readdirSync(server.home)).toEqual(names.filter((name) => name !== "example-li-v-liu"));
  expect((await server.get(`/api/v1/images/${image.sha256}`, server.key)).status).toBe(404);
  expect((await server.ask("/tour")).json).toEqual({ notes: null, drawing: null, record: null });
});

test("removing takes no folder that is not the tour's", async () => {
  mkdirSync(tourHome(server.home));
  writeFileSync(join(tourHome(server.home), "mine.txt"), "x");
  await server.get("/api/v1/tour", server.key, { method: "DELETE" });
  expect(existsSync(join(tourHome(server.home), "mine.txt"))).toBe(true);
});

test("a step waits for those before it, is drawn once, and is stopped when told; the record says that it was", async () => {
  expect(await draw("word")).toMatchObject({ status: 409, code: "tour.order" });
  expect(await server.ask("/tour/keep", { step: "make" })).toMatchObject({ status: 409, code: "tour.order" });
  const made = (await draw("make")).json;
  const count = (await entries()).length;
  expect((await draw("make")).json).toEqual(made);
  expect((await entries()).length).toBe(count);
  const drawing = draw("word");
  await vi.waitFor(async () => expect((await server.ask("/tour")).json.drawing).toBe("word"), { timeout: 30_000 });
  expect(await draw("word")).toMatchObject({ status: 409, code: "tour.busy" });
  await server.ask("/tour/stop", {});
  expect(await drawing).toMatchObject({ code: "engine.cancelled" });
  expect(eventsOf(await entries(), "generation.failed")).toHaveLength(1);
  // It can be taken up again.
  expect((await draw("word")).json.step).toBe("word");
});

test("steps differ in what they say and in nothing else", () => {
  const [make, word, seed, back] = DRAWN_STEPS.map((step) => recipeOfStep(step, TINY));
  expect(back).toEqual(make);
  expect(word).toEqual({ ...make, prompt: word!.prompt });
  expect(seed).toEqual({ ...word, seed: seed!.seed, passes: [{ ...word!.passes[0], seed: seed!.seed }] });
  const words = [make, word].map((one) => one!.prompt.positive!.split(" "));
  expect(words[0]!.filter((one, i) => one !== words[1]![i])).toHaveLength(1);
});
