import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { addModel } from "../../src/node/model-shelf.ts";
import { type Running, serve } from "../../src/server/serve.ts";
import { loraFile } from "../engine/tiny-lora.ts";
import { writeTinyModel } from "../engine/tiny-model.ts";
import {
  contextOf,
  expectNoSideways,
  LOOKS,
  type Look,
  openBrowser,
  openSample,
  violations,
} from "../helpers/browser.ts";

const home = mkdtempSync(join(tmpdir(), "seedproof-screens-"));
const faults: unknown[] = [];
let server: Running;
/** First digits of the AutoV3 hash of the LoRA on the shelf. */
let inkHash: string;
let browser: Browser;

/** A machine that does other things besides takes its time. */
const PATIENCE_MS = 90_000;
vi.setConfig({ testTimeout: 400_000, hookTimeout: 120_000 });

const start = (port = 0): Promise<Running> =>
  serve({ home, version: "1.2.3", port, log: (error) => faults.push(error) });

beforeAll(async () => {
  mkdirSync(join(home, "models"));
  writeTinyModel(join(home, "models", "tiny"));
  const ink = join(home, "ink.safetensors");
  writeFileSync(ink, loraFile({ "modelspec.trigger_phrase": "inkwash" }));
  inkHash = addModel(home, ink, { now: () => new Date(0) }).hashes.find(({ kind }) => kind === "autov3")!.value;
  server = await start();
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
  rmSync(home, { recursive: true, force: true });
  expect(faults).toEqual([]);
});

/** A page with the workspace's key, at a screen. What the browser complains of is a fault. */
async function at(screen: string, look: Look = {}): Promise<{ page: Page; context: BrowserContext }> {
  const context = await contextOf(browser, look);
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  page.on("pageerror", (error) => faults.push(`${screen}: ${error.message}`));
  page.on("console", (message) => {
    // A server that is gone is what one test is about.
    if (message.type() === "error" && !/ERR_CONNECTION_REFUSED|ERR_INCOMPLETE|401/.test(message.text())) {
      faults.push(`${screen}: ${message.text()}`);
    }
  });
  await page.goto(`${server.address}?token=${server.token}`);
  await page.goto(`${server.address}${screen}`);
  await page.locator("nav.rail").waitFor();
  return { page, context };
}

test.each(LOOKS)("Read shows a dropped image's values with their bytes, and axe finds nothing: %j", async (look) => {
  const { page, context } = await at("read", look);
  expect(await violations(page)).toEqual([]);
  await openSample(page, "sdm__png_novelai-curated.png");
  const seed = page.locator('.data-pane [data-value="/seed"]');
  await seed.click();
  await expect.poll(() => seed.textContent()).toContain("2156638429");
  if ((look.width ?? 1440) > 1200) {
    // The lit bytes are the digits of the seed, and a line leads to them.
    const lit = await page.locator(".hex .digits .lit").allInnerTexts();
    expect(lit.map((hex) => String.fromCharCode(Number.parseInt(hex, 16))).join("")).toBe("2156638429");
    expect(await page.locator(".block-text mark").textContent()).toBe("2156638429");
    await page.locator(".leader path").waitFor({ state: "attached" });
    // From the bytes to the value: hovering a byte of the steps lights the steps.
    await page.locator('.data-pane [data-value="/passes/0/steps"]').hover();
    await page.locator(".hex .digits .lit").first().hover();
    await page.locator('.data-pane [data-value="/passes/0/steps"].lit').waitFor();
  }
  await expectNoSideways(page);
  expect(await violations(page)).toEqual([]);
  await context.close();
});

test("Read copies the generation data letter for letter, and says what a form cannot hold", async () => {
  const { page, context } = await at("read");
  await openSample(page, "sdm__png_sd-webui.png");
  await page.getByRole("button", { name: "Copy", exact: true }).click();
  await page.getByText("Generation data copied").waitFor();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toContain("Steps: 20, Sampler: DPM++ 2M, Schedule type: Karras, CFG scale: 7, Seed: 3782896554");
  await page.getByRole("button", { name: /Send to/ }).click();
  expect(await violations(page)).toEqual([]);
  await page.getByRole("menuitem", { name: /JSON/ }).click();
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toContain('"seed": "3782896554"');
  await context.close();
});

