/** The running server: where it listens, and how it stops without losing anything. */

import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { createAdaptorServer } from "@hono/node-server";
import { SeedproofError } from "../base/errors.ts";
import { ledgerHead } from "../node/ledger-head.ts";
import { workspaceToken } from "../node/token-file.ts";
import { LOOPBACK } from "./access.ts";
import { createApp } from "./app.ts";
import { type EventBus, eventBus } from "./events.ts";
import { openEvidence } from "./evidence.ts";
import { openFaces } from "./faces.ts";
import { imageStore } from "./image-store.ts";
import { openQueue } from "./jobs/queue.ts";
import { sessionWitness } from "./jobs/session-witness.ts";
import { libraryThread } from "./library/thread.ts";
import { picturesOf } from "./pictures/thread.ts";
import { reproductionDesk } from "./reproduce/desk.ts";
import { sessionKeeper } from "./session-keeper.ts";
import { tourDesk } from "./tour/desk.ts";
import { keyed, mayUpgrade } from "./way-in.ts";
import { importDesk } from "./workspace/import-desk.ts";
import { type WorkspaceThread, workspaceThread } from "./workspace/thread.ts";

const PAGE = fileURLToPath(new URL("../../dist/web", import.meta.url));

/** How a server is started. */
export interface ServeOptions {
  readonly home: string;
  readonly version: string;
  /** 0 for any free one. */
  readonly port: number;
  /** Folder of the built page, where it is another than the package's own. */
  readonly page?: string;
  readonly log: (error: unknown) => void;
}

/** A server that runs. */
export interface Running {
  /** Where the page is, without the token. */
  readonly address: string;
  readonly token: string;
  /** Takes no more requests, finishes those under way, ends event streams, and closes what is open. */
  stop(): Promise<void>;
}

/** A request under way gets this long to end when the server stops. */
const GRACE_MS = 5_000;

/**
 * An idle connection is kept longer than any browser keeps one (Chromium: five minutes): one that the server closes at the moment a page uses it
 * again fails that request.
 */
const IDLE_MS = 310_000;

/**
 * Starts the workbench on loopback.
 * @throws SeedproofError `server.port-taken`
 */
export async function serve({ home, version, port, page = PAGE, log }: ServeOptions): Promise<Running> {
  const token = workspaceToken(home);
  const bus = eventBus();
  const sw = { name: "seedproof", version };
  const images = imageStore(home);
  const witness = sessionWitness(home, sw);
  const sessions = sessionKeeper(home, sw, log);
  const queue = openQueue({ home, version, bus, images, witness, log });
  const desk = reproductionDesk({ home, version, bus, images, log });
  const evidence = openEvidence({ home, version, bus, images, log });
  const tour = tourDesk({ home, version, sw, bus, images, log });
  const workspace = workspaceThread({ home, sw });
  const library = libraryThread({ home, sw, url: process.env.DATABASE_URL }, bus, log);
  const pictures = picturesOf(home);
  const imports = importDesk(home, sw, bus, log);
  const access = { token, hosts: LOOPBACK };
  const faces = openFaces({ home, version, sw, session: witness.session, report: log });
  const app = createApp({
    ...{ access, home, version, sw, bus, images, queue, witness, sessions, desk, tour, workspace, page, log },
    ...{ library, pictures, imports, ...evidence.parts },
    faces: faces.apps,
  });
  const server = createAdaptorServer({ fetch: (request, env) => app.fetch(keyed(request), env) }) as Server;
  server.keepAliveTimeout = IDLE_MS;
  server.on("upgrade", (request, socket, head) => {
    if (!mayUpgrade(access, request) || !faces.upgrade(request, socket, head)) socket.destroy();
  });
  const address = await listen(server, port);
  bus.listen(({ kind, data }) => {
    // A job's image and an entry of the record change what the library shows; its own news do not.
    if (kind === "record" || (kind === "library" && "sha256" in (data as object))) library.touch();
  });
  tellOfEntries(home, bus, workspace).catch(log);
  return {
    address,
    token,
    async stop() {
      bus.close();
      await faces.close();
      await desk.close();
      await tour.close();
      await evidence.close();
      await queue.close();
      await sessions.close();
      await imports.close();
      await workspace.end();
      await pictures.close();
      await library.close();
      await closed(server);
    },
  };
}

/** Tells the page of entries as they come in, whichever process writes them, until the thread ends. */
async function tellOfEntries(home: string, bus: EventBus, workspace: WorkspaceThread): Promise<void> {
  let next = ledgerHead(home)?.size ?? 0;
  const onPart = (data: { readonly index: number }): void => {
    next = data.index + 1;
    bus.tell({ kind: "record", data });
  };
  for (;;) {
    try {
      await workspace.ask("follow", next, { onPart });
    } catch (error) {
      const code = error instanceof SeedproofError ? error.code : undefined;
      if (code === "server.stopping") return;
      // The thread is started again with the next question; anything else is a fault.
      if (code !== "server.thread-ended") throw error;
    }
  }
}

async function listen(server: Server, port: number): Promise<string> {
  await new Promise<void>((done, failed) => {
    server.once("error", (cause) => {
      const message = `port ${port} is taken; another is chosen with --port, 0 takes any free one`;
      failed(new SeedproofError("server.port-taken", message, { cause }));
    });
    server.listen(port, "127.0.0.1", done);
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

async function closed(server: Server): Promise<void> {
  await new Promise<void>((done) => {
    // What is under way now is not kept after its answer.
    server.keepAliveTimeout = 1;
    const cut = setTimeout(() => server.closeAllConnections(), GRACE_MS);
    server.close(() => {
      clearTimeout(cut);
      done();
    });
    server.closeIdleConnections();
  });
}
