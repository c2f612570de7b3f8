import { copyFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { CAPTURE_FAULTS, RECORD } from "../../src/web/record/texts.ts";
import { expectNoSideways, openBrowser, violations } from "../helpers/browser.ts";
import { type FakeServer, fakeA1111 } from "../helpers/generators.ts";
import { samplePath } from "../helpers/samples.ts";
import { type Workbench, workbench } from "../helpers/workbench.ts";

vi.setConfig({ testTimeout: 400_000, hookTimeout: 120_000 });

const IMAGE = samplePath("imh__fixtures_cli_a1111.png");
let bench: Workbench;
let browser: Browser;
let upstream: FakeServer;
let outside: string;

beforeAll(async () => {
  bench = await workbench();
  upstream = await fakeA1111(IMAGE);
  outside = realpathSync(mkdtempSync(join(tmpdir(), "seedproof-pictures-")));
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await bench?.close();
  await upstream?.close();
  rmSync(outside, { recursive: true, force: true });
  expect(bench.faults).toEqual([]);
});

test.each(["en", "zh"] as const)(
  "proxies and folders are switched from Record while a session runs: %s",
  async (lang) => {
    const { page, context } = await bench.at(browser, "record", { lang, theme: lang === "zh" ? "dark" : "light" });
    const words = (text: { readonly en: string; readonly zh: string }): string => text[lang];
    if (lang === "zh") await page.getByRole("button", { name: words(RECORD.newSession) }).click();
    await page.getByLabel(words(RECORD.sessionName)).fill(`s-${lang}`);
    await page.getByRole("button", { name: words(RECORD.start) }).click();

    // On: the address to paste is there, and what passes it is an entry.
    const program = page.getByRole("region", { name: "A1111 · Forge" });
    await program.getByRole("textbox").fill(upstream.url);
    await program.getByRole("switch").click();
    const shown = program.locator("button.address");
    await shown.waitFor();
    expect(await program.getByRole("switch").getAttribute("aria-checked")).toBe("true");
    await shown.click();
    const address = await page.evaluate(() => navigator.clipboard.readText());
    expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    expect(await violations(page)).toEqual([]);
    await fetch(`${address}sdapi/v1/txt2img`, {
      method: "POST",
      body: JSON.stringify({ prompt: "cat", seed: 5, steps: 4 }),
    });
    await page.locator(".trow", { hasText: words(RECORD.firstImage) }).waitFor();

    // Off: nobody answers there, and the record says since when.
    await program.getByRole("switch").click();
    await shown.waitFor({ state: "detached" });
    await expect(fetch(address)).rejects.toThrow();
    await page.locator(".trow", { hasText: words(RECORD.captureOff) }).waitFor();

    // Itself is no program to stand before.
    await program.getByRole("textbox").fill(bench.server.address);
    await program.getByRole("switch").click();
    await program.getByRole("alert").getByText(words(CAPTURE_FAULTS["record.proxy-loop"]!)).waitFor();
    expect(await program.getByRole("switch").getAttribute("aria-checked")).toBe("false");

    const folder = join(outside, lang);
    mkdirSync(folder);
    const folders = page.locator(".watched");
    await folders.getByRole("textbox").fill(bench.home);
    await folders.getByRole("textbox").press("Enter");
    await folders.getByRole("alert").getByText(words(CAPTURE_FAULTS["record.folder-refused"]!)).waitFor();
    expect(await violations(page)).toEqual([]);
    await folders.getByRole("textbox").fill(folder);
    await folders.getByRole("textbox").press("Enter");
    await folders.locator("li", { hasText: folder }).waitFor();
    copyFileSync(IMAGE, join(folder, "saved.png"));
    await page.locator(".trow", { hasText: "saved.png" }).waitFor();
    await folders.locator("li button").click();
    await folders.locator("li").waitFor({ state: "detached" });
    await expectNoSideways(page);
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: words(RECORD.stop) }).click();
    await page.locator(".trow", { hasText: words(RECORD.closes) }).waitFor();
    await context.close();
  },
);
