import { existsSync, readdirSync, readFileSync } from "node:fs";
import { playwright } from "@vitest/browser-playwright";
import { defineConfig } from "vitest/config";

/** A Chromium of the system is taken where there is one; else Playwright's own. */
const executablePath = ["/usr/bin/chromium", "/usr/bin/google-chrome"].find(existsSync);

/** Tests that touch nothing outside: they hold in a browser as well as in Node. */
const pureTests = readdirSync("test", { recursive: true, encoding: "utf8" })
  .filter((file) => /(?<!interop|slow|browser)\.test\.ts$/.test(file))
  .map((file) => `test/${file}`)
  .filter(
    (file) =>
      !/from "(?:node:|sharp|\.[^"]*\/src\/(?:node|server|cli)\/|\.(?![^"]*\/src\/))|\b(?:process|Buffer)\./.test(
        readFileSync(file, "utf8"),
      ),
  );

/** The projects: `node` is `npm test`; the others have a script each. The fuzz and fault sweeps are `slow`. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "node",
          include: ["test/**/*.test.ts"],
          exclude: ["test/**/*.{interop,slow,browser}.test.ts"],
          globalSetup: ["test/helpers/build.ts"],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: "chromium",
          include: ["test/**/*.browser.test.ts", ...pureTests],
          testTimeout: 120_000,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: { args: ["--no-sandbox"], ...(executablePath && { executablePath }) },
            }),
            instances: [{ browser: "chromium" }],
          },
        },
      },
      {
        test: {
          name: "slow",
          include: ["test/**/*.slow.test.ts"],
          globalSetup: ["test/helpers/build.ts"],
          testTimeout: 1_800_000,
        },
      },
      {
        test: {
          name: "interop",
          include: ["test/**/*.interop.test.ts"],
          globalSetup: ["test/helpers/build.ts"],
          testTimeout: 120_000,
        },
      },
    ],
  },
});