test("Read says what it cannot read, what holds nothing, and where a file contradicts itself, in both languages", async () => {
  const { page, context } = await at("read", { lang: "zh" });
  await page.evaluate(() => {
    const data = new DataTransfer();
    data.items.add(new File(["no image at all"], "x.png"));
    document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
  });
  await page.getByRole("alert").getByText("无法读取此文件").waitFor();
  expect(await violations(page)).toEqual([]);
  await openSample(page, "sdm__jpg_empty.jpg");
  await page.getByRole("heading", { name: "无生成数据" }).waitFor();
  await openSample(page, "derived__sdm__png_stability-matrix.png");
  await page.getByRole("region", { name: "文件自相矛盾" }).waitFor();
  expect(await violations(page)).toEqual([]);
  await page.getByRole("button", { name: "EN", exact: true }).click();
  await page.getByRole("region", { name: "This file disagrees with itself" }).waitFor();
  await context.close();
});

test("Read needs no key and nothing of the server: a page without one reads, and says what it lacks", async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(server.address);
  await page.getByText("This page has no key to the workspace").waitFor();
  await openSample(page, "imh__fixtures_cli_a1111.png");
  await page.locator('.data-pane [data-value="/seed"]').waitFor();
  expect(await violations(page)).toEqual([]);
  await context.close();
});

/** Generation data that names a file that is here, one that is not, and another than the one of its name. */
const pasteModels = (page: Page): Promise<void> =>
  page.evaluate((hash) => {
    const data = new DataTransfer();
    const text = `a cat <lora:ink:1> <lora:gone:1>
Steps: 20, Sampler: Euler, CFG scale: 7, Seed: 1, Size: 512x512, Model hash: 0123456789, Model: scenes-128, Lora hashes: "ink: ${hash}, gone: 0123456789ab", Version: v1.10.1`;
    data.setData("text/plain", text);
    document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true }));
  }, inkHash);

test("Read marks each resource as here, as missing or as another file of its name; without a key nobody looks", async () => {
  const { page, context } = await at("read");
  await pasteModels(page);
  const presence = (name: string) => page.locator(".resource", { hasText: name }).locator(".presence");
  await presence("ink").getByText("here, hash agrees").waitFor();
  expect(await presence("gone").textContent()).toBe("hash known, file missing");
  expect(await presence("scenes-128").textContent()).toBe("here by name, hash differs");
  const classes = (name: string) => presence(name).getAttribute("class");
  expect([await classes("ink"), await classes("gone"), await classes("scenes-128")]).toEqual([
    "presence presence-here",
    "presence presence-known",
    "presence presence-differs",
  ]);
  expect(await violations(page)).toEqual([]);
  await context.close();

  const without = await browser.newContext({ locale: "en-GB" });
  const stranger = await without.newPage();
  await stranger.goto(server.address);
  await stranger.getByText("This page has no key to the workspace").waitFor();
  await pasteModels(stranger);
  await stranger.locator(".resource .presence").first().waitFor();
  for (const words of await stranger.locator(".resource .presence").allInnerTexts()) {
    expect(words).toBe("hash known, file not looked for");
  }
  await without.close();
});

test("the Studio offers a LoRA's trigger words from its file, and each goes into the prompt once", async () => {
  const { page, context } = await at("studio");
  await page.locator("#prompt").fill("a cat <lora:ink:0.8>");
  const word = page.getByRole("group", { name: /Trigger words of ink/ }).getByRole("button", { name: "inkwash" });
  await word.click();
  expect(await page.locator("#prompt").inputValue()).toBe("a cat, inkwash <lora:ink:0.8>");
  expect(await word.isDisabled()).toBe(true);
  expect(await violations(page)).toEqual([]);
  await context.close();
});

/** Sets the Studio up for the smallest run. */
async function smallest(page: Page): Promise<void> {
  await page.locator(".field.select select").first().selectOption("tiny");
  for (const [label, value] of [
    ["Width", "32"],
    ["Height", "32"],
    ["Sampling steps", "2"],
  ] as const) {
    await page.getByLabel(label, { exact: true }).first().fill(value);
    await page.getByLabel(label, { exact: true }).first().blur();
  }
}

