/** Starts the workbench as `npm start` does, fetches its page and an answer of its API, and stops it: what a fresh clone must do. */

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const home = mkdtempSync(join(tmpdir(), "seedproof-start-"));
const child = spawn(process.execPath, ["bin/seedproof.js", "start", "--port", "0", "--home", home], {
  stdio: ["ignore", "pipe", "inherit"],
});
const limit = setTimeout(() => child.kill("SIGKILL"), 60_000);

try {
  const url = await new Promise<URL>((found, failed) => {
    let said = "";
    child.stdout.on("data", (data) => {
      said += data;
      const [address] = /http:\/\/127\.0\.0\.1:\d+\/\S*/.exec(said) ?? [];
      if (address) found(new URL(address));
    });
    child.on("exit", (code) => failed(new Error(`the server ended with ${code}: ${said}`)));
  });
  const page = await fetch(url);
  const text = await page.text();
  if (!page.ok || !text.includes('id="app"')) throw new Error(`no page: ${page.status}`);
  const authorization = `Bearer ${url.searchParams.get("token")}`;
  const status = await fetch(new URL("/api/v1/status", url), { headers: { authorization } });
  if (!status.ok) throw new Error(`no answer: ${status.status}`);
  child.removeAllListeners("exit");
  const ended = new Promise<number | null>((done) => child.on("exit", done));
  child.kill("SIGTERM");
  if ((await ended) !== 0) throw new Error("it did not stop when it was told to");
} finally {
  clearTimeout(limit);
  child.kill("SIGKILL");
  rmSync(home, { recursive: true, force: true });
}
