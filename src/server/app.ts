/** The server's app: access first, then the own API, the faces of other programs, and the page. */

import { Hono } from "hono";
import { SeedproofError } from "../base/errors.ts";
import { type AccessRules, isPagePath, ownHost, ownOrigin, pageEntrance, tokenHolder } from "./access.ts";
import { errorAnswer } from "./answers.ts";
import { eventsApi } from "./api/events.ts";
import { readApi } from "./api/read.ts";
import { statusApi } from "./api/status.ts";
import { serveApi } from "./contract.ts";
import type { EventBus } from "./events.ts";
import { safeHeaders } from "./headers.ts";
import { servePage } from "./page.ts";

/** What the app works with. */
export interface AppParts {
  readonly access: AccessRules;
  readonly home: string;
  readonly version: string;
  readonly bus: EventBus;
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
  readApi(api);
  eventsApi(api, parts);
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
