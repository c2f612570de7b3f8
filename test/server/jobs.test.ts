import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readEvents } from "../../src/node/process-events.ts";
import { readImage } from "../../src/node/read-image.ts";
import type { Job } from "../../src/server/jobs/job.ts";
import { writeTinyModel } from "../engine/tiny-model.ts";
import { testServer } from "../helpers/server.ts";

const server = testServer();
mkdirSync(join(server.home, "models"));
writeTinyModel(join(server.home, "models", "tiny"));
afterAll(() => server.close());

const request = (seed: string, more: object = {}) => ({
  engine: { name: "embedded" },
  recipe: {
    dialect: "a1111",
    prompt: { positive: "a cat", negative: "" },
    seed,
    size: { width: 32, height: 32 },
    rng: { source: "cpu" },
    passes: [{ steps: 2, cfg: 4, sampler: { id: "euler", raw: "Euler" }, scheduler: { id: "karras", raw: "Karras" } }],
    models: [{ role: "checkpoint", name: "tiny", hashes: [] }],
  },
  ...more,
});

/** The job when it is over. */
async function over(id: string): Promise<Job> {
  for (;;) {
    const { json } = await server.ask(`/jobs/${id}`);
    if (json.state !== "queued" && json.state !== "running") return json;
    await new Promise((done) => setTimeout(done, 50));
  }
}

test("a job is drawn image by image, its files read as what was asked, and a session records each from inside", async () => {
  expect((await server.ask("/record/start", { session: "snow" })).status).toBe(200);
  const { status, json } = await server.ask("/jobs", request("18446744073709551615", { count: 2 }));
  expect([status, json.state]).toEqual([200, "queued"]);
  const job = await over(json.id);
  expect(job).toMatchObject({ state: "done", session: "snow" });
  // Seeds count up in 64 bits.
  expect(job.images.map(({ seed }) => seed)).toEqual(["18446744073709551615", "0"]);
  const { recipe, sha256 } = await readImage(join(server.home, job.images[1]!.file));
  expect([recipe?.seed, sha256]).toEqual(["0", job.images[1]!.sha256]);
  expect(new Set(job.images.map(({ pixelsSha256 }) => pixelsSha256)).size).toBe(2);

  const kept = await server.ask(`/jobs/${job.id}/images/0/decision`, { decision: "kept", why: "the light" });
  expect(kept.json.images[0]).toMatchObject({ decision: "kept", why: "the light" });
  await server.ask(`/jobs/${job.id}/images/1/decision`, { decision: "rejected" });
  expect((await server.ask("/record/say", { kind: "note", text: "enough" })).json.index).toBeGreaterThan(0);
  expect((await server.ask("/record/stop", {})).status).toBe(200);

  const events = (await readEvents(server.home, "snow")).map(({ event }) => event);
  const count = (type: string): number => events.filter((event) => event.type === type).length;
  expect(
    ["generation.requested", "generation.completed", "image.kept", "image.rejected", "note.added"].map(count),
  ).toEqual([2, 2, 1, 1, 1]);
  expect(events.find(({ type }) => type === "generation.completed")?.capture).toBe("hooked");
  expect(events.find(({ type }) => type === "image.kept")).toMatchObject({
    capture: "noted",
    data: { why: "the light" },
  });

  const { json: overview } = await server.ask("/record");
  expect(overview.ledger).toMatchObject({ ok: true });
  expect(overview.sessions).toMatchObject([{ name: "snow", events: events.length }]);
  const { json: timeline } = await server.ask("/record/timeline?session=snow");
  expect(timeline.events.map(({ grade }: { grade: string }) => grade)).toEqual(events.map(() => "S"));
  // What the page shows is the picture of the ledger, byte for byte.
  const image = timeline.events.find(({ event }: { event: { type: string } }) => event.type === "generation.completed");
  const shown = await server.get(`/api/v1/images/${image.event.data.images[0].sha256}`, server.key);
  expect([shown.status, shown.headers.get("content-type")]).toEqual([200, "image/png"]);
});

test("an image to start from and a mask go in by hash; what is not there is refused before anything is promised", async () => {
  const [first] = (await over((await server.ask("/jobs", request("7"))).json.id)).images;
  const bytes = readFileSync(join(server.home, first!.file));
  const added = await server.get("/api/v1/images", server.key, { method: "POST", body: bytes });
  expect(JSON.parse(added.text)).toEqual({ sha256: first!.sha256 });
  const fromImage = await over((await server.ask("/jobs", request("8", { init: first!.sha256 }))).json.id);
  expect(fromImage.state).toBe("done");
  expect(fromImage.images[0]!.pixelsSha256).not.toBe(first!.pixelsSha256);
  const missing = await server.ask("/jobs", request("8", { init: "0".repeat(64) }));
  expect([missing.status, missing.code]).toEqual([404, "file.not-found"]);
});

test("a model that is not here fails the job by name, and the next job is drawn all the same", async () => {
  const bad = request("1");
  const other = {
    ...bad,
    recipe: { ...bad.recipe, passes: [{ ...bad.recipe.passes[0], sampler: { id: "no-such", raw: "x" } }] },
  };
  const failed = await over((await server.ask("/jobs", other)).json.id);
  expect(failed.state).toBe("failed");
  expect(failed.error?.code).toMatch(/^engine\./);
  expect((await over((await server.ask("/jobs", request("2"))).json.id)).state).toBe("done");
});

test("a job that is stopped keeps what it has, and a stopped one cannot be stopped again", async () => {
  const { json } = await server.ask("/jobs", request("50", { count: 200 }));
  while ((await server.ask(`/jobs/${json.id}`)).json.images.length < 1)
    await new Promise((done) => setTimeout(done, 30));
  await server.ask(`/jobs/${json.id}/stop`, {});
  const job = await over(json.id);
  expect(job.state).toBe("stopped");
  expect(job.images.length).toBeGreaterThan(0);
  expect(job.images.length).toBeLessThan(200);
  expect(await server.ask(`/jobs/${json.id}/stop`, {})).toMatchObject({ status: 409, code: "job.finished" });
});

test("a stop that comes when an image has just been made ends the job after it", async () => {
  let first: string | undefined;
  server.bus.listen(({ kind, data }) => {
    const { id, images } = data as Job;
    if (kind === "job" && id === first && images.length === 1 && server.queue.get(id).state === "running")
      server.queue.stop(id);
  });
  const { json } = await server.ask("/jobs", request("90", { count: 200 }));
  first = json.id;
  const job = await over(json.id);
  expect([job.state, job.images.length]).toEqual(["stopped", 1]);
});

test("requests that no engine could draw are refused with the place of the mistake", async () => {
  const bad: readonly (readonly [object, string])[] = [
    [{ ...request("1"), count: 0 }, "/count"],
    [{ ...request("1"), count: 1_601 }, "/count"],
    [{ ...request("1"), recipe: { ...request("1").recipe, size: { width: 8_200, height: 8 } } }, "/recipe/size/width"],
    [{ ...request("1"), engine: { name: "a1111", url: "file:///etc/passwd" } }, "/engine/url"],
    [request("-1"), "/recipe/seed"],
    [{ ...request("1"), init: "../secret.txt" }, "/init"],
    [{ ...request("1"), recipe: { ...request("1").recipe, size: { width: 1e9, height: 8 } } }, "/recipe/size/width"],
  ];
  for (const [body, pointer] of bad) {
    const { status, json } = await server.ask("/jobs", body);
    expect([status, json.error.where.pointer]).toEqual([400, pointer]);
  }
});
