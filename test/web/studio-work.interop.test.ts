import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { fill, type Text, type TextValues } from "../../src/base/texts.ts";
import { decodePng } from "../../src/image/decode-png.ts";
import { addModel } from "../../src/node/model-shelf.ts";
import type { Job } from "../../src/server/jobs/job.ts";
import { STUDIO } from "../../src/web/studio/texts.ts";
import { loraFile } from "../engine/tiny-lora.ts";
import { expectNoSideways, openBrowser, openSample, violations } from "../helpers/browser.ts";
import { facesServer } from "../helpers/faces-server.ts";
import { smallPng } from "../helpers/library.ts";
import { PATIENCE_MS, type Workbench, workbench } from "../helpers/workbench.ts";

vi.setConfig({ testTimeout: 600_000, hookTimeout: 120_000 });

let bench: Workbench;
let browser: Browser;

beforeAll(async () => {
  bench = await workbench();
  const ink = join(bench.home, "ink.safetensors");
  writeFileSync(ink, loraFile({}));
  addModel(bench.home, ink, { now: () => new Date(0) });
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await bench?.close();
  expect(bench.faults).toEqual([]);
});

/** Sets the Studio up for the smallest run. */
async function smallest(page: Page, lang: "en" | "zh" = "en"): Promise<void> {
  await page.locator(".field.select select").first().selectOption("tiny");
  for (const [label, value] of [
    [STUDIO.width[lang], "32"],
    [STUDIO.height[lang], "32"],
    [STUDIO.steps[lang], "2"],
  ] as const) {
    await page.getByLabel(label, { exact: true }).first().fill(value);
    await page.getByLabel(label, { exact: true }).first().blur();
  }
}

async function jobs(): Promise<readonly Job[]> {
  const { address, token } = bench.server;
  const answer = await fetch(`${address}api/v1/jobs?limit=200`, { headers: { authorization: `Bearer ${token}` } });
  return ((await answer.json()) as { jobs: Job[] }).jobs;
}

async function imageBytes(sha256: string): Promise<Uint8Array> {
  const { address, token } = bench.server;
  const headers = { authorization: `Bearer ${token}` };
  return new Uint8Array(await (await fetch(`${address}api/v1/images/${sha256}`, { headers })).arrayBuffer());
}

test.each(["en", "zh"] as const)(
  "an X/Y grid draws a cell for each pair of values, under their names: %s",
  async (lang) => {
    const { page, context } = await bench.at(browser, "studio", { lang, theme: lang === "zh" ? "dark" : "light" });
    await smallest(page, lang);
    await page.locator("#prompt").fill("a cat");
    await page.getByRole("tab", { name: STUDIO.xyz[lang] }).click();
    await page.locator(".axis select").nth(0).selectOption("seed");
    await page.locator(".axis input").nth(0).fill("1-2");
    await page.locator(".axis select").nth(1).selectOption("replace");
    await page.locator(".axis input").nth(1).fill("cat, dog");
    expect(await violations(page)).toEqual([]);
    await page.locator(".go .primary").click();
    await page.locator(".grid-view td img").nth(3).waitFor();
    expect(await page.locator(".grid-view thead th").allInnerTexts()).toEqual(["1", "2"]);
    expect(await page.locator(".grid-view tbody th").allInnerTexts()).toEqual(["cat", "dog"]);
    const pictures = await page
      .locator(".grid-view td img")
      .evaluateAll((all) => all.map((one) => one.getAttribute("src")));
    expect(new Set(pictures).size).toBe(4);
    expect(
      await page.locator(".grid-view td img").evaluateAll((all) => all.map((one) => one.getAttribute("alt")?.trim())),
    ).toEqual(["1 cat", "2 cat", "1 dog", "2 dog"]);
    await expectNoSideways(page);
    expect(await violations(page)).toEqual([]);
    const cells = (await jobs()).slice(0, 4).reverse();
    expect(cells.map(({ recipe }) => [recipe.seed, recipe.prompt.positive])).toEqual([
      ["1", "a cat"],
      ["2", "a cat"],
      ["1", "a dog"],
      ["2", "a dog"],
    ]);
    await context.close();
  },
);

