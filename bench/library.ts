/**
 * The library with ten thousand images: reading them into the index, finding among them, and scrolling through them in Chromium.
 * Frames are counted by the page itself, from one animation frame to the next, while it is scrolled as a wheel does.
 */

import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type Page } from "playwright-core";
import { Library } from "../src/node/library/library.ts";
import type { LibrarySearch } from "../src/node/library/search.ts";
import { serve } from "../src/server/serve.ts";
import { smallPng } from "../test/helpers/library.ts";

/** Images of the library. */
const IMAGES = 10_000;

const SEARCHES: readonly (readonly [string, LibrarySearch])[] = [
  ["all, newest first", {}],
  ["two words", { text: "snow owl" }],
  ["two facets", { facets: { model: ["ink-3"], sampler: ["Euler a"] } }],
  ["families", { view: "families" }],
];

const WORDS = "owl fox whale rocket mushroom house bird cat snow moon night desert forest sunset".split(" ");

/** Writes the images: sizes, models, samplers, families and prompts of a collection. */
function write(folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (let i = 0; i < IMAGES; i++) {
    const [width, height] = [
      [64, 64],
      [64, 96],
      [96, 64],
      [72, 128],
    ][i % 4] as [number, number];
    const family = Math.floor(i / 6);
    const prompt = [0, 3, 7].map((step) => WORDS[(family * 5 + step) % WORDS.length]).join(", ");
    const image = {
      prompt: `${prompt}, picture ${family}`,
      seed: String(i),
      model: `ink-${family % 9}`,
      width,
      height,
    };
    writeFileSync(
      join(folder, `${String(i).padStart(5, "0")}.png`),
      smallPng({ ...image, sampler: family % 2 ? "Euler a" : "DPM++ 2M", shade: i }),
    );
  }
}

const middle = (times: readonly number[], share = 0.5): number =>
  [...times].sort((a, b) => a - b)[Math.floor((times.length - 1) * share)] ?? 0;

const line = (name: string, ...values: string[]): void =>
  console.log(`${name.padEnd(36)}${values.map((value) => value.padStart(26)).join("")}`);

/** Measures and prints. */
export async function run(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "seedproof-library-"));
  write(join(folder, "images"));
  try {
    const embedded = await measured(folder, undefined);
    const url = process.env.DATABASE_URL;
    if (url) await measured(folder, url);
    await scrolled(embedded);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Reads and searches; gives the workspace. */
async function measured(folder: string, url: string | undefined): Promise<string> {
  const home = join(folder, url ? "served" : "embedded");
  mkdirSync(home);
  const library = new Library({ home, sw: { name: "bench", version: "0" }, url });
  let since = performance.now();
  await library.search({});
  line(`${url ? "PostgreSQL" : "embedded"}: opening`, `${((performance.now() - since) / 1000).toFixed(1)} s`);
  since = performance.now();
  const used = process.cpuUsage();
  library.addFolder(join(folder, "images"));
  await library.update();
  const seconds = (performance.now() - since) / 1000;
  const { user, system } = process.cpuUsage(used);
  line("reading", `${seconds.toFixed(1)} s`, `${((user + system) / 1e6).toFixed(1)} s of a processor`);
  await timed("looking again, nothing changed", 1, () => library.update());
  for (const [name, search] of SEARCHES) await timed(`search: ${name}`, 5, () => library.search(search));
  await library.close();
  return home;
}

/** The middle of some runs by the clock, and what of a processor one took: other work of the machine is in the first alone. */
async function timed(name: string, runs: number, work: () => Promise<unknown>): Promise<void> {
  const times: number[] = [];
  const used = process.cpuUsage();
  for (let i = 0; i < runs; i++) {
    const since = performance.now();
    await work();
    times.push(performance.now() - since);
  }
  const { user, system } = process.cpuUsage(used);
  line(name, `${middle(times).toFixed(0)} ms`, `${((user + system) / 1000 / runs).toFixed(0)} ms of a processor`);
}

async function scrolled(home: string): Promise<void> {
  const server = await serve({ home, version: "0.0.0", port: 0, log: console.error });
  const executablePath = ["/usr/bin/chromium", "/usr/bin/google-chrome"].find(existsSync);
  const browser = await chromium.launch({ args: ["--no-sandbox"], ...(executablePath && { executablePath }) });
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    page.setDefaultTimeout(120_000);
    await page.goto(`${server.address}?token=${server.token}`);
    await page.goto("about:blank");
    await page.setContent("<p>an empty page</p>");
    const empty = await frames(page, 0);
    await page.goto(`${server.address}library`);
    await page.locator(".cell img").first().waitFor();
    const cold = await frames(page, 60);
    const warm = await frames(page, 60);
    const cells = await page.locator(".cell").count();
    for (const [name, { times, longest, far }] of [
      ["an empty page, nothing scrolled", empty],
      ["scrolling, pictures made meanwhile", cold],
      ["scrolling the same again", warm],
    ] as const) {
      const over = (100 * times.filter((time) => time > 34).length) / times.length;
      const shares = [`p50 ${middle(times).toFixed(1)}`, `p95 ${middle(times, 0.95).toFixed(1)}`];
      line(
        name,
        ...shares,
        `p99 ${middle(times, 0.99).toFixed(1)}`,
        `${over.toFixed(1)} % > 34`,
        `task ${longest.toFixed(0)}`,
        `${far} px`,
      );
    }
    line("cells in the page at the end", String(cells), `of ${IMAGES}`);
  } finally {
    await browser.close();
    await server.stop();
  }
}

/** Milliseconds between frames over some five seconds, while the grid is scrolled by this many pixels each frame; the longest task of the page. */
async function frames(
  page: Page,
  step: number,
): Promise<{ readonly times: number[]; readonly longest: number; readonly far: number }> {
  return page.evaluate(async (by) => {
    const page = globalThis as unknown as {
      document: { querySelector(selector: string): { scrollTop: number } | null };
      requestAnimationFrame(work: () => void): void;
      PerformanceObserver: new (
        told: (list: { getEntries(): { duration: number }[] }) => void,
      ) => { observe(options: object): void; disconnect(): void };
    };
    const box = page.document.querySelector(".grid-scroll");
    if (box) box.scrollTop = 0;
    let longest = 0;
    const observer = new page.PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) longest = Math.max(longest, duration);
    });
    observer.observe({ entryTypes: ["longtask"] });
    const times: number[] = [];
    // Nothing here has a name: a compiler's helper for names is not in the page.
    await new Promise<void>((done) => page.requestAnimationFrame(() => done()));
    let last = performance.now();
    const end = last + 5_000;
    while (last < end) {
      if (box) box.scrollTop += by;
      await new Promise<void>((done) => page.requestAnimationFrame(() => done()));
      const now = performance.now();
      times.push(now - last);
      last = now;
    }
    observer.disconnect();
    return { times, longest, far: box?.scrollTop ?? 0 };
  }, step);
}
