import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { writeTinyModel } from "../engine/tiny-model.ts";
import { seedproof } from "../helpers/cli.ts";
import { samplePath } from "../helpers/samples.ts";
import { testServer } from "../helpers/server.ts";

const server = testServer();
afterAll(async () => {
  await server.close();
  expect(server.faults).toEqual([]);
});

/** An image of the workspace's own model: each drawing takes a process of its own. */
const own = join(server.home, "own.png");
beforeAll(() => {
  mkdirSync(join(server.home, "models"));
  writeTinyModel(join(server.home, "models", "tiny"));
  const model = join(server.home, "models", "tiny");
  expect(seedproof(["models", "add", model, "--home", server.home]).status).toBe(0);
  const drawn = ["--prompt", "a fox", "--steps", "2", "--size", "32x32", "--seed", "5", "-o", own];
  expect(seedproof(["generate", "--model", model, ...drawn, "--home", server.home]).status).toBe(0);
}, 240_000);

async function caseOf(ref: string, image: string): Promise<string> {
  const { id } = (await server.ask("/cases", { ref, title: ref, date: "2026-11-30T08:00:00Z" })).json;
  const query = new URLSearchParams({ name: "image.png", role: "image", from: "A" });
  const body = new Uint8Array(readFileSync(image));
  await server.get(`/api/v1/cases/${id}/exhibits/file?${query}`, server.key, { method: "POST", body });
  return id;
}

const until = async (id: string, isSo: (one: { state: string; stage?: string }) => boolean) => {
  for (;;) {
    const { json } = await server.ask(`/examinations/${id}`);
    if (isSo(json)) return json;
    await new Promise((done) => setTimeout(done, 100));
  }
};
const over = (id: string) => until(id, ({ state }) => state !== "queued" && state !== "running");

/** Processes of this machine that name this workspace. */
const processes = () =>
  execFileSync("ps", ["-eo", "args"], { encoding: "utf8" })
    .split("\n")
    .filter((line) => line.includes(server.home) && line.includes("seedproof.js"));

test("an image whose model is not here gives one certificate, which is measured before the examination is called done", async () => {
  const id = await caseOf("foreign", samplePath("sdm__png_sd-webui.png"));
  const { json: added } = await server.ask("/examinations", { case: id });
  expect(added.state).toMatch(/queued|running/);
  const { state, error, experiments } = await over(added.id);
  expect([state, error]).toEqual(["done", undefined]);
  expect(experiments).toEqual([
    { name: "reproduce", status: 2, exhibit: "E2", lacks: ["reproduce.lacks-model"] },
    { name: "protocol restart", status: 2, skipped: "not-reproducible" },
    { name: "protocol path", status: 2, skipped: "not-reproducible" },
    { name: "protocol invariance", status: 2, skipped: "not-reproducible" },
  ]);
  const { json } = await server.ask(`/cases/${id}`);
  expect([json.measuring, json.measured]).toEqual([false, true]);
  expect(json.case.exhibits[1]).toMatchObject({ id: "E2", role: "certificate", made: true });
  expect(json.facts).toContainEqual(
    expect.objectContaining({ key: "reproduce.verdict", value: "not-reproducible", grade: "M", exhibit: "E2" }),
  );
  expect((await server.ask(`/examinations?case=${id}`)).json.examinations).toHaveLength(1);
  expect((await server.ask(`/examinations?case=other`)).json.examinations).toHaveLength(0);
  // What the experiment left was taken into the case, and lies nowhere else.
  expect(readdirSync(join(server.home, "examinations", added.id))).toEqual(["examination.json"]);
  await server.get(`/api/v1/examinations/${added.id}`, server.key, { method: "DELETE" });
  expect((await server.ask(`/examinations/${added.id}`)).code).toBe("job.not-found");
  expect((await server.ask(`/cases/${id}`)).json.case.exhibits).toHaveLength(2);
}, 240_000);

test("an examination that is stopped ends the process under way, keeps what came before, and goes on from there when asked again", async () => {
  const id = await caseOf("own", own);
  const { json: added } = await server.ask("/examinations", { case: id });
  await until(added.id, ({ stage }) => stage === "protocol restart");
  expect((await server.get(`/api/v1/examinations/${added.id}`, server.key, { method: "DELETE" })).code).toBe(
    "job.running",
  );
  await until(added.id, () => processes().length > 0);
  await server.ask(`/examinations/${added.id}/stop`, {});
  expect((await over(added.id)).state).toBe("stopped");
  const since = performance.now();
  while (processes().length > 0) await new Promise((done) => setTimeout(done, 100));
  expect(performance.now() - since).toBeLessThan(60_000);
  expect((await server.ask(`/cases/${id}`)).json.case.exhibits.map(({ name }: { name: string }) => name)).toEqual([
    "image.png",
    "reproduce.json",
    "sheet.png",
  ]);

  const { json: again } = await server.ask("/examinations", { case: id });
  const { state, experiments } = await over(again.id);
  expect(state).toBe("done");
  expect(experiments).toMatchObject([
    { name: "reproduce", skipped: "made", exhibit: "E2" },
    { name: "protocol restart", status: 0, exhibit: "E4" },
    { name: "protocol path", status: 0, exhibit: "E5" },
    { name: "protocol invariance", status: 0, exhibit: "E6" },
  ]);
  // The protocols drew with the model of the image, not with the one that comes along: their pixels are the image's.
  const { facts } = (await server.ask(`/cases/${id}`)).json;
  const of = (exhibit: string) =>
    facts.filter((one: { exhibit: string }) => one.exhibit === exhibit).map(({ key }: { key: string }) => key);
  expect(of("E5")).toEqual(
    expect.arrayContaining(["study.path_independent", "reproduce.verdict", "edit.direct_output"]),
  );
  expect(of("E6")).toContain("study.invariant_person_time_place");
}, 1_200_000);

test("nothing is examined without an image in question, in no case, or by a server that is none", async () => {
  const { id } = (await server.ask("/cases", { ref: "none", title: "none", date: "2026-11-30T08:00:00Z" })).json;
  expect((await server.ask("/examinations", { case: id })).code).toBe("doctrine.no-image");
  expect((await server.ask("/examinations", { case: "no-such" })).code).toBe("doctrine.case-not-found");
  expect((await server.ask("/examinations", { case: "../x" })).code).toBe("server.bad-request");
  const engine = { name: "a1111", url: "file:///etc/passwd" };
  expect((await server.ask("/examinations", { case: id, engine })).code).toBe("server.bad-request");
});