test("the mask that a brush paints is the mask that is sent: strokes, eraser, undo, invert", async () => {
  const { page, context } = await bench.at(browser, "studio");
  await smallest(page);
  await page.locator("#prompt").fill("a cat");
  await page.locator(".go .primary").click();
  await page.locator(".shot.open").first().waitFor();
  await page.locator(".shot.open button").first().click();
  await page.getByRole("button", { name: "To inpaint" }).click();
  const board = page.locator(".brush-board canvas");
  await board.scrollIntoViewIfNeeded();
  const box = (await board.boundingBox())!;
  const stroke = async (from: readonly [number, number], to: readonly [number, number]): Promise<void> => {
    await page.mouse.move(box.x + box.width * from[0], box.y + box.height * from[1]);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * to[0], box.y + box.height * to[1], { steps: 6 });
    await page.mouse.up();
  };
  const share = async (): Promise<number> =>
    Number(/([\d.]+) %/.exec((await board.getAttribute("aria-label")) ?? "")?.[1]);
  await stroke([0.1, 0.25], [0.9, 0.25]);
  await expect.poll(share).toBeGreaterThan(5);
  const painted = await share();
  await page.locator(".brush-tools").getByRole("button", { name: "Erase" }).click();
  await stroke([0.5, 0.25], [0.9, 0.25]);
  await expect.poll(share).toBeLessThan(painted);
  await page.locator(".brush-tools").getByRole("button", { name: "Undo" }).click();
  await expect.poll(share).toBe(painted);
  await page.getByRole("button", { name: "Invert" }).click();
  await expect.poll(share).toBeCloseTo(100 - painted, 1);
  await page.getByRole("button", { name: "Invert" }).click();
  await expect.poll(share).toBe(painted);
  expect(await violations(page)).toEqual([]);
  const before = (await jobs()).length;
  await page.locator(".go .primary").click();
  await vi.waitFor(async () => expect((await jobs())[0]).toMatchObject({ state: "done", mask: expect.any(String) }), {
    timeout: PATIENCE_MS,
    interval: 500,
  });
  const [job] = await jobs();
  expect((await jobs()).length).toBe(before + 1);
  const mask = decodePng(await imageBytes(job!.mask!));
  expect([mask.width, mask.height]).toEqual([32, 32]);
  const white = (x: number, y: number): boolean => mask.data[(y * 32 + x) * mask.channels]! > 127;
  const count = Array.from({ length: 32 * 32 }, (_, i) => white(i % 32, Math.floor(i / 32))).filter(Boolean).length;
  expect((count / (32 * 32)) * 100).toBeCloseTo(painted, 0);
  expect([white(16, 8), white(16, 24)]).toEqual([true, false]);
  await context.close();
});

