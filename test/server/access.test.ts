import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { workspaceToken } from "../../src/node/token-file.ts";
import { serve } from "../../src/server/serve.ts";
import { keyed, mayUpgrade } from "../../src/server/way-in.ts";
import { smallPng } from "../helpers/library.ts";
import { testServer } from "../helpers/server.ts";

const server = testServer();
const { home, token, faults, get, host: HOST, key: KEY } = server;
afterAll(() => server.close());

test("the workspace's answers need its token, and no other will do", async () => {
  expect(await get("/api/v1/status", HOST)).toMatchObject({ status: 401, code: "server.no-token" });
  const wrong = `${token.slice(0, -1)}${token.endsWith("A") ? "B" : "A"}`;
  expect((await get("/api/v1/status", { ...HOST, authorization: `Bearer ${wrong}` })).status).toBe(401);
  expect((await get("/api/v1/status", { ...HOST, authorization: "Bearer " })).status).toBe(401);
  expect((await get("/api/v1/status", KEY)).status).toBe(200);
});

test("an idle connection is kept longer than browsers keep theirs, so that none is closed as a page uses it again", async () => {
  const folder = mkdtempSync(join(tmpdir(), "seedproof-idle-"));
  const running = await serve({ home: folder, version: "1.2.3", port: 0, log: () => {} });
  try {
    const answer = await fetch(`${running.address}api/v1/status?token=${running.token}`);
    await answer.text();
    expect(answer.status).toBe(200);
    const [, seconds] = /timeout=(\d+)/.exec(answer.headers.get("keep-alive") ?? "") ?? [];
    expect(Number(seconds)).toBeGreaterThan(300);
  } finally {
    await running.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});

test("the token is taken as a bearer, as the password of basic authentication, and in the address", async () => {
  const basic = `Basic ${Buffer.from(`anyone:${token}`).toString("base64")}`;
  expect((await get("/api/v1/status", { ...HOST, authorization: basic })).status).toBe(200);
  expect((await get(`/api/v1/status?token=${token}`, HOST)).status).toBe(200);
  const asUser = `Basic ${Buffer.from(`${token}:`).toString("base64")}`;
  expect((await get("/api/v1/status", { ...HOST, authorization: asUser })).status).toBe(401);
});

test("the token's file is readable by its user alone and is kept", () => {
  expect(statSync(join(home, "server-token")).mode & 0o777).toBe(0o600);
  expect(workspaceToken(home)).toBe(token);
  expect(token).toMatch(/^[\w-]{43}$/);
});

test("the printed address gives the page a cookie that scripts cannot read, and the token leaves the address", async () => {
  const entered = await get(`/?token=${token}`, HOST);
  const cookie = entered.headers.get("set-cookie") ?? "";
  expect([entered.status, entered.headers.get("location")]).toEqual([302, "/"]);
  expect(cookie).toMatch(/^seedproof-7870=/);
  expect(cookie).toMatch(/HttpOnly/i);
  expect(cookie).toMatch(/SameSite=Strict/i);
  expect(cookie).not.toContain(token);
  const own = { ...HOST, cookie: cookie.split(";")[0]! };
  expect((await get("/api/v1/status", own)).status).toBe(200);
  expect((await get("/?token=wrong", HOST)).status).toBe(401);
});

test("a server on another port is not opened by this one's cookie", async () => {
  const cookie = (await get(`/?token=${token}`, HOST)).headers.get("set-cookie")!.split(";")[0]!;
  expect((await get("/api/v1/status", { host: "127.0.0.1:7871", cookie })).status).toBe(401);
});

test.each(["evil.example", "127.0.0.1.evil.example:7870", "evil.example:7870", ""])(
  "a request that calls the server %j is turned away, token or not: no DNS rebinding",
  async (host) => {
    expect(await get("/api/v1/status", { ...KEY, host })).toMatchObject({ status: 421, code: "server.foreign-host" });
    expect((await get("/", { host })).status).toBe(421);
  },
);

test("every name of loopback is taken", async () => {
  for (const host of ["127.0.0.1:7870", "localhost:7870", "[::1]:7870", "LOCALHOST:7870"]) {
    expect((await get("/api/v1/status", { ...KEY, host })).status).toBe(200);
  }
});

test.each([
  [{ origin: "http://evil.example" }],
  [{ origin: "null" }],
  [{ origin: "http://127.0.0.1:9999" }],
  [{ origin: "https://127.0.0.1:7870" }],
  [{ "sec-fetch-site": "cross-site" }],
  [{ "sec-fetch-site": "same-site" }],
  [{ "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" }],
])("a request of another site is turned away, token or not: %j", async (sent) => {
  const answer = await get("/api/v1/status", { ...KEY, ...sent });
  expect(answer).toMatchObject({ status: 403, code: "server.foreign-origin" });
});

test("the own page, and programs that are no browsers, are let in", async () => {
  const own = { origin: "http://127.0.0.1:7870", "sec-fetch-site": "same-origin" };
  expect((await get("/api/v1/status", { ...KEY, ...own })).status).toBe(200);
  expect((await get("/", { ...HOST, "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" })).status).toBe(200);
});

test("no answer says that another site may read it", async () => {
  for (const path of ["/", "/api/v1/status", "/api/v1/nothing"]) {
    const { headers } = await get(path, KEY);
    expect(headers.get("access-control-allow-origin")).toBeNull();
    expect(headers.get("cross-origin-resource-policy")).toBe("same-origin");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("cross-origin-opener-policy")).toBe("same-origin");
    expect(headers.get("x-frame-options")).toBe("DENY");
    expect(headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
    expect(headers.get("content-security-policy")).not.toMatch(/'unsafe-(?:inline|eval)'|https?:|\*/);
  }
});

test.each([
  "/../secret.txt",
  "/..%2fsecret.txt",
  "/%2e%2e/secret.txt",
  "/assets/../../secret.txt",
  "/secret.txt",
  "//etc/passwd.txt",
  "/index.html%00.txt",
])("no path leads out of the page's folder: %s", async (path) => {
  const { status, text } = await get(path, KEY);
  expect(status).toBe(404);
  expect(text).not.toContain("of the workspace");
});

test("a body larger than the limit is not taken, whatever its length says", async () => {
  const body = JSON.stringify({ text: "x".repeat(9 * 1024 * 1024) });
  const headers = { ...KEY, "content-type": "application/json" };
  expect(await get("/api/v1/read-text", headers, { method: "POST", body })).toMatchObject({
    status: 413,
    code: "server.too-large",
  });
  const stream = new Blob([body]).stream();
  const streamed = { method: "POST", body: stream, duplex: "half" } as RequestInit;
  expect((await get("/api/v1/read-text", headers, streamed)).status).toBe(413);
});

test("what is no JSON, or not the JSON that is asked for, is named with its place", async () => {
  const post = (body: string, type = "application/json") =>
    get("/api/v1/read-text", { ...KEY, "content-type": type }, { method: "POST", body });
  expect(await post("{")).toMatchObject({ status: 400, code: "server.no-json" });
  // Forms of other sites can send text/plain without asking.
  expect(await post('{"text":"x"}', "text/plain")).toMatchObject({ status: 400, code: "server.no-json" });
  const wrong = await post('{"text":5}');
  expect(wrong).toMatchObject({ status: 400, code: "server.bad-request" });
  expect(JSON.parse(wrong.text).error.where).toEqual({ pointer: "/text" });
});

test("pasted generation data is read, and what is no image says so", async () => {
  const read = await get(
    "/api/v1/read-text",
    { ...KEY, "content-type": "application/json" },
    {
      method: "POST",
      body: JSON.stringify({ text: "a cat\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 5, Size: 512x512" }),
    },
  );
  expect(JSON.parse(read.text)).toMatchObject({ status: "recipe", recipe: { seed: "5" } });
  const none = await get("/api/v1/read", KEY, { method: "POST", body: "no image at all, not even nearly" });
  expect([none.status, none.code?.split(".")[0]]).toEqual([400, "image"]);
  expect(faults).toEqual([]);
});

test("OpenAPI lists every operation with its answers", async () => {
  const { text } = await get("/api/v1/openapi.json", KEY);
  const { openapi, paths } = JSON.parse(text);
  expect(openapi).toBe("3.1.1");
  const operations = Object.values(paths as Record<string, Record<string, { responses: object }>>).flatMap(
    Object.values,
  );
  expect(operations.length).toBeGreaterThan(3);
  for (const { responses } of operations) expect(Object.keys(responses)).toEqual(["200", "default"]);
});

test("whatever the server shows beside the page needs the token: own API, A1111's and ComfyUI's faces alike", async () => {
  const paths = "/api/v1/jobs /sdapi/v1/options /sdapi/v1/samplers /internal/ping /prompt /queue /history /object_info";
  for (const path of `${paths} /system_stats /view /models /api/prompt /api/queue /embeddings`.split(" ")) {
    expect([path, (await get(path, HOST)).status]).toEqual([path, 401]);
  }
  expect((await get("/sdapi/v1/samplers", KEY)).status).toBe(200);
  expect((await get("/system_stats", KEY)).status).toBe(200);
});

test("an image of the workspace is asked for by its hash alone, and only images are given out", async () => {
  const other = "/api/v1/images/";
  expect((await get(`${other}${"0".repeat(64)}`, KEY)).status).toBe(404);
  for (const path of ["../server-token", "..%2fserver-token", "secret.txt", "A".repeat(64)]) {
    expect([400, 404]).toContain((await get(`${other}${path}`, KEY)).status);
  }
  const text = await get("/api/v1/images", KEY, { method: "POST", body: "<svg onload=alert(1)>" });
  expect(text).toMatchObject({ status: 400, code: "image.unknown" });
  const sent = await get("/api/v1/images", KEY, { method: "POST", body: Buffer.from(smallPng({})) });
  const { status, headers } = await get(`${other}${JSON.parse(sent.text).sha256}`, KEY);
  expect([status, headers.get("content-type")]).toEqual([200, "image/png"]);
  expect(headers.get("content-security-policy")).toBe("default-src 'none'; sandbox");
});

test("every text of the page is set as text: what is set as HTML are its own icons, and a figure that escapes", () => {
  const files = readdirSync("src/web", { recursive: true, encoding: "utf8" }).filter((file) => /\.tsx?$/.test(file));
  expect(files.length).toBeGreaterThan(100);
  const asHtml = /innerHTML|outerHTML|insertAdjacentHTML|document\.write/i;
  const found = files.filter((file) => asHtml.test(readFileSync(join("src/web", file), "utf8")));
  expect(found.sort()).toEqual(["compare/page/page.tsx", "parts/icon.tsx"]);
});

test("a connection becomes a WebSocket only for who may ask: own host, no other site, the token shown", () => {
  const rules = { token, hosts: ["127.0.0.1", "localhost", "[::1]"] };
  const ask = (headers: Record<string, string>, url = "/ws?clientId=x") => {
    const request = { headers: { ...HOST, ...headers }, url } as unknown as IncomingMessage;
    return { may: mayUpgrade(rules, request), url: request.url };
  };
  expect(ask({}).may).toBe(false);
  expect(ask({ authorization: KEY.authorization }).may).toBe(true);
  expect(ask({ authorization: KEY.authorization, origin: "http://evil.example" }).may).toBe(false);
  expect(ask({ authorization: KEY.authorization, "sec-fetch-site": "cross-site" }).may).toBe(false);
  expect(ask({ authorization: KEY.authorization, host: "evil.example" }).may).toBe(false);
  expect(ask({}, `/key/${token}/ws?clientId=x`)).toEqual({ may: true, url: "/ws?clientId=x" });
  expect(ask({}, `/key/${token}x/ws`).may).toBe(false);
});

test("a client that can send no header shows the token in its address, and nothing else is let in that way", async () => {
  const through = async (path: string): Promise<number> => {
    const request = keyed(new Request(`http://127.0.0.1:7870${path}`, { headers: HOST }));
    const { pathname, search } = new URL(request.url);
    return (await get(pathname + search, Object.fromEntries(request.headers))).status;
  };
  expect(await through(`/key/${token}/sdapi/v1/samplers`)).toBe(200);
  expect(await through(`/key/${token.slice(1)}/sdapi/v1/samplers`)).toBe(401);
  expect(await through("/key//sdapi/v1/samplers")).toBe(401);
});

test("a page of one file is given to save, to whoever opens the page, and runs nothing from this address", async () => {
  const { status, headers, text } = await get("/offline/read.html", HOST);
  expect([status, text]).toEqual([200, "<p>read alone</p>"]);
  expect(headers.get("content-disposition")).toBe('attachment; filename="seedproof-read.html"');
  expect(headers.get("content-security-policy")).toContain("script-src 'self'");
  // Only the pages of the list, by their exact names.
  expect(await get("/offline/verify.html", HOST)).toMatchObject({ status: 503, code: "server.page-not-built" });
  expect((await get("/offline/secret.html", HOST)).status).toBe(404);
  expect((await get("/offline/..%2fweb%2findex.html", HOST)).status).toBe(401);
});
