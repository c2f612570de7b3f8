/** `/api/v1/record`: sessions, the timeline with bounds and grades, what a person says, and sealing. */

import { z } from "zod";
import { SeedproofError } from "../../base/errors.ts";
import { recordEvent } from "../../node/recorder.ts";
import { DIMENSIONS } from "../../process/event.ts";
import type { AppParts } from "../app.ts";
import { type Api, operation } from "../contract.ts";
import { jsonBytes } from "../workspace/thread.ts";

const URL_TEXT = z.url({ protocol: /^https?$/ }).max(2_000);
const NOTHING = z.object({});
const FOLDER = z.string().min(1).max(4_000);

const OVERVIEW = operation({
  id: "recordOverview",
  method: "get",
  path: "/record",
  summary: "The open session, all sessions of the ledger, and what verifying the ledger found.",
  answer: z.looseObject({ sessions: z.array(z.looseObject({ name: z.string(), events: z.int() })) }),
});

const TIMELINE = operation({
  id: "recordTimeline",
  method: "get",
  path: "/record/timeline",
  summary: "The events of a session in the order of the ledger, each with what bounds its time and its grade of proof.",
  query: z.object({ session: z.string().max(300) }),
  answer: z.looseObject({ events: z.array(z.looseObject({ index: z.int(), grade: z.string() })) }),
});

const START = operation({
  id: "startRecording",
  method: "post",
  path: "/record/start",
  summary: "Opens a session: everything that the workbench makes is recorded, and what passes the proxies.",
  body: z.object({
    session: z.string().trim().min(1).max(200),
    a1111: URL_TEXT.optional(),
    comfyui: URL_TEXT.optional(),
    watch: z.array(FOLDER).max(32).default([]),
  }),
  answer: NOTHING,
});

const STOP = operation({
  id: "stopRecording",
  method: "post",
  path: "/record/stop",
  summary: "Ends the session; all that passed is durable when this answers.",
  answer: NOTHING,
});

const PROXY_ON = operation({
  id: "addProxy",
  method: "post",
  path: "/record/proxies",
  summary:
    "Puts a recording proxy before a generator while the session runs; the answer says where to point its clients.",
  body: z.object({ kind: z.enum(["a1111", "comfyui"]), url: URL_TEXT }),
  answer: z.object({ kind: z.string(), upstream: z.string(), address: z.string() }),
});

const PROXY_OFF = operation({
  id: "removeProxy",
  method: "post",
  path: "/record/proxies/off",
  summary: "Takes a proxy away; what is under way is finished and recorded.",
  body: z.object({ address: URL_TEXT }),
  answer: NOTHING,
});

const FOLDER_ON = operation({
  id: "watchFolder",
  method: "post",
  path: "/record/folders",
  summary: "Watches one more folder of this machine, named by its whole path; the workspace itself is not watched.",
  body: z.object({ folder: FOLDER }),
  answer: z.object({ folder: z.string() }),
});

const FOLDER_OFF = operation({
  id: "leaveFolder",
  method: "post",
  path: "/record/folders/off",
  summary: "Watches a folder no more.",
  body: z.object({ folder: FOLDER }),
  answer: NOTHING,
});

const SAY = operation({
  id: "say",
  method: "post",
  path: "/record/say",
  summary: "Writes a note, an intent, or a word on a visual dimension into the open session, as entered by a person.",
  body: z.object({
    kind: z.enum(["note", "intent", "dimension"]),
    text: z.string().trim().min(1).max(20_000),
    dimension: z.enum(DIMENSIONS as unknown as [string, ...string[]]).optional(),
  }),
  answer: z.object({ index: z.int(), receipt: z.string() }),
});

const SEAL = operation({
  id: "seal",
  method: "post",
  path: "/record/seal",
  summary: "Asks the authorities that are named here for outside evidence of time on the newest checkpoint.",
  body: z.object({ tsa: z.array(URL_TEXT).max(8).default([]), ots: z.array(URL_TEXT).max(8).default([]) }),
  answer: z.object({ results: z.array(z.looseObject({ kind: z.string(), source: z.string() })) }),
});

/** Adds the operations. */
export function recordApi(api: Api, parts: AppParts): void {
  const { home, sw, bus, sessions, workspace } = parts;
  const changed = (): void => bus.tell({ kind: "record", data: {} });
  api.on(OVERVIEW, async () => jsonBytes(await workspace.ask("overview", sessions.state())));
  api.on(TIMELINE, async ({ query }) => jsonBytes(await workspace.ask("session", query.session)));
  api.on(START, async ({ body }) => {
    await sessions.start(body);
    changed();
  });
  api.on(STOP, async () => {
    await sessions.stop();
    changed();
  });
  api.on(PROXY_ON, async ({ body: { kind, url }, c }) => {
    if (new URL(url).host === c.req.header("host")) {
      throw new SeedproofError(
        "record.proxy-loop",
        "this is the workbench's own address; what it makes is recorded already",
      );
    }
    const shown = await sessions.addProxy(kind, url);
    changed();
    return shown;
  });
  api.on(PROXY_OFF, async ({ body }) => {
    await sessions.own().removeProxy(body.address);
    changed();
  });
  api.on(FOLDER_ON, async ({ body }) => {
    const folder = await sessions.addFolder(body.folder);
    changed();
    return { folder };
  });
  api.on(FOLDER_OFF, async ({ body }) => {
    await sessions.own().removeFolder(body.folder);
    changed();
  });
  api.on(SAY, async ({ body: { kind, text, dimension } }) => {
    const session = sessions.state().open?.session;
    if (session === undefined) throw new SeedproofError("record.none", "no session is open to write this into");
    const frame = { capture: "noted", agent: { kind: "person", name: "" } } as const;
    const { index, receipt } =
      kind === "intent"
        ? await recordEvent(home, sw, session, "intent.noted", { text }, frame)
        : kind === "note"
          ? await recordEvent(home, sw, session, "note.added", { text }, frame)
          : await recordEvent(
              home,
              sw,
              session,
              "dimension.said",
              { dimension: (dimension ?? "composition") as (typeof DIMENSIONS)[number], text },
              frame,
            );
    changed();
    return { index, receipt };
  });
  api.on(SEAL, async ({ body }) => {
    const results = await workspace.ask("seal", body);
    changed();
    return jsonBytes(results);
  });
}
