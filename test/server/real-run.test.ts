import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { blobPath } from "../../src/ledger/entry.ts";
import { folderReader } from "../../src/node/ledger-folder.ts";
import { decodeDisplayed } from "../../src/node/pixels.ts";
import { readEvents } from "../../src/node/process-events.ts";
import { followEvents, readTimeline } from "../../src/node/timeline.ts";
import { eventsOf, type ProcessEvent } from "../../src/process/event.ts";
import { stepsOf } from "../../src/process/tables.ts";
import { seedproofBeside } from "../helpers/cli.ts";
import { type FakeServer, fakeA1111, fakeComfyui } from "../helpers/generators.ts";
import { samplePath } from "../helpers/samples.ts";

const IMAGES = [
  "imh__fixtures_cli_a1111.png",
  "cex__sdturbo_sdxlturbo_example.png",
  "cex__hypernetworks_hypernetwork_example_output.png",
].map(samplePath);
const HASHES = IMAGES.map((file) => createHash("sha256").update(readFileSync(file)).digest("hex"));
let home = "";
let servers: FakeServer[] = [];

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "seedproof-real-"));
});
afterEach(async () => {
  await Promise.all(servers.map((server) => server.close()));
  servers = [];
  rmSync(home, { recursive: true, force: true });
});

interface Started {
  readonly pid: number;
  readonly proxies: readonly { readonly kind: string; readonly address: string }[];
}

/** A recorder in front of both servers, in a process of its own. */
async function record(session: string): Promise<Started & { a1111: string; comfyui: string }> {
  const upstreams = servers.flatMap(({ url }, i) => {
    const kind = i === 0 ? "a1111" : "comfyui";
    return [`--${kind}`, url, `--${kind}-port`, "0"];
  });
  const { json, stderr } = await seedproofBeside([
    "record",
    "start",
    "--home",
    home,
    "--session",
    session,
    ...upstreams,
    "--json",
  ]);
  expect(stderr).toBe("");
  const started = json[0] as Started;
  const [a1111, comfyui] = ["a1111", "comfyui"].map(
    (kind) => started.proxies.find((one) => one.kind === kind)!.address,
  );
  return { ...started, a1111: a1111!, comfyui: comfyui! };
}

const draw = (address: string, prompt: string, seed: number) =>
  fetch(`${address}sdapi/v1/txt2img`, {
    method: "POST",
    body: JSON.stringify({ prompt, seed, steps: 20, sampler_name: "Euler a" }),
  });
/** A graph that leads from a sampler to a saved image. */
const graph = (seed: number) => ({
  "3": {
    class_type: "KSampler",
    inputs: {
      ...{ seed, steps: 4, cfg: 7, sampler_name: "euler", scheduler: "normal", denoise: 1 },
      ...{ model: ["4", 0], positive: ["6", 0], negative: ["7", 0], latent_image: ["5", 0] },
    },
  },
  "4": { class_type: "CheckpointLoaderSimple", inputs: { ckpt_name: "m.safetensors" } },
  "5": { class_type: "EmptyLatentImage", inputs: { width: 64, height: 64, batch_size: 1 } },
  "6": { class_type: "CLIPTextEncode", inputs: { text: "a dog", clip: ["4", 1] } },
  "7": { class_type: "CLIPTextEncode", inputs: { text: "blurry", clip: ["4", 1] } },
  "8": { class_type: "VAEDecode", inputs: { samples: ["3", 0], vae: ["4", 2] } },
  "9": { class_type: "SaveImage", inputs: { images: ["8", 0], filename_prefix: "c" } },
});
const queue = (address: string, seed: number) =>
  fetch(`${address}prompt`, { method: "POST", body: JSON.stringify({ client_id: "c", prompt: graph(seed) }) });

/** Waits until the ledger has this many events of a type. */
async function recorded(type: ProcessEvent["type"], count: number): Promise<void> {
  let seen = 0;
  for await (const { event } of followEvents(home, { signal: AbortSignal.timeout(180_000) })) {
    if (event.type === type) seen++;
    if (seen === count) return;
  }
  expect(seen, type).toBe(count);
}

test("a day with A1111 and ComfyUI, cut off in the middle of a generation, is in the ledger to the last acknowledged image", {
  timeout: 600_000,
}, async () => {
  servers = [await fakeA1111(...IMAGES), await fakeComfyui(...IMAGES)];
  const first = await record("poster");
  for (const [i, prompt] of ["a cat", "a cat, skiing"].entries()) {
    const answer = (await (await draw(first.a1111, prompt, i + 1)).json()) as { images: string[] };
    expect(createHash("sha256").update(Buffer.from(answer.images[0]!, "base64")).digest("hex")).toBe(HASHES[i]);
  }
  expect(await (await queue(first.comfyui, 7)).json()).toMatchObject({ prompt_id: "run-1" });
  await recorded("generation.completed", 3);
  const cutOff = draw(first.a1111, "a slow cat", 3).catch(() => "cut off");
  await recorded("generation.requested", 4);
  process.kill(first.pid, "SIGKILL");
  expect(await cutOff).toBe("cut off");
  // The generator itself goes on without the recorder.
  expect((await draw(`${servers[0]!.url}/`, "directly", 4)).status).toBe(200);

  const second = await record("poster, later");
  expect((await draw(second.a1111, "a cat, skiing, snow", 5)).status).toBe(200);
  await queue(second.comfyui, 8);
  await recorded("generation.completed", 5);
  expect((await seedproofBeside(["record", "stop", "--home", home])).status).toBe(0);

  const timeline = (await readTimeline(home))!;
  expect(timeline.ok).toBe(true);
  const all = timeline.events.map(({ event }) => event);
  expect(stepsOf(all).map(({ seed }) => seed)).toEqual(["1", "2", "7", "3", "5", "8"]);
  expect(all.every((event, i) => event.follows.every((id) => all.slice(0, i).some((before) => before.id === id)))).toBe(
    true,
  );
  const results = eventsOf(all, "generation.completed");
  const answered = new Set(results.map(({ data }) => data.request));
  const unanswered = eventsOf(all, "generation.requested").filter(({ id }) => !answered.has(id));
  expect(unanswered.map(({ data }) => data.recipe.prompt.positive)).toEqual(["a slow cat"]);
  expect(eventsOf(all, "session.gap").map(({ session }) => session)).toEqual(["poster"]);
  // The request made directly drew the fourth image of the server's row; nothing of it is recorded.
  expect(JSON.stringify(all)).not.toContain("directly");

  const reader = folderReader(join(home, "ledger"));
  for (const { data } of results) {
    expect(data.images).toHaveLength(1);
    const { sha256, size } = data.images[0]!;
    expect(HASHES).toContain(sha256);
    const bytes = (await reader.read(blobPath(sha256)))!;
    expect(bytes.length).toBe(size);
    expect((await decodeDisplayed(bytes)).width).toBeGreaterThanOrEqual(512);
  }
  expect((await readEvents(home)).every(({ event }) => event.capture === "proxied" || event.capture === "noted")).toBe(
    true,
  );
});
