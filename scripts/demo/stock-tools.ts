/** A bundle and its dossier checked by tools that know nothing of Seedproof, each in a process of its own. */

import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type Page } from "playwright-core";

/** What a tool came to: `absent` where it is not on this computer. */
export interface StockResult {
  readonly tool: string;
  readonly about: string;
  readonly verdict: "holds" | "fails" | "absent";
  /** What a failing tool said, or what is missing. */
  readonly said: string;
}

interface StockCheck {
  readonly tool: string;
  readonly about: string;
  /** A command for bash that succeeds where the tool is there. */
  readonly here: string;
  /** The check, run by bash in the bundle's folder; `$DOSSIER` is the PDF and `$EMPTY` an empty folder. */
  readonly script: string;
  /** What its output must hold beside its success. */
  readonly shows: RegExp;
}

/** The commands that the English half of a bundle's `VERIFY.md` gives under a heading. @throws Error where it has none */
export function guideCommands(bundle: string, heading: string): string {
  const english = readFileSync(join(bundle, "VERIFY.md"), "utf8").split("\n---\n")[0]!;
  const found = new RegExp(`## \\d+\\. ${heading}[\\s\\S]*?\`\`\`sh\\n([\\s\\S]*?)\`\`\``).exec(english);
  if (!found) throw new Error(`VERIFY.md has no commands for: ${heading}`);
  return found[1]!;
}

/** Runs commands as a reader would type them, stopping at the first that fails. */
export function bash(script: string, cwd: string, env: NodeJS.ProcessEnv = {}) {
  return spawnSync("bash", ["-e", "-o", "pipefail", "-c", script], {
    ...{ cwd, encoding: "utf8", maxBuffer: 1 << 28 },
    env: { ...process.env, LC_ALL: "C.UTF-8", ...env },
  });
}

/** @param stamped - whether the record has a time stamp @param word - text that stands in the dossier */
function checks(bundle: string, stamped: boolean, word: string): StockCheck[] {
  const guide = (heading: string): string => guideCommands(bundle, heading);
  return [
    {
      ...{ tool: "sha256sum", about: "every file is as the manifests list it", here: "command -v sha256sum" },
      ...{ script: guide("Every file"), shows: /HOLDS payload\nHOLDS tags\n/ },
    },
    {
      ...{ tool: "Go, x/mod/sumdb", about: "the checkpoints are signed, each entry stands at its place" },
      here: "command -v go && test -d /usr/share/gocode/src/golang.org/x/mod/sumdb",
      ...{ script: guide("The record"), shows: /^HOLDS \d+ checkpoints/ },
    },
    ...(stamped
      ? [
          {
            ...{ tool: "openssl ts -verify", about: "the authority signed that the checkpoint existed at its time" },
            ...{ here: "command -v openssl", script: guide("The times"), shows: /Verification: OK/ },
          },
        ]
      : []),
    {
      ...{ tool: "python3-prov", about: "the history is PROV that a stock library reads" },
      here: '/usr/bin/python3 -c "import prov"',
      ...{ script: guide("The history"), shows: /^document\n[\s\S]*entity\(/ },
    },
    {
      ...{ tool: "exiftool", about: "the image states its seed", here: "command -v exiftool" },
      ...{ script: guide("The images"), shows: /Seed: \d/ },
    },
    {
      ...{ tool: "qpdf", about: "the PDF is well formed", here: "command -v qpdf" },
      ...{ script: 'qpdf --check "$DOSSIER"', shows: /No syntax or stream encoding errors/ },
    },
    {
      ...{ tool: "pdftotext", about: "the text of the PDF can be read, Chinese too", here: "command -v pdftotext" },
      ...{ script: 'pdftotext "$DOSSIER" -', shows: new RegExp(word) },
    },
    {
      ...{ tool: "pdfdetach", about: "the bundle inside the PDF unpacks, sha256sum finds its files whole" },
      here: "command -v pdfdetach && command -v /usr/bin/python3 && command -v sha256sum",
      script:
        'pdfdetach -saveall -o "$EMPTY" "$DOSSIER" && cd "$EMPTY" && /usr/bin/python3 -m zipfile -e bundle.zip . && ' +
        "sha256sum -c --quiet --strict manifest-sha256.txt tagmanifest-sha256.txt && echo WHOLE",
      shows: /WHOLE/,
    },
  ];
}

/** Runs all of them, the page in a browser last; says each as it ends. */
export async function verifyWithStockTools(
  { bundle, dossier, stamped, word }: { bundle: string; dossier: string; stamped: boolean; word: string },
  report: (result: StockResult) => void,
): Promise<void> {
  for (const { tool, about, here, script, shows } of checks(bundle, stamped, word)) {
    if (bash(here, bundle).status !== 0) {
      report({ tool, about, verdict: "absent", said: "" });
      continue;
    }
    const empty = mkdtempSync(join(tmpdir(), "seedproof-stock-"));
    const { status, stdout, stderr } = bash(script, bundle, { DOSSIER: dossier, EMPTY: empty });
    rmSync(empty, { recursive: true });
    const holds = status === 0 && shows.test(stdout);
    report({ tool, about, verdict: holds ? "holds" : "fails", said: holds ? "" : stderr + stdout.slice(0, 2000) });
  }
  report(await inChromium(bundle));
}

const BROWSERS = ["/usr/bin/chromium", "/usr/bin/google-chrome"];

/** `verify.html`, opened from its file, with the bundle's folder dropped on it. */
async function inChromium(bundle: string): Promise<StockResult> {
  const result = { tool: "verify.html, Chromium", about: "the page in the bundle finds all of it to hold, offline" };
  const executablePath = BROWSERS.find(existsSync);
  if (!executablePath || !existsSync(join(bundle, "verify.html"))) return { ...result, verdict: "absent", said: "" };
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-quic"] });
  try {
    const page = await browser.newPage({ locale: "en-US" });
    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    const { ok, fails } = await checkInPage(page, bundle, "folder", bundle);
    const outside = asked.filter((url) => !/^(?:file|blob|data):/.test(url));
    const said = [...fails, ...outside.map((url) => `asked for ${url}`)].join("\n");
    return { ...result, verdict: ok === "true" && said === "" ? "holds" : "fails", said };
  } finally {
    await browser.close();
  }
}

/** Has a bundle's own page check a bundle. @param path - of the folder or zip that is dropped on it */
export async function checkInPage(page: Page, bundle: string, kind: "zip" | "folder", path: string) {
  await page.goto(`file://${join(bundle, "verify.html")}`);
  await page.setInputFiles(`[data-testid=${kind}]`, path);
  const verdict = page.locator("[data-testid=verdict]");
  await verdict.waitFor({ timeout: 60_000 });
  const fails = await page
    .locator("[data-testid=fails] li")
    .evaluateAll((items) => items.map((item) => item.getAttribute("data-code")));
  return { ok: await verdict.getAttribute("data-ok"), fails };
}
