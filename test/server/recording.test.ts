import { createHash } from "node:crypto";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readEvents } from "../../src/node/process-events.ts";
import { eventsOf, type ProcessEvent } from "../../src/process/event.ts";
import { countsOf, stepsOf } from "../../src/process/tables.ts";
import { type Recording, type RecordingOptions, startRecording } from "../../src/server/recording.ts";
import { seedproof, seedproofBeside } from "../helpers/cli.ts";
import { type FakeServer, fakeA1111, fakeComfyui } from "../helpers/generators.ts";
import { samplePath } from "../helpers/samples.ts";

const IMAGE = samplePath("imh__fixtures_cli_a1111.png");
const SHA256 = createHash("sha256").update(readFileSync(IMAGE)).digest("hex");
let home = "";
let servers: FakeServer[] = [];
let errors: unknown[] = [];

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "seedproof-record-"));
  [servers, errors] = [[], []];
});
afterEach(async () => {
  await Promise.all(servers.map((server) => server.close()));
  rmSync(home, { recursive: true, force: true });
});

async function record(
  kind: "a1111" | "comfyui" | undefined,
  options: Partial<RecordingOptions> = {},
): Promise<Recording & { address: string; upstream: FakeServer | undefined }> {
  const upstream = kind && (await (kind === "a1111" ? fakeA1111(IMAGE) : fakeComfyui(IMAGE)));
  if (upstream) servers.push(upstream);
  const recording = await startRecording({
    ...{
      home,
      session: "s",
      sw: { name: "seedproof", version: "test" },
      watch: [],
      report: (error: unknown) => void errors.push(error),
    },
    upstreams: kind && upstream ? [{ kind, url: upstream.url, port: 0 }] : [],
    ...options,
  });
  return { ...recording, upstream, address: recording.state.proxies[0]?.address ?? "" };
}

const post = (url: string, body: object): Promise<Response> =>
  fetch(url, { method: "POST", body: JSON.stringify(body) });
const events = async (): Promise<ProcessEvent[]> => (await readEvents(home)).map(({ event }) => event);

test("a client of A1111 works as before, and its requests, seeds and images are in the ledger in order", async () => {
  const recording = await record("a1111");
  const answer = await post(`${recording.address}sdapi/v1/txt2img`, {
    prompt: "cat",
    seed: -1,
    steps: 4,
    sampler_name: "Euler a",
  });
  expect(((await answer.json()) as { images: string[] }).images[0]).toBe(readFileSync(IMAGE).toString("base64"));
  await post(`${recording.address}sdapi/v1/txt2img`, {
    prompt: "cat, skiing",
    seed: 5,
    steps: 4,
    sampler_name: "Euler a",
  });
  await post(`${recording.address}sdapi/v1/txt2img`, { prompt: "fail" });
  await fetch(`${recording.address}sdapi/v1/options`);
  await recording.stop();
  const all = await events();
  expect(
    eventsOf(all, "generation.completed").map(({ data }) => [data.seeds, data.images.map(({ sha256 }) => sha256)]),
  ).toEqual([
    [["562327064"], [SHA256]],
    [["5"], [SHA256]],
  ]);
  expect(stepsOf(all).map(({ positive, capture }) => [positive, capture])).toEqual([
    ["cat", "proxied"],
    ["cat, skiing", "proxied"],
    ["fail", "proxied"],
  ]);
  const types = all.map(({ type }) => type).filter((type) => type.startsWith("generation"));
  expect(types).toEqual(
    Array(2)
      .fill(["generation.requested", "generation.completed"])
      .flat()
      .concat("generation.requested", "generation.failed"),
  );
  expect(all.every((event, i) => event.follows.every((id) => all.slice(0, i).some((before) => before.id === id)))).toBe(
    true,
  );
  const [environment] = eventsOf(all, "environment.observed");
  expect(JSON.stringify(environment)).toContain("0724518c6b");
  expect(JSON.stringify(environment)).not.toContain("sk-secret");
  expect(errors).toEqual([]);
  const verified = seedproof(["ledger", "verify", "--home", home, "--json"]);
  expect([verified.status, (verified.json[0] as { ok: boolean }).ok]).toEqual([0, true]);
}, 60_000);

test("a client of ComfyUI gets its id at once, and the run's image is fetched and recorded under both route prefixes", async () => {
  const recording = await record("comfyui");
  const graph = { "4": { class_type: "EmptyLatentImage", inputs: { width: 64, height: 64, batch_size: 1 } } };
  for (const prefix of ["prompt", "api/prompt"]) {
    const answer = await post(recording.address + prefix, {
      prompt: graph,
      client_id: "c",
      extra_data: { api_key_comfy_org: "k-1" },
    });
    expect(await answer.json()).toMatchObject({ prompt_id: expect.stringMatching(/^run-/) });
  }
  await recording.stop();
  const all = await events();
  const completed = eventsOf(all, "generation.completed");
  const images = completed.map(({ data }) => data.images).sort((a, b) => (a[0]!.name! < b[0]!.name! ? -1 : 1));
  expect(images).toEqual(
    ["run-1.png", "run-2.png"].map((name) => [
      { role: "image", sha256: SHA256, size: readFileSync(IMAGE).length, mime: "image/png", name },
    ]),
  );
  expect(eventsOf(all, "environment.observed")).toHaveLength(1);
  expect(JSON.stringify(all)).not.toContain("k-1");
  expect(errors).toEqual([]);
}, 60_000);

