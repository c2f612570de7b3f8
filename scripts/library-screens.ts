/**
 * Pictures of the Library for `docs/screens`, with images of the shipped model: `npm run library-screens -- [WORKSPACE]`. What a workspace
 * has is not drawn again; without one everything is made anew; `--as-it-is` after it draws nothing. Needs the built page and Chromium.
 */

import { existsSync, mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { chromium } from "playwright-core";
import { serve } from "../src/server/serve.ts";

const home =
  process.argv[2] === undefined ? mkdtempSync(join(tmpdir(), "seedproof-screens-")) : resolve(process.argv[2]);
mkdirSync(home, { recursive: true });

/** Prompts, images of each, sizes, ratings, and whether they are recorded. */
const SERIES = [
  ["a blue cat, on the moon, day, closeup view, storybook", 4, 128, 128, [4, 0, 2, 5], "Moon animals"],
  ["one orange whale, in the mountains, sunset, clear sky, closeup view", 2, 192, 128, [3], "Moon animals"],
  ["a red mushroom, in a desert, night, clear sky, closeup view", 3, 128, 160, [0, 4], "Moon animals"],
  ["a green rocket, storybook, day, clear sky, closeup view", 2, 128, 160, [], "Rockets"],
  ["a green rocket, night, in the mountains, medium view", 3, 160, 128, [5, 1], "Rockets"],
  ["a blue house, in a forest, day, closeup, in the centre", 2, 128, 128, [2], undefined],
  ["one pink whale, closeup view, night, storybook", 3, 160, 128, [3, 3], undefined],
  ["one purple bird, centre, sunset, in the mountains", 2, 128, 128, [], undefined],
] as const;

const server = await serve({ home, version: "0.1.0", port: 0, log: console.error });
const headers = { authorization: `Bearer ${server.token}`, "content-type": "application/json" };
const ask = async (path: string, json?: object): Promise<Record<string, never>> => {
  const answer = await fetch(`${server.address}api/v1${path}`, {
    headers,
    ...(json && { method: "POST", body: JSON.stringify(json) }),
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer.json() as Promise<Record<string, never>>;
};
type Job = { id: string; state: string; group?: string; images: { sha256: string }[]; error?: unknown };
const jobsNow = async (): Promise<Job[]> => ((await ask("/jobs?limit=500")) as unknown as { jobs: Job[] }).jobs;

let open: string | undefined;
const series = process.argv.includes("--as-it-is") ? [] : SERIES;
for (const [number, [prompt, count, width, height, ratings, session]] of series.entries()) {
  const group = `screens-${number}`;
  if ((await jobsNow()).some((job) => job.group === group && job.state === "done")) continue;
  if (session !== open) {
    if (open !== undefined) await ask("/record/stop", {});
    if (session !== undefined) await ask("/record/start", { session });
    open = session;
  }
  const recipe = {
    ...{ dialect: "a1111", prompt: { positive: prompt }, seed: String(1000 * number), size: { width, height } },
    passes: [
      {
        ...{ steps: 20, cfg: 4.5, seed: String(1000 * number) },
        sampler: { id: "dpmpp-2m", raw: "DPM++ 2M" },
        scheduler: { id: "karras", raw: "Karras" },
      },
    ],
    models: [{ role: "checkpoint", name: "scenes-128", hashes: [] }],
  };
  const job = (await ask("/jobs", { engine: { name: "embedded" }, recipe, count, group })) as unknown as Job;
  let now = job;
  while (!["done", "failed", "stopped"].includes(now.state)) {
    await sleep(1_000);
    now = (await ask(`/jobs/${job.id}`)) as unknown as Job;
  }
  if (now.state !== "done") throw new Error(`the images were not drawn: ${JSON.stringify(now.error)}`);
  await ask("/library/refresh", {});
  for (const [i, rating] of ratings.entries()) {
    if (rating === 0) continue;
    const { sha256 } = now.images[i]!;
    for (let tries = 0; ; tries++) {
      const there = await ask(`/library/images/${sha256}`).then(
        () => true,
        () => false,
      );
      if (there) break;
      if (tries > 120) throw new Error("the library does not take the image up");
      await sleep(500);
    }
    await ask(`/library/images/${sha256}/mark`, { rating });
  }
}
if (open !== undefined) await ask("/record/stop", {});

const executablePath = ["/usr/bin/chromium", "/usr/bin/google-chrome"].find(existsSync);
const browser = await chromium.launch({ args: ["--no-sandbox"], ...(executablePath && { executablePath }) });
for (const { file, width, height, locale, colorScheme, address, keys } of [
  { file: "library", width: 1440, height: 900, locale: "en-GB", colorScheme: "dark", address: "library", keys: 14 },
  {
    file: "library-zh",
    width: 1440,
    height: 900,
    locale: "zh-CN",
    colorScheme: "light",
    address: "library?view=families",
    keys: 1,
  },
  {
    file: "library-phone",
    width: 390,
    height: 844,
    locale: "zh-CN",
    colorScheme: "light",
    address: "library",
    keys: 0,
  },
] as const) {
  const context = await browser.newContext({ viewport: { width, height }, locale, colorScheme });
  const page = await context.newPage();
  page.setDefaultTimeout(120_000);
  await page.goto(`${server.address}?token=${server.token}`);
  await page.goto(`${server.address}${address}`);
  await page.locator(".cell img").first().waitFor();
  await page.locator(".grid-scroll").focus();
  for (let i = 0; i < keys; i++) await page.keyboard.press("ArrowRight");
  await page.waitForLoadState("networkidle").catch(() => undefined);
  await page.waitForTimeout(2_000);
  await page.screenshot({ path: join("docs", "screens", `${file}.png`) });
  await context.close();
}
await browser.close();
await server.stop();
