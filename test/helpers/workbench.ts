/** A running workbench over a workspace of its own with a tiny model, and pages that have its key. */

import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { type Running, serve } from "../../src/server/serve.ts";
import { writeTinyModel } from "../engine/tiny-model.ts";
import { contextOf, type Look } from "./browser.ts";

/** A machine that does other things besides takes its time. */
export const PATIENCE_MS = 120_000;

/** What a page may look like besides: as a reader who zooms sees it, or who wants nothing to move. */
export interface View extends Look {
  /** 2: the reader has zoomed to 200 %, which leaves half of the points. */
  readonly zoom?: number;
  readonly calm?: boolean;
}

/** A workbench. */
export interface Workbench {
  readonly home: string;
  readonly server: Running;
  /** What went wrong in the server and on pages. */
  readonly faults: unknown[];
  at(browser: Browser, screen: string, view?: View): Promise<{ readonly page: Page; readonly context: BrowserContext }>;
  close(): Promise<void>;
}

/** Messages that a server which is gone makes browsers say. */
const EXPECTED =
  /ERR_CONNECTION_REFUSED|ERR_INCOMPLETE|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET|status of (?:401|409|422|503)/;

/** Starts one. */
export async function workbench(): Promise<Workbench> {
  const home = mkdtempSync(join(tmpdir(), "seedproof-workbench-"));
  mkdirSync(join(home, "models"));
  writeTinyModel(join(home, "models", "tiny"));
  const faults: unknown[] = [];
  const server = await serve({ home, version: "1.2.3", port: 0, log: (error) => faults.push(error) });
  return {
    ...{ home, server, faults },
    at: (browser, screen, view = {}) =>
      pageAt(browser, `${server.address}?token=${server.token}`, screen, faults, view),
    async close() {
      await server.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** A page with a workspace's key, at a screen. What the browser complains of is a fault. */
export async function pageAt(
  browser: Browser,
  entrance: string,
  screen: string,
  faults: unknown[],
  { zoom = 1, calm = false, ...look }: View = {},
): Promise<{ page: Page; context: BrowserContext }> {
  const context = await contextOf(browser, look);
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  if (zoom !== 1) await page.setViewportSize({ width: (look.width ?? 1440) / zoom, height: 900 / zoom });
  if (calm) await page.emulateMedia({ reducedMotion: "reduce" });
  page.on("pageerror", (error) => faults.push(`${screen}: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error" && !EXPECTED.test(message.text())) faults.push(`${screen}: ${message.text()}`);
  });
  await page.goto(entrance);
  await page.goto(new URL(screen, entrance).href);
  await page.locator("nav.rail").waitFor();
  return { page, context };
}