test.each(["en", "zh"] as const)(
  "keys alone paint, erase, size and take back, and what they do is said: %s",
  async (lang) => {
    const { page, context } = await bench.at(browser, "studio", { lang, theme: lang === "zh" ? "dark" : "light" });
    await page.locator("nav.rail").waitFor();
    await page.getByRole("tab", { name: STUDIO.inpaint[lang] }).click();
    const choosing = page.waitForEvent("filechooser");
    await page.getByRole("button", { name: STUDIO.chooseImage[lang] }).click();
    await (await choosing).setFiles({
      ...{ name: "grey.png", mimeType: "image/png" },
      buffer: Buffer.from(smallPng({ width: 64, height: 64 })),
    });
    const board = page.locator(".brush-board canvas");
    await board.waitFor();
    const share = async (): Promise<number> =>
      Number(/([\d.]+) %/.exec((await board.getAttribute("aria-label")) ?? "")?.[1]);
    const status = page.locator(".brush [role=status]");
    const said = (text: Text, values: TextValues): Promise<void> =>
      status.getByText(fill(text, values)[lang], { exact: true }).waitFor({ state: "attached" });
    const painted = (x: number, y: number): Promise<boolean> =>
      board.evaluate(
        (canvas, [at, below]) =>
          (canvas as HTMLCanvasElement).getContext("2d")!.getImageData(at!, below!, 1, 1).data[3]! > 127,
        [x, y],
      );
    // The board comes after the buttons that choose an image; no pointer touches it.
    await page.getByRole("button", { name: STUDIO.chooseImage[lang] }).focus();
    const isFocused = (): Promise<boolean> => board.evaluate((canvas) => document.activeElement === canvas);
    for (let tabs = 0; tabs < 2 && !(await isFocused()); tabs++) await page.keyboard.press("Tab");
    expect(await isFocused()).toBe(true);
    const spot = page.locator(".brush-spot");
    await expect.poll(() => spot.isVisible()).toBe(true);
    expect(await violations(page)).toEqual([]);
    // The brush is an eighth of the width, 8 pixels; arrows go half of it.
    await page.keyboard.press("ArrowRight");
    await said(STUDIO.spotFree, { x: 36, y: 32 });
    await page.keyboard.press("Shift+ArrowUp");
    await said(STUDIO.spotFree, { x: 36, y: 31 });
    await page.keyboard.press("Space");
    await expect.poll(share).toBeGreaterThan(0);
    const dab = await share();
    // A disc of 8 pixels in 64 × 64.
    expect(Math.abs(dab - (Math.PI * 16 * 100) / 4096)).toBeLessThan(0.4);
    await said(STUDIO.maskLabel, { share: dab });
    expect([await painted(36, 31), await painted(36, 40)]).toEqual([true, false]);
    await page.keyboard.down("Space");
    for (let i = 0; i < 3; i++) await page.keyboard.press("ArrowDown");
    await page.keyboard.up("Space");
    await expect.poll(share).toBeGreaterThan(dab * 2);
    const drawn = await share();
    expect([await painted(36, 42), await painted(44, 42)]).toEqual([true, false]);
    await page.keyboard.press("]");
    await said(STUDIO.brushSize, { n: 11 });
    await page.keyboard.press("[");
    await said(STUDIO.brushSize, { n: 8 });
    await page.keyboard.press("e");
    await said(STUDIO.erase, {});
    await page.keyboard.press("Space");
    await expect.poll(share).toBeLessThan(drawn);
    expect(await painted(36, 43)).toBe(false);
    await page.keyboard.press("z");
    await expect.poll(share).toBe(drawn);
    await page.keyboard.press("z");
    await expect.poll(share).toBe(dab);
    // At the edge it stops.
    for (let i = 0; i < 20; i++) await page.keyboard.press("ArrowLeft");
    await said(STUDIO.spotFree, { x: 0, y: 43 });
    await page.setViewportSize({ width: 360, height: 800 });
    await expectNoSideways(page);
    expect(await violations(page)).toEqual([]);
    await context.close();
  },
);

test("of a job that fails, the frame at which it did says so with the reason, and those after it were not drawn", async () => {
  const { page, context } = await bench.at(browser, "studio");
  await smallest(page);
  await page.locator("#prompt").fill("a cat <lora:ink:1>");
  await page.getByLabel("Images", { exact: true }).fill("3");
  await page.getByLabel("Images", { exact: true }).blur();
  await page.locator(".go .primary").click();
  const failed = page.locator(".shot.failed");
  await failed.waitFor();
  expect(await failed.locator("button").getAttribute("aria-label")).toMatch(/failed: .*does not fit/);
  expect(await failed.locator("p").textContent()).toContain("does not fit");
  expect(await page.locator(".shot.notDrawn .note").allInnerTexts()).toEqual(["not drawn", "not drawn"]);
  expect(await page.locator(".shot.stopped").count()).toBe(0);
  expect(await violations(page)).toEqual([]);
  await page.getByRole("button", { name: "中" }).click();
  expect(await failed.locator(".note").textContent()).toBe("未成");
  await context.close();
});

