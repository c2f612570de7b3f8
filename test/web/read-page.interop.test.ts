import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import {
  contextOf,
  expectNoSideways,
  LOOKS,
  type Look,
  openBrowser,
  openSample,
  violations,
} from "../helpers/browser.ts";

vi.setConfig({ testTimeout: 200_000, hookTimeout: 120_000 });

const folder = mkdtempSync(join(tmpdir(), "seedproof-read-page-"));
const address = pathToFileURL(join(folder, "read.html")).href;
let browser: Browser;

beforeAll(async () => {
  copyFileSync("dist/read.html", join(folder, "read.html"));
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Opened {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Everything that the page asked for besides itself. */
  readonly asked: string[];
  readonly faults: string[];
}

/** The page from disk, alone in its folder, with every request of it and its threads seen. */
async function fromDisk(look: Look = {}): Promise<Opened> {
  const context = await contextOf(browser, look);
  const [asked, faults]: [string[], string[]] = [[], []];
  await context.route("**", async (route) => {
    const url = route.request().url();
    if (url === address) return route.continue();
    asked.push(url);
    await route.abort();
  });
  const page = await context.newPage();
  page.setDefaultTimeout(90_000);
  page.on("websocket", (socket) => asked.push(socket.url()));
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
  await page.goto(address);
  return { page, context, asked, faults };
}

test.each(LOOKS)("Read as one file reads a dropped image from disk and asks nobody: %j", async (look) => {
  const { page, context, asked, faults } = await fromDisk(look);
  expect(await violations(page)).toEqual([]);
  await openSample(page, "sdm__png_novelai-curated.png");
  const seed = page.locator('.data-pane [data-value="/seed"]');
  await seed.click();
  await expect.poll(() => seed.textContent()).toContain("2156638429");
  if ((look.width ?? 1440) > 1200) {
    const lit = await page.locator(".hex .digits .lit").allInnerTexts();
    expect(lit.map((hex) => String.fromCharCode(Number.parseInt(hex, 16))).join("")).toBe("2156638429");
  }
  // The signature over the pixels was checked in the page, and what the file can and cannot prove is said.
  await page.locator(".signatures .attested", { hasText: "NovelAI" }).waitFor({ state: "attached" });
  expect(await page.locator(".proves li").count()).toBeGreaterThan(6);
  expect(await page.locator(".block-list tbody tr").count()).toBeGreaterThan(2);
  await expectNoSideways(page);
  expect(await violations(page)).toEqual([]);
  expect(asked.filter((url) => !/^(?:blob|data):/.test(url))).toEqual([]);
  expect(faults).toEqual([]);
  await context.close();
});

test("it opens its own examples, says where a file contradicts itself, and copies, in both languages", async () => {
  const { page, context, asked, faults } = await fromDisk({ lang: "zh" });
  await page.getByRole("button", { name: /a1111\.webp/ }).click();
  await page.locator('.data-pane [data-value="/seed"]').waitFor();
  await page.getByRole("button", { name: "复制", exact: true }).click();
  await page.getByText("已复制").waitFor();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain("1028435836");
  await page.reload();
  await page.getByRole("button", { name: /two-accounts\.png/ }).click();
  await page.getByRole("region", { name: "文件自相矛盾" }).waitFor();
  await page.getByRole("button", { name: "EN", exact: true }).click();
  await page.getByRole("region", { name: "This file disagrees with itself" }).waitFor();
  await page.getByRole("button", { name: "Dark" }).click();
  expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe("dark");
  // Nothing here leads to a server that is not there.
  await page.getByRole("button", { name: /Send to/ }).click();
  expect(await page.getByRole("menuitem").allInnerTexts()).toEqual([
    "A1111: copy as text",
    "ComfyUI: copy as graph",
    "Programs: copy as JSON",
  ]);
  expect(await violations(page)).toEqual([]);
  await page.evaluate(() => {
    const data = new DataTransfer();
    data.items.add(new File(["no image at all"], "x.png"));
    document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
  });
  await page.getByRole("alert").getByText("This file cannot be read").waitFor();
  expect(asked.filter((url) => !/^(?:blob|data):/.test(url))).toEqual([]);
  expect(faults).toEqual([]);
  await context.close();
});

test("its policy forbids every kind of connection, from the page and from its threads", async () => {
  const { page, context, asked } = await fromDisk();
  const tried = await page.evaluate(async () => {
    const refused: string[] = [];
    document.addEventListener("securitypolicyviolation", ({ effectiveDirective }) => refused.push(effectiveDirective));
    const host = "http://127.0.0.1:9/";
    const inThread = `fetch("${host}").then(() => postMessage("open"), () => postMessage("closed"))`;
    const thread = new Worker(URL.createObjectURL(new Blob([inThread])));
    const heard = new Promise((done) => thread.addEventListener("message", ({ data }) => done(data)));
    const fetched = await fetch(host).then(
      () => "open",
      () => "closed",
    );
    new Image().src = `${host}a.png`;
    navigator.sendBeacon(host, "x");
    try {
      new WebSocket("ws://127.0.0.1:9/");
    } catch {
      refused.push("connect-src");
    }
    new EventSource(host);
    const frame = document.createElement("iframe");
    frame.src = host;
    const script = document.createElement("script");
    script.src = `${host}a.js`;
    document.body.append(frame, script);
    const threadSaid = await heard;
    await new Promise((done) => setTimeout(done, 500));
    return { refused: [...new Set(refused)].sort(), fetched, threadSaid };
  });
  expect(tried).toMatchObject({ fetched: "closed", threadSaid: "closed" });
  expect(tried.refused).toEqual(["connect-src", "frame-src", "img-src", "script-src-elem"]);
  expect(asked.filter((url) => !/^(?:blob|data):/.test(url))).toEqual([]);
  await context.close();
});