test("from nothing to a recorded, made, judged and reproduced image: Record, Studio, Reproduce", async () => {
  const { page, context } = await at("record");
  expect(await violations(page)).toEqual([]);
  await page.getByLabel("Name of the session").fill("Snow night");
  await page.getByRole("button", { name: "Start recording" }).click();
  await page.getByText("Session opens").waitFor();
  await page.getByRole("button", { name: "State an intent" }).click();
  await page.getByRole("textbox", { name: "State an intent" }).fill("a bird on skis");
  await page.getByRole("button", { name: "Write into the record" }).click();
  await page.getByText("“a bird on skis”").waitFor();

  await page.getByRole("link", { name: "Studio" }).click();
  await smallest(page);
  await page.locator("#prompt").fill("a (bird:1.3), snow");
  await page.getByLabel("Images", { exact: true }).fill("2");
  await page.getByLabel("Images", { exact: true }).blur();
  await page.getByText("Recording: session “Snow night”").waitFor();
  await page.keyboard.press("Control+Enter");
  await page.locator(".shot.open").nth(1).waitFor();
  expect(await violations(page)).toEqual([]);
  await page.locator(".shot.open button").first().click();
  await page.keyboard.press("x");
  await page.keyboard.type("two birds");
  await page.keyboard.press("Enter");
  await page.locator(".shot.rejected", { hasText: "two birds" }).waitFor();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("k");
  await page.keyboard.press("Enter");
  await page.locator(".shot.kept").waitFor();

  // The image opens on Read with its own recipe, and goes on to Reproduce.
  await page.getByRole("button", { name: "Read", exact: true }).click();
  await page.getByRole("button", { name: /Send to/ }).click();
  await page.getByRole("menuitem", { name: "Reproduce" }).click();
  await page.getByRole("heading", { name: "Identical, byte for byte" }).waitFor();
  await page.locator(".control-line").waitFor();
  expect(await violations(page)).toEqual([]);
  for (const name of ["Slider", "Flicker", "Difference", "Side by side"]) {
    await page.getByRole("button", { name, exact: true }).click();
    expect([name, await violations(page)]).toEqual([name, []]);
  }

  await page.getByRole("link", { name: "Record" }).click();
  await page.getByText("First image").waitFor();
  await page.getByText("“two birds”").waitFor();
  await page.getByText("Other seed").waitFor();
  expect(await violations(page)).toEqual([]);
  await context.close();
});

test.each(LOOKS)("Studio, Reproduce and Record hold at every width, theme and language: %j", async (look) => {
  for (const screen of ["studio", "reproduce", "record"]) {
    const { page, context } = await at(screen, look);
    await page.locator({ studio: ".shot", reproduce: ".measures", record: ".trow" }[screen]!).first().waitFor();
    await expectNoSideways(page);
    expect([screen, await violations(page)]).toEqual([screen, []]);
    await context.close();
  }
});

test("a job that cannot be drawn says why, and one that is stopped keeps what it has", async () => {
  const { page, context } = await at("studio");
  await smallest(page);
  await page.locator("#prompt").fill("a cat <lora:ink:1>");
  await page.getByRole("button", { name: /^Generate/ }).click();
  await page.getByRole("alert").getByText("does not fit").waitFor();
  await page.locator("#prompt").fill("a cat");
  await page.getByLabel("Images", { exact: true }).fill("60");
  await page.getByLabel("Images", { exact: true }).blur();
  await page.getByRole("button", { name: /^Generate/ }).click();
  await page.locator(".shot.open").first().waitFor();
  await page.getByRole("button", { name: "Stop", exact: true }).click();
  await page.locator(".shot.stopped").first().waitFor();
  expect(await page.locator(".shot.open").count()).toBeGreaterThan(0);
  await page.locator("p.note", { hasText: "stopped" }).waitFor();
  await context.close();
});

test("a server that goes away is said on the page at once, and the page takes up again when it is back", async () => {
  const { page, context } = await at("studio");
  await page.locator(".shot").first().waitFor();
  const { port } = new URL(server.address);
  await server.stop();
  await page.getByText("The program does not answer").waitFor();
  expect(await violations(page)).toEqual([]);
  server = await start(Number(port));
  await page.getByText("The program does not answer").waitFor({ state: "hidden" });
  await context.close();
});

test("the first view is below 300 kB as it travels", async () => {
  const { page, context } = await at("read");
  await page.waitForLoadState("networkidle");
  const sizes = await page.evaluate(() =>
    performance
      .getEntriesByType("resource")
      .concat(performance.getEntriesByType("navigation"))
      .map((entry) => (entry as PerformanceResourceTiming).encodedBodySize),
  );
  expect(sizes.length).toBeGreaterThan(5);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(300_000);
  await context.close();
});
