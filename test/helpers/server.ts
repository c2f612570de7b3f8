/** A server's app over a folder of its own, for tests that ask it without a network. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { workspaceToken } from "../../src/node/token-file.ts";
import { LOOPBACK } from "../../src/server/access.ts";
import { createApp } from "../../src/server/app.ts";
import { eventBus } from "../../src/server/events.ts";
import { openEvidence } from "../../src/server/evidence.ts";
import { openFaces } from "../../src/server/faces.ts";
import { imageStore } from "../../src/server/image-store.ts";
import { openQueue } from "../../src/server/jobs/queue.ts";
import { sessionWitness } from "../../src/server/jobs/session-witness.ts";
import { libraryThread } from "../../src/server/library/thread.ts";
import { picturesOf } from "../../src/server/pictures/thread.ts";
import { reproductionDesk } from "../../src/server/reproduce/desk.ts";
import { sessionKeeper } from "../../src/server/session-keeper.ts";
import { tourDesk } from "../../src/server/tour/desk.ts";
import type { TourModel } from "../../src/server/tour/steps.ts";
import { importDesk } from "../../src/server/workspace/import-desk.ts";
import { workspaceThread } from "../../src/server/workspace/thread.ts";

const HOST = "127.0.0.1:7870";

/** Opens the parts of a server; nothing listens. */
export function testServer(given: { readonly tour?: TourModel } = {}) {
  const home = mkdtempSync(join(tmpdir(), "seedproof-server-"));
  const built = mkdtempSync(join(tmpdir(), "seedproof-page-"));
  const page = join(built, "web");
  mkdirSync(page);
  writeFileSync(join(page, "index.html"), "<p>page</p>");
  writeFileSync(join(built, "read.html"), "<p>read alone</p>");
  writeFileSync(join(home, "secret.txt"), "of the workspace");
  const faults: unknown[] = [];
  const log = (error: unknown): void => void faults.push(error);
  const [version, bus, token] = ["1.2.3", eventBus(), workspaceToken(home)];
  const sw = { name: "seedproof", version };
  const images = imageStore(home);
  const witness = sessionWitness(home, sw);
  const sessions = sessionKeeper(home, sw, log);
  const queue = openQueue({ home, version, bus, images, witness, log });
  const faces = openFaces({ home, version, sw, session: witness.session, report: log });
  const desk = reproductionDesk({ home, version, bus, images, log });
  const tour = tourDesk({ home, version, sw, bus, images, log, ...(given.tour && { model: given.tour }) });
  const workspace = workspaceThread({ home, sw });
  const evidence = openEvidence({ home, version, bus, images, log });
  const library = libraryThread({ home, sw, url: process.env.DATABASE_URL }, bus, log);
  const pictures = picturesOf(home);
  const imports = importDesk(home, sw, bus, log);
  const access = { token, hosts: LOOPBACK };
  const parts = {
    access,
    home,
    version,
    sw,
    bus,
    images,
    queue,
    witness,
    sessions,
    desk,
    tour,
    workspace,
    ...evidence.parts,
    library,
    pictures,
    imports,
    page,
    log,
    faces: faces.apps,
  };
  const app = createApp(parts);
  const get = async (path: string, headers: Record<string, string>, init: RequestInit = {}) => {
    const response = await app.request(`http://${HOST}${path}`, { ...init, headers });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, code: /"code":"([^"]+)"/.exec(text)?.[1] };
  };
  const key = { host: HOST, authorization: `Bearer ${token}` };
  return {
    ...{ home, token, faults, queue, bus, images, sessions, get },
    host: { host: HOST },
    key,
    /** An answer as it is, for files. */
    raw: async (path: string) => app.request(`http://${HOST}${path}`, { headers: key }),
    /** Asks the own API as a program does; the answer as JSON. */
    async ask(path: string, json?: unknown) {
      const body = json === undefined ? {} : { method: "POST", body: JSON.stringify(json) };
      const { status, text, code } = await get(`/api/v1${path}`, { ...key, "content-type": "application/json" }, body);
      return { status, code, json: JSON.parse(text) };
    },
    async close() {
      await sessions.close();
      await faces.close();
      await desk.close();
      await tour.close();
      await evidence.close();
      await queue.close();
      await imports.close();
      await workspace.end();
      await pictures.close();
      await library.close();
      rmSync(home, { recursive: true, force: true });
      rmSync(built, { recursive: true, force: true });
    },
  };
}
