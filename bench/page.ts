/** The workbench in Chromium: from the address to a page that answers, with an empty cache and with a warm one, idle and while images are drawn. */

import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserContext, chromium } from "playwright-core";
import { serve } from "../src/server/serve.ts";
import { writeTinyModel } from "../test/engine/tiny-model.ts";

/** Loads of one series. */
const LOADS = 7;

interface Load {
  /** Milliseconds from the start of the navigation until the document had come. */
  readonly documentMs: number;
  /** Until the first button was there and the thread was free to hear a click on it. */
  readonly interactiveMs: number;
  readonly bytes: number;
}

/** Notes when the page's first action is there and the thread is free. */
const WATCH = `new MutationObserver((_, watch) => {
  if (!document.querySelector("main button.primary")) return;
  watch.disconnect();
  setTimeout(() => { window.interactiveAt = performance.now(); });
}).observe(document, { childList: true, subtree: true });`;

async function load(context: BrowserContext, address: string): Promise<Load> {
  const page = await context.newPage();
  await page.addInitScript(WATCH);
  await page.goto(`${address}read`);
  await page.waitForFunction("window.interactiveAt !== undefined");
  const measured = (await page.evaluate(`({
    documentMs: performance.getEntriesByType("navigation")[0].responseEnd,
    interactiveMs: window.interactiveAt,
    bytes: performance.getEntriesByType("resource").concat(performance.getEntriesByType("navigation"))
      .reduce((sum, one) => sum + one.encodedBodySize, 0),
  })`)) as Load;
  await page.close();
  return measured;
}

const middle = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

/** Measures and prints. */
export async function run(): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), "seedproof-bench-"));
  mkdirSync(join(home, "models"));
  writeTinyModel(join(home, "models", "tiny"));
  const server = await serve({ home, version: "0.0.0", port: 0, log: console.error });
  const headers = { authorization: `Bearer ${server.token}`, "content-type": "application/json" };
  const executablePath = ["/usr/bin/chromium", "/usr/bin/google-chrome"].find(existsSync);
  const browser = await chromium.launch({ args: ["--no-sandbox"], ...(executablePath && { executablePath }) });
  const series = async (isWarm: boolean): Promise<Load[]> => {
    const loads: Load[] = [];
    let context: BrowserContext | undefined;
    for (let i = 0; i < LOADS; i++) {
      if (!context || !isWarm) context = await browser.newContext();
      if (isWarm && i === 0) await load(context, server.address);
      loads.push(await load(context, server.address));
      if (!isWarm) await context.close();
    }
    return loads;
  };
  const cold = await series(false);
  const warm = await series(true);
  const recipe = {
    dialect: "a1111",
    prompt: { positive: "a cat" },
    seed: "1",
    size: { width: 64, height: 64 },
    passes: [{ steps: 20, cfg: 7, sampler: { id: "euler", raw: "Euler" }, scheduler: { id: "karras", raw: "Karras" } }],
    models: [{ role: "checkpoint", name: "tiny", hashes: [] }],
  };
  const body = JSON.stringify({ engine: { name: "embedded" }, recipe, count: 400 });
  await fetch(`${server.address}api/v1/jobs`, { method: "POST", headers, body });
  const busy = await series(false);
  console.log("page                    document  interactive    bytes");
  for (const [name, loads] of [
    ["empty cache", cold],
    ["warm cache", warm],
    ["while images are drawn", busy],
  ] as const) {
    const of = (pick: (one: Load) => number): string => middle(loads.map(pick)).toFixed(0);
    const row = [
      of(({ documentMs }) => documentMs),
      of(({ interactiveMs }) => interactiveMs),
      of(({ bytes }) => bytes),
    ];
    console.log(`${name.padEnd(23)} ${row[0]!.padStart(6)}ms ${row[1]!.padStart(10)}ms ${row[2]!.padStart(8)}`);
  }
  const interactive = (loads: readonly Load[]): number => middle(loads.map(({ interactiveMs }) => interactiveMs));
  console.log(`drawing costs a load ×${(interactive(busy) / interactive(cold)).toFixed(2)}`);
  await browser.close();
  await server.stop();
  rmSync(home, { recursive: true, force: true });
}