test("a recorder that was killed leaves a gap that the next session names, and nothing that was acknowledged is lost", async () => {
  const upstream = await fakeA1111(IMAGE);
  servers.push(upstream);
  const start = async (session: string) =>
    (
      await seedproofBeside([
        "record",
        "start",
        "--home",
        home,
        "--session",
        session,
        "--a1111",
        upstream.url,
        "--a1111-port",
        "0",
        "--json",
      ])
    ).json[0] as {
      pid: number;
      proxies: [{ address: string }];
    };
  const first = await start("one");
  const receipt = seedproof(["record", "note", "before the crash", "--home", home, "--json"]).json[0] as {
    index: number;
  };
  await post(`${first.proxies[0].address}sdapi/v1/txt2img`, { prompt: "cat", seed: 1 });
  await sleep(1_500);
  process.kill(first.pid, "SIGKILL");
  await sleep(200);
  const second = await start("two");
  await post(`${second.proxies[0].address}sdapi/v1/txt2img`, { prompt: "dog", seed: 2 });
  expect((await seedproofBeside(["record", "stop", "--home", home, "--json"])).status).toBe(0);
  const all = await readEvents(home);
  expect(all.find(({ index }) => index === receipt.index)?.event).toMatchObject({ type: "note.added", session: "one" });
  expect(all.filter(({ event }) => event.type === "session.gap").map(({ event }) => event.session)).toEqual(["one"]);
  expect(stepsOf(all.map(({ event }) => event)).map(({ positive }) => positive)).toEqual(["cat", "dog"]);
  expect(seedproof(["ledger", "verify", "--home", home, "--json"]).json[0]).toMatchObject({ ok: true });
}, 180_000);

test("a saved image is an event with its recipe, written slowly, renamed into place or saved again", async () => {
  const folder = join(home, "outputs");
  mkdirSync(folder);
  copyFileSync(IMAGE, join(folder, "old.png"));
  const recording = await record(undefined, { watch: [folder] });
  await sleep(300);
  copyFileSync(IMAGE, join(folder, "a.tmp"));
  renameSync(join(folder, "a.tmp"), join(folder, "a.png"));
  const bytes = readFileSync(IMAGE);
  writeFileSync(join(folder, "slow.png"), bytes.subarray(0, 700));
  await sleep(250);
  writeFileSync(join(folder, "slow.png"), bytes);
  writeFileSync(join(folder, "notes.txt"), "no image");
  writeFileSync(join(folder, "work.kra"), "layers");
  await sleep(1_200);
  writeFileSync(join(folder, "work.kra"), "more layers");
  await sleep(1_200);
  await recording.stop();
  const saved = eventsOf(await events(), "file.saved");
  const names = saved.map(({ data }) => data.file.name).sort();
  expect(names).toEqual(["a.png", "slow.png", "work.kra", "work.kra"]);
  expect(saved.find(({ data }) => data.file.name === "slow.png")?.data).toMatchObject({
    file: { sha256: SHA256 },
    recipe: { seed: "2895438046" },
  });
  expect(saved.filter(({ data }) => data.layered)[1]?.data.previous).toBe(
    saved.filter(({ data }) => data.layered)[0]?.data.file.sha256,
  );
  expect(countsOf(await events())).toMatchObject({ saves: 4, capture: "noted" });
}, 60_000);

test("two sessions of one workspace never run at once", async () => {
  const recording = await record(undefined);
  await expect(record(undefined)).rejects.toMatchObject({ code: "record.running" });
  await recording.stop();
  expect(readdirSync(home)).not.toContain("recording.json");
});

test("what a record comes to is shown: steps with their differences, counts and the signs of a replay", async () => {
  const recording = await record("a1111");
  for (const [prompt, seed] of [
    ["cat", 1],
    ["cat, skiing", 1],
    ["cat, skiing, snow", 1],
  ] as const) {
    await post(`${recording.address}sdapi/v1/txt2img`, { prompt, seed, steps: 4 });
  }
  await recording.stop();
  const shown = seedproof(["record", "show", "--home", home, "--json"]).json[0] as {
    counts: object;
    steps: { differences: object[] }[];
    signs: { code: string }[];
  };
  expect(shown.counts).toMatchObject({ requests: 3, images: 1, kept: 0 });
  expect(shown.steps.map(({ differences }) => differences)).toEqual([
    [],
    [{ kind: "phrase-added", field: "positive", text: "skiing" }],
    [{ kind: "phrase-added", field: "positive", text: "snow" }],
  ]);
  expect(shown.signs.map(({ code }) => code)).toEqual(
    expect.arrayContaining(["process.seed-fixed-first", "process.one-late-anchor", "process.no-rejections"]),
  );
}, 60_000);

test("made-up histories all end in the image's recipe, carry their mark, and are the same each time", () => {
  const args = ["record", "fabricate", IMAGE, "--json"];
  const made = seedproof(args).json[0] as {
    simulated: boolean;
    grade: string;
    histories: { events: { simulated: boolean; data: { recipe: { seed: string } } }[] }[];
  };
  expect([made.simulated, made.grade]).toEqual([true, "X"]);
  expect(made.histories.length).toBeGreaterThanOrEqual(3);
  for (const { events } of made.histories) {
    expect(events.every(({ simulated }) => simulated)).toBe(true);
    expect(events.at(-1)?.data.recipe.seed).toBe("2895438046");
  }
  expect(seedproof(args).json[0]).toEqual(made);
}, 120_000);
