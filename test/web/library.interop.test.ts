import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { fill } from "../../src/base/texts.ts";
import { NEAR } from "../../src/compare/near.ts";
import { type Running, serve } from "../../src/server/serve.ts";
import { LIBRARY } from "../../src/web/library/texts.ts";
import { newFolder, put } from "../helpers/library.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const home = mkdtempSync(join(tmpdir(), "seedproof-library-"));
const folder = newFolder("library-screen");
const faults: unknown[] = [];
let server: Running;
let browser: Browser;

/** A machine that does other things besides takes its time. */
const PATIENCE_MS = 90_000;
vi.setConfig({ testTimeout: 400_000, hookTimeout: 120_000 });

const IMAGES = 300;

beforeAll(async () => {
  for (let i = 0; i < IMAGES; i++) {
    const [width, height] = i % 3 === 0 ? [24, 16] : [16, 16];
    const name = `img-${String(i).padStart(3, "0")}.png`;
    const prompt = i < 6 ? "an owl in the snow" : `picture ${i}`;
    put(join(folder, name), {
      ...{ prompt, seed: String(1000 + i), model: `ink-${i % 3}`, shade: i },
      width: width!,
      height: height!,
    });
  }
  server = await serve({ home, version: "1.2.3", port: 0, log: (error) => faults.push(error) });
  const executablePath = ["/usr/bin/chromium", "/usr/bin/google-chrome"].find(existsSync);
  browser = await chromium.launch({ args: ["--no-sandbox"], ...(executablePath && { executablePath }) });
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
  for (const dir of [home, folder]) rmSync(dir, { recursive: true, force: true });
  expect(faults).toEqual([]);
});

type Look = { readonly lang?: "en" | "zh"; readonly theme?: "light" | "dark"; readonly width?: number };

