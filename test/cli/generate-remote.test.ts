import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readImage } from "../../src/node/read-image.ts";
import { seedproofBeside } from "../helpers/cli.ts";
import { a1111Server, comfyuiServer, type RemoteTestServer, sdcppServer } from "../helpers/remote-servers.ts";

let folder = "";
const open: RemoteTestServer[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "seedproof-remote-"));
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
  rmSync(folder, { recursive: true });
});

interface Told {
  readonly code: string;
  readonly level: string;
}

interface Output {
  readonly images: readonly { readonly findings: readonly Told[] }[];
  readonly engine: { readonly name: string; readonly environment: { readonly options: object } };
  readonly assumed: readonly object[];
  readonly missing: readonly string[];
  readonly findings: readonly Told[];
  readonly error: Told;
}

/** The program beside this one, for the server answers from here. */
async function run(...args: string[]): Promise<{ status: number | null; json: Output }> {
  const { status, json } = await seedproofBeside(["--json", "--home", folder, ...args]);
  return { status, json: json[0] as Output };
}
const DRAW = [
  "--prompt",
  "a fox",
  "--seed",
  "5",
  "--steps",
  "6",
  "--size",
  "16x16",
  "--sampler",
  "DPM++ 2M",
  "--schedule",
  "Karras",
];

test("generate draws on an A1111 server, and its file, its environment and its recipe are told", async () => {
  const server = await a1111Server();
  open.push(server);
  const { status, json } = await run(
    "generate",
    ...DRAW,
    "--engine",
    `a1111=${server.url}`,
    "-o",
    join(folder, "out.png"),
  );
  expect(status).toBe(0);
  expect(json.engine).toMatchObject({
    name: "a1111",
    url: server.url,
    fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
  expect(json.engine.environment.options).toMatchObject({ randn_source: "GPU" });
  expect(json.images[0]).toMatchObject({ seed: "5", findings: [{ code: "remote.stated-as-asked", level: "holds" }] });
  expect(json.assumed).toMatchObject([{ field: "/models" }]);
  expect(await readImage(join(folder, "out.png"))).toMatchObject({ tool: "a1111", recipe: { seed: "5" } });
}, 60_000);

test("generate exits 1 where the server says otherwise, 2 where something is missing, and writes nothing when it fails", async () => {
  const [otherwise, fine] = [await a1111Server({ instead: { steps: 9 } }), await a1111Server()];
  open.push(otherwise, fine);
  const drawn = await run("generate", ...DRAW, "--engine", `a1111=${otherwise.url}`, "-o", join(folder, "out"));
  expect([drawn.status, drawn.json.images[0]!.findings[0]!.code]).toEqual([1, "remote.stated-otherwise"]);
  const lacking = await run(
    "generate",
    ...DRAW,
    "--model",
    "nothing",
    "--engine",
    `a1111=${fine.url}`,
    "-o",
    join(folder, "out"),
  );
  expect([lacking.status, lacking.json.missing]).toEqual([2, ["nothing"]]);
  const before = readdirSync(join(folder, "out"));
  const failed = await run("generate", ...DRAW, "--engine", "a1111=http://127.0.0.1:9", "-o", join(folder, "out"));
  expect([failed.status, failed.json.error.code]).toEqual([2, "remote.unreachable"]);
  expect(readdirSync(join(folder, "out"))).toEqual(before);
}, 60_000);

test("a protocol holds on a server that draws the same again", async () => {
  const server = await comfyuiServer();
  open.push(server);
  const { status, json } = await run(
    "protocol",
    "detour",
    ...DRAW,
    "--dialect",
    "comfyui",
    "--engine",
    `comfyui=${server.url}`,
  );
  expect(json.findings.map(({ code, level }) => [code, level])).toEqual([
    ["engine.protocol-equal", "holds"],
    ["engine.protocol-control", "holds"],
  ]);
  expect([status, json.engine.name, server.bodies.length]).toEqual([0, "comfyui", 4]);
}, 60_000);

test("an image of a ComfyUI server is reproduced by its own graph, the control by the same graph with the next seed", async () => {
  const server = await comfyuiServer();
  open.push(server);
  const file = join(folder, "first.png");
  const engine = ["--engine", `comfyui=${server.url}`];
  await run("generate", ...DRAW, "--dialect", "comfyui", ...engine, "-o", file);
  const again = await run("generate", "--from", file, ...engine, "-o", join(folder, "again.png"));
  expect(again.json.images).toHaveLength(1);
  const { json } = await seedproofBeside(["--json", "--home", folder, "reproduce", file, ...engine]);
  expect(json[0]).toMatchObject({
    verdict: "identical-pixels",
    repeat: { verdict: "identical-pixels" },
    control: { seed: "6", verdict: "different" },
  });
  const plain = server.state.graphs.map((graph) => graph.replace(/,?"seedproof_run":"[^"]*"/g, ""));
  expect(plain).toHaveLength(5);
  expect(new Set(plain.slice(0, 4)).size).toBe(1);
  expect(plain[4]).toBe(plain[0]!.replace('"seed":5', '"seed":6'));
}, 120_000);

test.each([
  ["a1111", a1111Server, { environment: { options: { randn_source: "GPU" } } }],
  ["sdcpp", sdcppServer, { environment: { model: { name: "sd15.safetensors" } } }],
] as const)(
  "an image of %s is reproduced by the server that drew it: twice, with the next seed as control, in a recorded environment",
  async (kind, serverOf, identity) => {
    const server = await serverOf();
    open.push(server);
    const file = join(folder, "first.png");
    const engine = ["--engine", `${kind}=${server.url}`];
    await run("generate", ...DRAW, "--sampler", "Euler a", ...engine, "-o", file);
    // The first order names no model: from then on the file does, as the server states it.
    await run("generate", "--from", file, ...engine, "-o", join(folder, "named.png"));
    const { json, status } = await seedproofBeside([
      ...["--json", "--home", folder, "reproduce", join(folder, "named.png"), ...engine],
    ]);
    expect(status).toBe(0);
    expect(json[0]).toMatchObject({
      verdict: expect.stringMatching(/^identical-/),
      repeat: { verdict: "identical-bytes" },
      control: { seed: "6", verdict: "different" },
      engine: { name: kind, url: server.url, ...identity },
      causes: [],
    });
    expect(server.bodies.slice(-3).map(({ seed }) => seed)).toEqual([5, 5, 6]);
  },
  120_000,
);

test("a server that answers from its cache has made nothing, and no verdict rests on it", async () => {
  const server = await comfyuiServer({ ignoresUnknown: true });
  open.push(server);
  const file = join(folder, "first.png");
  const engine = ["--engine", `comfyui=${server.url}`];
  await run("generate", ...DRAW, "--dialect", "comfyui", ...engine, "-o", file);
  const { json, status } = await run("reproduce", file, ...engine);
  expect([status, json.error.code]).toEqual([2, "remote.cached-run"]);
  expect(json).not.toHaveProperty("verdict");
}, 120_000);
