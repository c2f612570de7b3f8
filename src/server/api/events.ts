/** `/api/v1/events`: what happens, as Server-Sent Events. */

import { z } from "zod";
import type { AppParts } from "../app.ts";
import { type Api, operation } from "../contract.ts";

const EVENTS = operation({
  id: "events",
  method: "get",
  path: "/events",
  summary:
    "What happens, as it happens. Reconnect with Last-Event-ID to miss nothing; `reset` says that something was missed.",
  query: z.object({ after: z.string().max(64).optional() }),
  answer: "events",
});

/** Adds the operation. */
export function eventsApi(api: Api, { bus }: Pick<AppParts, "bus">): void {
  api.on(EVENTS, ({ query, c }) => bus.stream(c.req.header("last-event-id") ?? query.after, c.req.raw.signal));
}