/** The library, with the workspace's key. What the browser complains of is a fault. */
async function at(address: string, { lang = "en", theme = "light", width = 1440 }: Look = {}) {
  const context: BrowserContext = await browser.newContext({
    viewport: { width, height: 900 },
    locale: lang === "zh" ? "zh-CN" : "en-GB",
    colorScheme: theme,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("console", (message) => {
    // One test asks for a folder that is not there.
    if (message.type() === "error" && !/404/.test(message.text())) faults.push(message.text());
  });
  await page.goto(`${server.address}?token=${server.token}`);
  await page.goto(`${server.address}${address}`);
  await page.locator("nav.rail").waitFor();
  return { page, context };
}

/** What axe finds wrong, in short. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const { violations: found } = await page.evaluate(() =>
    (
      globalThis as unknown as {
        axe: {
          run: () => Promise<{ violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }>;
        };
      }
    ).axe.run(),
  );
  return found.flatMap(({ id, nodes }) =>
    nodes.slice(0, 3).map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary.slice(0, 200)}`),
  );
}

async function expectNoSideways(page: Page): Promise<void> {
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
}

const heading = (page: Page, words: string) => page.getByRole("heading", { name: words, exact: true }).waitFor();
const spoken = (page: Page) => active(page).locator(".visually-hidden").first().textContent();
const active = (page: Page) => page.locator(".cell.active");

test("an empty library shows the one thing to begin with, says what it cannot add, and fills from a folder", async () => {
  const { page, context } = await at("library");
  await heading(page, "No images yet");
  expect(await violations(page)).toEqual([]);
  const field = page.getByLabel("Whole path of a folder on this computer");
  await field.fill("/no/such/folder");
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await page.getByRole("alert").getByText("there is no folder").waitFor();
  expect(await violations(page)).toEqual([]);
  await field.fill(folder);
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await heading(page, `${IMAGES} images`);
  await page.locator(".cell img").first().waitFor();
  await context.close();
});

test("the grid holds what is seen and no more, and every image is reached by keys", async () => {
  const { page, context } = await at("library?sort=name");
  await page.getByRole("option", { name: /^img-000/ }).waitFor();
  expect(await page.locator(".cell").count()).toBeLessThan(160);
  const list = page.getByRole("listbox");
  expect(await list.getByRole("option").first().getAttribute("aria-setsize")).toBe(String(IMAGES));
  await list.focus();
  await page.keyboard.press("ArrowRight");
  expect(await spoken(page)).toContain("img-001");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowUp");
  expect(await spoken(page)).toContain("img-001");
  await page.keyboard.press("End");
  await expect.poll(() => spoken(page)).toContain("img-299");
  await expect.poll(() => active(page).isVisible()).toBe(true);
  await page.getByRole("heading", { name: "img-299.png" }).waitFor();
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press("Home");
  await expect.poll(() => spoken(page)).toContain("img-000");
  await context.close();
});

test("text, facets and families narrow what is shown, stand in the address, and go back with the browser", async () => {
  const { page, context } = await at("library");
  await heading(page, `${IMAGES} images`);
  await page.keyboard.press("/");
  await page.keyboard.type("owl snow");
  await heading(page, "6 images");
  await page.getByRole("group", { name: "Checkpoint" }).getByLabel(/ink-1/).check();
  await heading(page, "2 images");
  expect(page.url()).toContain("q=owl+snow");
  expect(page.url()).toContain("ink-1");
  expect(await violations(page)).toEqual([]);
  await page.reload();
  await heading(page, "2 images");
  await page.goBack();
  await heading(page, "6 images");
  await page.getByRole("button", { name: /Remove filter owl/ }).click();
  await heading(page, `${IMAGES} images`);
  await page.getByRole("searchbox").fill("nothing of this kind");
  await heading(page, "Nothing fits");
  expect(await violations(page)).toEqual([]);
  await page.getByRole("button", { name: "Clear all" }).click();
  await heading(page, `${IMAGES} images`);
  await page.goto(`${server.address}library?q=owl`);
  await page
    .getByRole("option", { name: /^img-00/ })
    .first()
    .waitFor();
  await page.getByRole("listbox").focus();
  await page.keyboard.press("f");
  // Same recipe, other seed; each size is a recipe of its own.
  await page.getByRole("button", { name: "Remove filter one family" }).waitFor();
  await page.keyboard.press("f");
  await heading(page, "6 images");
  await context.close();
});

test.each(["en", "zh"] as const)(
  "D shows what is there more than once, in groups, and says how alike: %s",
  async (lang) => {
    const { page, context } = await at(`library?q=${encodeURIComponent('"picture 100"')}`, {
      ...{ lang, theme: lang === "zh" ? "dark" : "light" },
    });
    copyFileSync(join(folder, "img-100.png"), join(folder, "copy.png"));
    await heading(page, LIBRARY.oneImage[lang]);
    await page.evaluate(() =>
      fetch("/api/v1/library/refresh", {
        ...{ method: "POST", headers: { "content-type": "application/json" }, body: "{}" },
      }),
    );
    const twice = fill(LIBRARY.severalFiles, { n: 2 })[lang];
    await expect.poll(() => spoken(page), { timeout: PATIENCE_MS }).toContain(twice);
    await page.getByRole("listbox").focus();
    await page.keyboard.press("d");
    await page.getByRole("button", { name: LIBRARY.viewDuplicates[lang], pressed: true }).waitFor();
    await heading(page, fill(LIBRARY.oneDuplicates, { n: 1 })[lang]);
    await page.locator(".caption").getByText(twice).waitFor();
    expect(page.url()).toContain("view=duplicates");
    await page.getByText(fill(LIBRARY.duplicatesText, NEAR)[lang]).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.setViewportSize({ width: 360, height: 800 });
    await expectNoSideways(page);
    expect(await violations(page)).toEqual([]);
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.getByRole("listbox").focus();
    await page.keyboard.press("d");
    await heading(page, LIBRARY.oneImage[lang]);
    // A library without any, as the server would tell it.
    const none = { total: 0, all: 3, ratios: [], groups: [], images: [], facets: {}, months: [] };
    await page.route("**/library/search", (route) => route.fulfill({ json: none }));
    await page.goto(`${server.address}library?view=duplicates`);
    await heading(page, LIBRARY.noDuplicates[lang]);
    expect(await violations(page)).toEqual([]);
    await context.close();
  },
);

test("a key rates and rejects, which outlives the page and the server", async () => {
  const { page, context } = await at("library?q=img-00&sort=name");
  await page.getByRole("option", { name: /^img-000/ }).waitFor();
  await page.getByRole("listbox").focus();
  await page.keyboard.press("4");
  await page.getByText("Rated 4 of 5", { exact: true }).waitFor();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("x");
  await page.locator(".cell.rejected").waitFor();
  await context.close();
  const { port } = new URL(server.address);
  await server.stop();
  server = await serve({ home, version: "1.2.3", port: Number(port), log: (error) => faults.push(error) });
  const again = await at('library?mark=["4"]');
  await heading(again.page, "1 image");
  await again.page.getByRole("button", { name: "4 of 5", pressed: true }).waitFor();
  await again.page.goto(`${server.address}library?mark=["rejected"]`);
  await again.page.getByRole("option", { name: /^img-001.*rejected/ }).waitFor();
  expect(await violations(again.page)).toEqual([]);
  await again.context.close();
});

