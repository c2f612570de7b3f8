import { copyFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { type AddressInfo, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { readEvents } from "../../src/node/process-events.ts";
import { isWithin, watchableFolder } from "../../src/node/watched-folder.ts";
import { eventsOf, type ProcessEvent } from "../../src/process/event.ts";
import { type FakeServer, fakeA1111 } from "../helpers/generators.ts";
import { samplePath } from "../helpers/samples.ts";
import { testServer } from "../helpers/server.ts";

vi.setConfig({ testTimeout: 120_000 });

const IMAGE = samplePath("imh__fixtures_cli_a1111.png");
let server: ReturnType<typeof testServer>;
let upstream: FakeServer;
let outside: string;

beforeEach(async () => {
  server = testServer();
  upstream = await fakeA1111(IMAGE);
  outside = realpathSync(mkdtempSync(join(tmpdir(), "seedproof-pictures-")));
});
afterEach(async () => {
  await server.close();
  await upstream.close();
  rmSync(outside, { recursive: true, force: true });
});

const events = async (): Promise<ProcessEvent[]> => (await readEvents(server.home)).map(({ event }) => event);
const draw = (address: string, prompt = "cat"): Promise<number> =>
  fetch(`${address}sdapi/v1/txt2img`, { method: "POST", body: JSON.stringify({ prompt, seed: 5, steps: 4 }) }).then(
    ({ status }) => status,
    () => 0,
  );

test("a proxy is switched on, off and on again while a session runs, keeps its address, and the record says when", async () => {
  await server.ask("/record/start", { session: "s" });
  const { json: on } = await server.ask("/record/proxies", { kind: "a1111", url: upstream.url });
  expect(on).toMatchObject({ kind: "a1111", upstream: upstream.url });
  expect(await draw(on.address)).toBe(200);
  expect((await server.ask("/record")).json.open.proxies).toEqual([on]);
  await server.ask("/record/proxies/off", { address: on.address });
  expect(await draw(on.address)).toBe(0);
  expect((await server.ask("/record")).json.open.proxies).toEqual([]);
  const { json: again } = await server.ask("/record/proxies", { kind: "a1111", url: upstream.url });
  expect(again.address).toBe(on.address);
  expect(await draw(again.address)).toBe(200);
  await server.ask("/record/stop", {});
  const all = await events();
  expect(eventsOf(all, "generation.completed").map(({ data }) => data.seeds)).toEqual([["5"], ["5"]]);
  expect(eventsOf(all, "capture.changed").map(({ data }) => data)).toEqual(
    [true, false, true].map((isOn) => ({ source: "a1111", name: new URL(upstream.url).origin, on: isOn })),
  );
  expect(server.faults).toEqual([]);
});

test("where another program has taken the proxy's port meanwhile, it answers at another", async () => {
  await server.ask("/record/start", { session: "s" });
  const { json: on } = await server.ask("/record/proxies", { kind: "a1111", url: upstream.url });
  await server.ask("/record/proxies/off", { address: on.address });
  const other = createServer();
  await vi.waitFor(
    () =>
      new Promise<void>((done, failed) => {
        other.once("error", failed);
        other.listen(Number(new URL(on.address).port), "127.0.0.1", done);
      }),
    { timeout: 20_000, interval: 200 },
  );
  const { json: again } = await server.ask("/record/proxies", { kind: "a1111", url: upstream.url });
  expect(again.address).not.toBe(on.address);
  expect(await draw(again.address)).toBe(200);
  await new Promise((done) => other.close(done));
});

test("a request that is under way when its proxy is switched off is answered and recorded", async () => {
  await server.ask("/record/start", { session: "s" });
  const { json: on } = await server.ask("/record/proxies", { kind: "a1111", url: upstream.url });
  const answer = draw(on.address, "slow");
  // The proxy has it when the generator has: then it is switched off.
  await vi.waitFor(() => expect(upstream.asked).toContain("POST /sdapi/v1/txt2img"), { timeout: 30_000 });
  await server.ask("/record/proxies/off", { address: on.address });
  expect(await answer).toBe(200);
  await server.ask("/record/stop", {});
  expect(eventsOf(await events(), "generation.completed")).toHaveLength(1);
});

test("an open WebSocket does not hold up the end of the session", async () => {
  const silent = createServer((socket) => socket.on("error", () => undefined).resume());
  await new Promise<void>((done) => silent.listen(0, "127.0.0.1", done));
  const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
  await server.ask("/record/start", { session: "s", comfyui: url });
  const { json: state } = await server.ask("/record");
  const { hostname, port } = new URL(state.open.proxies[0].address);
  const sockets = [0, 1].map(() => {
    const socket = connect(Number(port), hostname);
    socket.on("error", () => undefined);
    socket.write("GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
    return socket;
  });
  await vi.waitFor(async () => {
    const count = await new Promise<number>((done) => silent.getConnections((_, open) => done(open)));
    expect(count).toBe(2);
  }, 30_000);
  await server.ask("/record/stop", {});
  expect(eventsOf(await events(), "session.closed")).toHaveLength(1);
  for (const socket of sockets) socket.destroy();
  await new Promise((done) => silent.close(done));
});

test("a proxy never stands before the workbench or before another proxy", async () => {
  await server.ask("/record/start", { session: "s" });
  const ask = (url: string) => server.ask("/record/proxies", { kind: "a1111", url });
  expect(await ask(`http://${server.host.host}/`)).toMatchObject({ status: 422, code: "record.proxy-loop" });
  const { json: on } = await ask(upstream.url);
  expect(await ask(on.address)).toMatchObject({ status: 422, code: "record.proxy-loop" });
  expect(await ask("file:///etc/passwd")).toMatchObject({ status: 400, code: "server.bad-request" });
  expect(await server.ask("/record/proxies/off", { address: "http://127.0.0.1:1/" })).toMatchObject({
    status: 404,
    code: "record.no-proxy",
  });
});

test("a folder is watched and left while a session runs; a link in it that leads out is not read", async () => {
  const watched = join(outside, "in");
  const secret = join(outside, "secret.png");
  mkdirSync(watched);
  copyFileSync(IMAGE, secret);
  await server.ask("/record/start", { session: "s" });
  expect((await server.ask("/record/folders", { folder: watched })).json).toEqual({ folder: watched });
  symlinkSync(secret, join(watched, "link.png"));
  copyFileSync(IMAGE, join(watched, "a.png"));
  await vi.waitFor(async () => expect(eventsOf(await events(), "file.saved")).toHaveLength(1), { timeout: 60_000 });
  await server.ask("/record/folders/off", { folder: watched });
  copyFileSync(IMAGE, join(watched, "b.png"));
  await new Promise((done) => setTimeout(done, 1_500));
  await server.ask("/record/stop", {});
  const all = await events();
  expect(eventsOf(all, "file.saved").map(({ data }) => data.file.name)).toEqual(["a.png"]);
  expect(eventsOf(all, "capture.changed").map(({ data }) => data)).toEqual([
    { source: "folder", name: "in", on: true },
    { source: "folder", name: "in", on: false },
  ]);
});

test("only a folder of this machine outside the workspace is watched, named by its whole path", async () => {
  await server.ask("/record/start", { session: "s" });
  const file = join(outside, "a.png");
  copyFileSync(IMAGE, file);
  symlinkSync(server.home, join(outside, "home"));
  const refused = { status: 422, code: "record.folder-refused" };
  for (const folder of [
    "pictures",
    "../..",
    "/",
    "//server/share",
    "\\\\server\\share",
    file,
    server.home,
    join(server.home, "spool", ".."),
    join(outside, "home"),
    join(server.home, ".."),
    `${outside}\0`,
  ]) {
    expect([folder, await server.ask("/record/folders", { folder })]).toMatchObject([folder, refused]);
  }
  expect(await server.ask("/record/folders", { folder: join(outside, "none") })).toMatchObject({ status: 404 });
  expect((await server.ask("/record")).json.open.watch).toEqual([]);
  await server.ask("/record/stop", {});
  expect(await server.ask("/record/start", { session: "t", watch: [server.home] })).toMatchObject(refused);
});

test("a folder that begins with another's name is no part of it", () => {
  expect(isWithin("/a/bc", "/a/b")).toBe(false);
  expect(isWithin("/a/..b", "/a")).toBe(true);
  expect(isWithin("/a/b", "/a/b")).toBe(true);
  expect(watchableFolder(outside, server.home)).toBe(outside);
});

test("what is captured is changed by the session's own server alone", async () => {
  for (const [path, body] of [
    ["/record/proxies", { kind: "a1111", url: upstream.url }],
    ["/record/proxies/off", { address: upstream.url }],
    ["/record/folders", { folder: outside }],
    ["/record/folders/off", { folder: outside }],
  ] as const) {
    expect(await server.ask(path, body)).toMatchObject({ status: 409, code: "record.none" });
    expect((await server.get(`/api/v1${path}`, server.host, { method: "POST", body: "{}" })).status).toBe(401);
  }
});
