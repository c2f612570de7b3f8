/** The server's app: access first, then the own API, the faces of other programs, and the page. */

import { Hono } from "hono";
import { SeedproofError } from "../base/errors.ts";
import type { Software } from "../node/recorder.ts";
import { type AccessRules, isPagePath, ownHost, ownOrigin, pageEntrance, tokenHolder } from "./access.ts";
import { errorAnswer } from "./answers.ts";
import { casesApi } from "./api/cases.ts";
import { comparisonsApi } from "./api/comparisons.ts";
import { dossiersApi } from "./api/dossiers.ts";
import { enginesApi } from "./api/engines.ts";
import { eventsApi } from "./api/events.ts";
import { examinationsApi } from "./api/examinations.ts";
import { exchangeApi } from "./api/exchange.ts";
import { imagesApi } from "./api/images.ts";
import { jobsApi } from "./api/jobs.ts";
import { libraryApi } from "./api/library.ts";
import { modelsApi } from "./api/models.ts";
import { readApi } from "./api/read.ts";
import { recordApi } from "./api/record.ts";
import { reproductionsApi } from "./api/reproductions.ts";
import { statusApi } from "./api/status.ts";
import { tourApi } from "./api/tour.ts";
import { serveApi } from "./contract.ts";
import type { EventBus } from "./events.ts";
import type { EvidenceParts } from "./evidence.ts";
import { safeHeaders } from "./headers.ts";
import type { ImageStore } from "./image-store.ts";
import type { JobQueue, JobWitness } from "./jobs/queue.ts";
import type { LibraryThread } from "./library/thread.ts";
import { servePage } from "./page.ts";
import type { Pictures } from "./pictures/thread.ts";
import type { ReproductionDesk } from "./reproduce/desk.ts";
import type { SessionKeeper } from "./session-keeper.ts";
import type { TourDesk } from "./tour/desk.ts";
import type { ImportDesk } from "./workspace/import-desk.ts";
import type { WorkspaceThread } from "./workspace/thread.ts";

/** What the app works with. */
export interface AppParts extends EvidenceParts {
  readonly access: AccessRules;
  readonly home: string;
  readonly version: string;
  /** The software that writes entries of the ledger. */
  readonly sw: Software;
  readonly bus: EventBus;
  readonly images: ImageStore;
  readonly queue: JobQueue;
  readonly witness: JobWitness;
  readonly sessions: SessionKeeper;
  readonly desk: ReproductionDesk;
  readonly tour: TourDesk;
  /** Reads the workspace where that takes time. */
  readonly workspace: WorkspaceThread;
  readonly library: LibraryThread;
  readonly imports: ImportDesk;
  readonly pictures: Pictures;
  /** What other programs' clients see. */
  readonly faces: readonly Hono[];
  /** Folder of the built page. */
  readonly page: string;
  /** Told of our own faults. */
  readonly log: (error: unknown) => void;
}

/** Builds the app. It listens nowhere by itself. */
export function createApp(parts: AppParts): Hono {
  const { access, version, log } = parts;
  const app = new Hono();
  app.use(safeHeaders());
  app.use(ownHost(access));
  app.use(ownOrigin());
  app.use(pageEntrance(access));
  const needsToken = tokenHolder(access);
  app.use((c, next) => (isPagePath(c.req.path) ? next() : needsToken(c, next)));
  const api = serveApi(app, version);
  statusApi(api, parts);
  readApi(api, parts);
  enginesApi(api, parts);
  modelsApi(api, parts);
  jobsApi(api, parts);
  libraryApi(api, parts);
  imagesApi(api, parts);
  recordApi(api, parts);
  exchangeApi(api, parts);
  reproductionsApi(api, parts);
  tourApi(api, parts);
  comparisonsApi(api, parts);
  casesApi(api, parts);
  examinationsApi(api, parts);
  dossiersApi(api, parts);
  eventsApi(api, parts);
  for (const face of parts.faces) app.route("/", face);
  app.all("/api/*", () => {
    throw new SeedproofError("server.not-found", "there is no such operation; /api/v1/openapi.json lists them");
  });
  servePage(app, parts.page);
  app.notFound(() => {
    throw new SeedproofError("server.not-found", "there is nothing at this address");
  });
  app.onError((error, c) => {
    const { status, body } = errorAnswer(error);
    if (status === 500) log(error);
    return c.json(body, status as 400);
  });
  return app;
}