test("an image goes to Read, to the Studio's form, and two go to Compare", async () => {
  const { page, context } = await at("library?q=owl&sort=name");
  await page.getByRole("option", { name: /^img-000/ }).waitFor();
  await page.getByRole("listbox").focus();
  await page.keyboard.press("Enter");
  await page.locator('.data-pane [data-value="/seed"]').waitFor();
  expect(await page.locator('.data-pane [data-value="/seed"]').textContent()).toContain("1000");
  await page.goBack();
  await page.getByRole("heading", { name: "img-000.png" }).waitFor();
  await page.getByRole("button", { name: /Send to/ }).click();
  expect(await violations(page)).toEqual([]);
  await page.getByRole("menuitem", { name: "Studio, all values" }).click();
  await expect.poll(() => page.locator("#prompt").inputValue()).toBe("an owl in the snow");
  await page.goBack();
  await page.getByRole("option", { name: /^img-000/ }).waitFor();
  await page.getByRole("listbox").focus();
  await page.keyboard.press("c");
  await page.getByText("1 picked").waitFor();
  await page.keyboard.press("ArrowRight");
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press("c");
  await page.waitForURL(/\/compare\?a=[0-9a-f]{64}&b=[0-9a-f]{64}$/);
  await context.close();
});

const LOOKS: readonly Look[] = [
  {},
  { lang: "zh", theme: "dark" },
  { lang: "zh", width: 390 },
  { width: 360, theme: "dark" },
  { width: 1000 },
  { width: 2200, theme: "dark" },
];

test.each(LOOKS)("the library holds at every width, theme and language: %j", async (look) => {
  const { page, context } = await at("library?view=families", look);
  await page.locator(".cell img").first().waitFor();
  await expectNoSideways(page);
  expect(await violations(page)).toEqual([]);
  if ((look.width ?? 1440) < 760) {
    // Two columns, the label and the filters as sheets.
    const lefts = await page
      .locator(".cell")
      .evaluateAll((cells) => [...new Set(cells.map((cell) => Math.round(cell.getBoundingClientRect().left)))]);
    expect(lefts.filter((left) => left < 40)).toHaveLength(1);
    await page.locator(".cell").first().click();
    await page.locator(".label .deeds").waitFor();
    expect(await violations(page)).toEqual([]);
    await page.locator(".label > button").click();
    await page.getByRole("button", { name: look.lang === "zh" ? "筛选" : "Filters" }).click();
    expect(await violations(page)).toEqual([]);
    await expectNoSideways(page);
    await page.getByRole("button", { name: look.lang === "zh" ? "查看图像" : "Show the images" }).click();
  }
  await context.close();
});

test("the folders' dialog lists them, rebuilds the index, and takes one out, in Chinese", async () => {
  const { page, context } = await at("library", { lang: "zh" });
  await heading(page, `${IMAGES} 幅图像`);
  await page.getByRole("button", { name: "文件夹", exact: true }).click();
  await page.getByRole("dialog").getByText(folder).waitFor();
  expect(await violations(page)).toEqual([]);
  await page.getByRole("button", { name: "重建索引" }).click();
  await page.getByRole("button", { name: "关闭" }).click();
  await heading(page, `${IMAGES} 幅图像`);
  await page.getByRole("button", { name: "文件夹", exact: true }).click();
  await page.getByRole("button", { name: `将 ${folder} 移出图库` }).click();
  await page.keyboard.press("Escape");
  await heading(page, "尚无图像");
  await context.close();
});

test("Record takes a folder over as a history and gives the record as files, in both languages", async () => {
  const { page, context } = await at("record");
  await page.getByText("Take over another program’s history").click();
  await page.locator(".exchange select").selectOption("folder");
  await page.getByLabel("Whole path of the folder").fill(join(folder, "none"));
  expect(await violations(page)).toEqual([]);
  await page.getByRole("button", { name: "Take over", exact: true }).click();
  await page.getByText(/^Not taken over: there is no/).waitFor();
  await page.getByLabel("Whole path of the folder").fill(folder);
  await page.getByLabel("Session (may stay empty)").fill("Old folder");
  await page.getByRole("button", { name: "Take over", exact: true }).click();
  await page.getByText(`${IMAGES} runs taken over, ${IMAGES} images, 0 images missing`).waitFor();
  await page.getByText("Export the record").click();
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "PROV-JSON" }).click();
  const file = await download;
  expect(file.suggestedFilename()).toBe("record.prov.json");
  expect(JSON.parse(readFileSync(await file.path(), "utf8"))).toHaveProperty("entity");
  expect(await violations(page)).toEqual([]);
  await page.getByRole("button", { name: "中", exact: true }).click();
  await page.getByText("导出记录").waitFor();
  expect(await violations(page)).toEqual([]);
  await context.close();
});
