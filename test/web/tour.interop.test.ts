import { existsSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { tourHome } from "../../src/server/tour/folder.ts";
import { STEPS, type Step } from "../../src/web/tour/steps.ts";
import { TOUR } from "../../src/web/tour/texts.ts";
import { expectNoSideways, openBrowser, violations } from "../helpers/browser.ts";
import { type Workbench, workbench } from "../helpers/workbench.ts";

vi.setConfig({ testTimeout: 900_000, hookTimeout: 120_000 });

let bench: Workbench;
let browser: Browser;

beforeAll(async () => {
  bench = await workbench();
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await bench?.close();
  expect(bench.faults).toEqual([]);
});

const isAt = (page: Page, step: Step, lang: "en" | "zh" = "en"): Promise<void> =>
  page.locator('.tour-steps [aria-current="step"]', { hasText: TOUR[step][lang] }).waitFor();

test("the tour is offered once, walked by keyboard, left and taken up again, and shows the same file when it comes back", async () => {
  const { page, context } = await bench.at(browser, "read");
  const offer = page.getByRole("region", { name: "First time here?" });
  expect(await violations(page)).toEqual([]);
  await offer.getByRole("button", { name: "Take the tour" }).click();
  await isAt(page, "intro");
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press("ArrowRight");
  await isAt(page, "make");
  await page.locator(".tour-frame img[alt^='Image 1']").waitFor();
  expect(await violations(page)).toEqual([]);

  // Left in the middle and reloaded, it goes on where it was; it is not offered again, and Help leads back.
  await page.keyboard.press("Escape");
  expect(new URL(page.url()).pathname).toBe("/read");
  await page.reload();
  await page.getByRole("heading", { name: "Read how an image was made" }).waitFor();
  expect(await offer.count()).toBe(0);
  await page.getByRole("button", { name: "Help" }).click();
  await page.getByRole("menuitem", { name: "Walk the steps of Li v. Liu" }).click();
  await isAt(page, "make");

  for (const step of ["word", "seed", "return"] as const) {
    await page.locator(".tour-buttons .primary:enabled").click();
    await isAt(page, step);
    await page.locator(`.tour-frame.here img[alt]:not([alt=""])`).waitFor();
  }
  expect(await page.locator(".tour-frame mark").allInnerTexts()).toEqual(["blue", "11279", "red", "2023"]);
  await page.getByRole("heading", { name: "Identical, byte for byte" }).waitFor();
  const [first, fourth] = await page.locator(".equality dd").allInnerTexts();
  expect(first).toBe(fourth);
  expect(first!.replaceAll(" ", "")).toMatch(/^[0-9a-f]{64}$/);
  expect(await violations(page)).toEqual([]);

  await page.keyboard.press("ArrowRight");
  await page.getByText(/verified just now: \d+ entries under one signed head/).waitFor();
  await page.getByLabel(/Keep the last image/).fill("the red one");
  await page.getByRole("button", { name: "Keep it" }).click();
  await page.locator(".tour-record tr", { hasText: "“the red one”" }).waitFor();
  expect(new Set(await page.locator(".tour-record .grade").allInnerTexts())).toEqual(new Set(["S"]));
  expect(await violations(page)).toEqual([]);

  await page.locator(".tour-buttons .primary").click();
  await page.locator(".tour-compare").waitFor();
  expect(await page.locator(".tour-compare .grade").allInnerTexts()).toEqual(["S", "X"]);
  expect(await page.locator(".histories > li").count()).toBeGreaterThan(2);
  await page.locator(".histories summary").first().click();
  expect(await violations(page)).toEqual([]);
  await context.close();
});

test("in Chinese, dark, on a phone, the same example stands there with all its steps, and can be removed", async () => {
  const { page, context } = await bench.at(browser, "tour", { lang: "zh", theme: "dark", width: 390 });
  await page.locator(".tour-frame img").nth(3).waitFor();
  for (const step of STEPS) {
    await page.locator(".tour-steps button", { hasText: TOUR[step].zh }).click();
    await isAt(page, step, "zh");
    if (step === "later") await page.locator(".tour-compare").waitFor();
    await expectNoSideways(page);
    expect([step, await violations(page)]).toEqual([step, []]);
  }
  expect(existsSync(tourHome(bench.home))).toBe(true);
  await page.getByRole("button", { name: TOUR.remove.zh }).click();
  await page.getByText(TOUR.removed.zh).waitFor();
  expect(existsSync(tourHome(bench.home))).toBe(false);
  // The user's own record never knew of it.
  await page.goto(`${bench.server.address}record`);
  await page.locator(".record-empty").waitFor();
  await context.close();
});
