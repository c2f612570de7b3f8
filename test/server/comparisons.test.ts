import { resolve } from "node:path";
import sharp from "sharp";
import { afterAll, expect, test } from "vitest";
import type { ComparisonTask } from "../../src/server/compare/comparison.ts";
import { testServer } from "../helpers/server.ts";

const server = testServer();
afterAll(async () => {
  await server.close();
  expect(server.faults).toEqual([]);
});

const FIELD = resolve(import.meta.dirname, "../../samples/cex__flux_girl_in_field.png");
const original = await sharp(FIELD).resize(400).png().toBuffer();
const cropped = await sharp(original).extract({ left: 0, top: 0, width: 400, height: 340 }).jpeg().toBuffer();

async function upload(bytes: Uint8Array): Promise<string> {
  const body = new Uint8Array(bytes);
  const { text } = await server.get("/api/v1/images", server.key, { method: "POST", body });
  return JSON.parse(text).sha256;
}

const settled = async (id: string): Promise<ComparisonTask> => {
  for (;;) {
    const { json } = await server.ask(`/comparisons/${id}`);
    if (json.state !== "queued" && json.state !== "running") return json;
    await new Promise((done) => setTimeout(done, 100));
  }
};

const [a, b] = [
  { image: await upload(original), name: "field.png" },
  { image: await upload(cropped), name: "post.jpg" },
];

test("a cropped copy is told as one, with its mark, a named region and a generic element, and stays after the server is gone", async () => {
  const { json: added } = await server.ask("/comparisons", {
    ...{ a, b },
    regions: [{ name: "face", box: [160, 70, 70, 80] }],
    elements: [{ name: "rice field", box: [20, 160, 90, 90], generic: true }],
    mark: { by: "box", box: [200, 345, 150, 40] },
  });
  expect(added.state).toMatch(/queued|running/);
  const { state, report, pictures, error } = await settled(added.id);
  expect([state, error]).toEqual(["done", undefined]);
  expect(report).toMatchObject({
    verdict: "edited-copy",
    transform: { crop: [0, 0, 400, 340] },
    watermark: { state: "absent-by-crop" },
    regions: [{ name: "face", state: "corresponds" }],
    elements: [{ name: "rice field", generic: true }],
    calibration: { form: "seedproof.copy-calibration/1" },
  });
  expect(report!.matched.drawn.length).toBeGreaterThan(10);
  for (const sha256 of Object.values(pictures!)) {
    expect((await server.get(`/api/v1/images/${sha256}`, server.key)).headers.get("content-type")).toBe("image/png");
  }
  const list = (await server.ask("/comparisons")).json.comparisons;
  expect(list[0]).toMatchObject({ id: added.id, verdict: "edited-copy" });
  expect(list[0].report).toBeUndefined();

  const file = async (name: string) => server.get(`/api/v1/comparisons/${added.id}/files/${name}`, server.key);
  const page = await file("page.html");
  expect(page.text).toContain("A cropped copy");
  // A page with scripts of its own is saved, never opened where it would be ours.
  expect(page.headers.get("content-disposition")).toBe(`attachment; filename="comparison-${added.id}-page.html"`);
  expect(page.headers.get("content-security-policy")).toBe("default-src 'none'; sandbox");
  expect(JSON.parse((await file("report.json")).text)).toMatchObject({
    verdict: "edited-copy",
    tool: "seedproof 1.2.3",
  });
  expect((await file("figure.svg")).text).toContain("<svg");
  expect((await file("figure.png")).headers.get("content-type")).toBe("image/png");
  expect((await file("..%2Fcomparison.json")).status).toBe(400);

  await server.get(`/api/v1/comparisons/${added.id}`, server.key, { method: "DELETE" });
  expect((await server.ask(`/comparisons/${added.id}`)).code).toBe("job.not-found");
}, 240_000);

test("what cannot be compared says why: no such image, a box outside, no text that could be a mark", async () => {
  const none = "0".repeat(64);
  expect((await server.ask("/comparisons", { a, b: { image: none, name: "x" } })).code).toBe("file.not-found");
  expect((await server.ask("/comparisons", { a, b: { image: "../secret.txt", name: "x" } })).code).toBe(
    "server.bad-request",
  );
  const { json: outside } = await server.ask("/comparisons", {
    a,
    b,
    regions: [{ name: "far", box: [390, 10, 50, 50] }],
  });
  const failed = await settled(outside.id);
  expect([failed.state, failed.error?.code]).toEqual(["failed", "compare.box-outside"]);
  const many = Array.from({ length: 65 }, () => ({ name: "n", box: [0, 0, 8, 8] }));
  expect((await server.ask("/comparisons", { a, b, regions: many })).code).toBe("server.bad-request");
  const mark = { by: "posts", posts: Array.from({ length: 25 }, () => none) };
  expect((await server.ask("/comparisons", { a, b, mark })).code).toBe("server.bad-request");
}, 240_000);

test("a comparison that waits is stopped without being begun, and one that runs ends at once; both can be removed", async () => {
  const [first, second] = [
    (await server.ask("/comparisons", { a, b })).json,
    (await server.ask("/comparisons", { a, b })).json,
  ];
  expect((await server.get(`/api/v1/comparisons/${first.id}`, server.key, { method: "DELETE" })).code).toBe(
    "job.running",
  );
  expect((await server.ask(`/comparisons/${second.id}/stop`, {})).json.state).toBe("stopped");
  const stopped = performance.now();
  await server.ask(`/comparisons/${first.id}/stop`, {});
  expect((await settled(first.id)).state).toBe("stopped");
  expect(performance.now() - stopped).toBeLessThan(20_000);
  expect((await server.ask(`/comparisons/${first.id}/stop`, {})).code).toBe("job.finished");
}, 120_000);