test("a chosen program that does not answer is said before anything is asked of it, and when it goes away", async () => {
  const faces = await facesServer();
  const { page, context } = await bench.at(browser, "studio");
  await page.evaluate(() => {
    localStorage.setItem("seedproof.engine", "a1111");
    localStorage.setItem("seedproof.address.a1111", "http://127.0.0.1:9");
  });
  await page.reload();
  const row = page.locator(".engine-row.server").first();
  await row.getByRole("alert").getByText("does not answer").waitFor();
  await page.getByText("http://127.0.0.1:9 does not answer. Start that program, or choose another engine.").waitFor();
  expect(await page.locator(".go .primary").isDisabled()).toBe(true);
  expect(await violations(page)).toEqual([]);
  // Another address that answers.
  await row.getByRole("button", { name: "does not answer" }).click();
  await row.getByLabel("A1111 · Forge: Address").fill(faces.url);
  await row.getByRole("button", { name: "Connect" }).click();
  await row.getByRole("button", { name: "connected" }).waitFor();
  await page.getByLabel("Width", { exact: true }).first().fill("32");
  await page.getByLabel("Height", { exact: true }).first().fill("32");
  await page.getByLabel("Sampling steps", { exact: true }).first().fill("2");
  await page.locator("#prompt").fill("a cat");
  await expect.poll(() => page.locator(".go .primary").isEnabled(), { timeout: PATIENCE_MS }).toBe(true);
  // It goes away: the job says so, and so does the picker, before the next one is asked for.
  await faces.close();
  await page.locator(".go .primary").click();
  await page.locator(".shot.failed").first().waitFor();
  await row.getByRole("alert").getByText("does not answer").waitFor();
  expect(await page.locator(".go .primary").isDisabled()).toBe(true);
  // The embedded engine is one click away.
  await page.locator(".engine-row input").first().check();
  await expect.poll(() => page.locator(".go .primary").isEnabled()).toBe(true);
  await context.close();
});

test("at 200 % zoom every screen keeps its width, and axe finds nothing", async () => {
  for (const screen of ["read", "studio", "record", "tour"]) {
    const { page, context } = await bench.at(browser, screen, { zoom: 2, lang: screen === "record" ? "zh" : "en" });
    if (screen === "read") {
      await openSample(page, "derived__sdm__png_stability-matrix.png");
      await page.locator('.data-pane [data-value="/seed"]').waitFor();
    }
    await page.waitForLoadState("networkidle").catch(() => undefined);
    await expectNoSideways(page);
    expect([screen, await violations(page)]).toEqual([screen, []]);
    // What leads on can be reached: it is inside the page, not under another part of it.
    const main = page.locator("main .primary:visible").first();
    await main.scrollIntoViewIfNeeded();
    if (await main.isEnabled()) await main.click({ trial: true });
    await context.close();
  }
});

test("who wants nothing to move sees nothing move: no animation anywhere, and flicker waits to be switched by hand", async () => {
  const { page, context } = await bench.at(browser, "studio", { calm: true });
  await smallest(page);
  await page.locator("#prompt").fill("a cat");
  await page.locator(".go .primary").click();
  await page.locator(".shot.open").first().waitFor();
  await page.locator(".shot.open button").first().click();
  await page.getByRole("button", { name: "Read", exact: true }).click();
  await page.getByRole("button", { name: /Send to/ }).click();
  await page.getByRole("menuitem", { name: "Reproduce" }).click();
  await page.locator(".control-line").waitFor();
  await page.getByRole("button", { name: "Flicker", exact: true }).click();
  const flicker = page.locator(".single.flicker");
  const before = await flicker.getAttribute("class");
  await page.waitForTimeout(2_500);
  expect(await flicker.getAttribute("class")).toBe(before);
  await flicker.getByRole("button").last().click();
  await expect.poll(() => flicker.getAttribute("class")).not.toBe(before);
  const moving = await page.evaluate(
    () =>
      [...document.querySelectorAll("*")].filter((one) => {
        const { transitionDuration, animationDuration } = getComputedStyle(one);
        return [transitionDuration, animationDuration].some((text) =>
          text.split(",").some((part) => Number.parseFloat(part) > 0.02),
        );
      }).length,
  );
  expect(moving).toBe(0);
  expect(await violations(page)).toEqual([]);
  await context.close();
});
