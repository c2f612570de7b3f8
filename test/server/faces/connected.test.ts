import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { readEvents } from "../../../src/node/process-events.ts";
import { readImageBytes } from "../../../src/node/read-image.ts";
import { remoteHost } from "../../../src/node/remote-host.ts";
import { eventsOf } from "../../../src/process/event.ts";
import { a1111Engine } from "../../../src/remote/a1111-engine.ts";
import { comfyuiEngine } from "../../../src/remote/comfyui-engine.ts";
import { faceRecorder } from "../../../src/server/faces/recorder.ts";
import { seedproof } from "../../helpers/cli.ts";
import { type FacesServer, facesServer } from "../../helpers/faces-server.ts";
import { a1111Server, comfyuiServer, type RemoteTestServer } from "../../helpers/remote-servers.ts";

const open: (FacesServer | RemoteTestServer)[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});
const post = async (url: string, body: object): Promise<Response> =>
  fetch(url, { method: "POST", body: JSON.stringify(body) });
const GRAPH = (ckpt: string): object => ({
  "1": { class_type: "CheckpointLoaderSimple", inputs: { ckpt_name: ckpt } },
  "2": { class_type: "CLIPTextEncode", inputs: { text: "a fox", clip: ["1", 1] } },
  "3": { class_type: "EmptyLatentImage", inputs: { width: 64, height: 64, batch_size: 1 } },
  "4": {
    class_type: "KSampler",
    inputs: {
      seed: 7,
      steps: 2,
      cfg: 4,
      sampler_name: "euler_ancestral",
      scheduler: "karras",
      denoise: 1,
      model: ["1", 0],
      positive: ["2", 0],
      negative: ["2", 0],
      latent_image: ["3", 0],
    },
  },
  "5": { class_type: "VAEDecode", inputs: { samples: ["4", 0], vae: ["1", 2] } },
  "6": { class_type: "SaveImage", inputs: { filename_prefix: "x", images: ["5", 0] } },
});

async function history(
  url: string,
  body: object,
): Promise<{ outputs: Record<string, { images: { filename: string }[] }> }> {
  const { prompt_id: id } = (await (await post(`${url}/prompt`, body)).json()) as { prompt_id: string };
  let entry: unknown;
  await expect
    .poll(async () => (entry = ((await (await fetch(`${url}/history/${id}`)).json()) as Record<string, unknown>)[id]), {
      timeout: 30_000,
    })
    .toBeDefined();
  return entry as Awaited<ReturnType<typeof history>>;
}

test("a client of A1111's face draws on a ComfyUI server, and one of ComfyUI's face on an A1111 server", async () => {
  const [comfy, a1111] = [await comfyuiServer(), await a1111Server()];
  const overComfy = await facesServer({ engine: comfyuiEngine(comfy.url, remoteHost) });
  const overA1111 = await facesServer({ engine: a1111Engine(a1111.url, remoteHost) });
  open.push(comfy, a1111, overComfy, overA1111);
  const body = {
    prompt: "a fox",
    seed: 9,
    steps: 3,
    width: 64,
    height: 64,
    sampler_name: "DPM++ 2M",
    scheduler: "Karras",
  };
  const answer = (await (await post(`${overComfy.url}/sdapi/v1/txt2img`, body)).json()) as {
    images: string[];
    info: string;
  };
  expect(await readImageBytes("x", new Uint8Array(Buffer.from(answer.images[0]!, "base64")))).toMatchObject({
    tool: "comfyui",
    recipe: { seed: "9", passes: [{ steps: 3, sampler: { id: "dpmpp-2m" } }] },
  });
  expect(JSON.parse(answer.info).seedproof.findings).toMatchObject([{ code: "remote.stated-as-asked" }]);
  // What a ComfyUI server cannot follow of A1111's customs is told to A1111's client.
  expect(JSON.parse(answer.info).seedproof.lost).toEqual([expect.stringMatching(/noise/i)]);
  const { outputs } = await history(overA1111.url, {
    prompt: GRAPH("juggernautXL_v7Rundiffusion.safetensors [0724518c6b]"),
  });
  expect(a1111.bodies[0]).toMatchObject({ prompt: "a fox", seed: 7, steps: 2, width: 64 });
  const [file] = readdirSync(join(overA1111.home, "faces", "output"));
  expect(outputs["6"]!.images[0]!.filename).toBe(file);
  expect(await readImageBytes("x", readFileSync(join(overA1111.home, "faces", "output", file!)))).toMatchObject({
    tool: "a1111",
    recipe: { seed: "7" },
  });
}, 120_000);

test("a server that is gone is told to the client in its own words", async () => {
  const gone = await a1111Server();
  await gone.close();
  const server = await facesServer({ engine: a1111Engine(gone.url, remoteHost) });
  open.push(server);
  const answer = await post(`${server.url}/sdapi/v1/txt2img`, { prompt: "x" });
  expect([answer.status, await answer.json()]).toMatchObject([
    500,
    { error: "remote.unreachable", errors: expect.stringContaining("does not answer") },
  ]);
});

test("what clients of both faces ask and get stands in the ledger of the session, and nothing while none is open", async () => {
  const home = mkdtempSync(join(tmpdir(), "seedproof-recorded-"));
  try {
    seedproof(["ledger", "init", "--home", home]);
    let session: string | undefined;
    const errors: unknown[] = [];
    const sw = { name: "seedproof", version: "0.0.0" };
    const server = await facesServer({
      record: faceRecorder({ home, sw, session: () => session, report: (error) => errors.push(error) }),
    });
    open.push(server);
    const draw = (seed: number): Promise<Response> =>
      post(`${server.url}/sdapi/v1/txt2img`, {
        prompt: "a fox",
        seed,
        steps: 1,
        width: 32,
        height: 32,
        override_settings: { sd_model_checkpoint: "tiny" },
      });
    await draw(1);
    session = "poster";
    await draw(2);
    await post(`${server.url}/sdapi/v1/txt2img`, { prompt: "a fox", sampler_name: "Magic" });
    await history(server.url, { prompt: GRAPH("tiny"), extra_data: { api_key_comfy_org: "sk-secret" } });
    await history(server.url, { prompt: GRAPH("tiny") });
    session = undefined;
    await draw(3);
    const events = (await readEvents(home)).map(({ event }) => event);
    expect(errors).toEqual([]);
    expect(events.map(({ type, capture }) => `${capture} ${type.replace("generation.", "")}`)).toEqual([
      ...["hooked requested", "hooked completed", "hooked requested", "hooked failed"],
      ...["hooked requested", "hooked completed", "hooked requested", "hooked completed"],
    ]);
    const done = eventsOf(events, "generation.completed");
    expect(done.map(({ data }) => [data.seeds, data.images.length, data.cached ?? false])).toEqual([
      [["2"], 1, false],
      [["7"], 1, false],
      [["7"], 1, true],
    ]);
    expect(
      events.every(({ follows }, i) => type(events[i]!) === "generation.requested" || follows[0] === events[i - 1]!.id),
    ).toBe(true);
    expect(JSON.stringify(events)).not.toContain("sk-secret");
    expect(seedproof(["ledger", "verify", "--home", home, "--json"]).status).toBe(0);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}, 180_000);

const type = (event: { readonly type: string }): string => event.type;
