/** The Record screen: sessions, the timeline of one, the head of the ledger and what is recorded now. */

import { useEffect, useRef, useState } from "preact/hooks";
import { CAPTURE_GRADES, DIMENSIONS } from "../../process/event.ts";
import type { CutOff } from "../../server/session-keeper.ts";
import { lang, t } from "../language.ts";
import { Icon } from "../parts/icon.tsx";
import { ask } from "../server.ts";
import { complain, say } from "../toast.ts";
import { Exchange } from "./exchange.tsx";
import { Head } from "./head.tsx";
import { StartForm } from "./start-form.tsx";
import { choose, chosen, listen, overview, refresh, timeline } from "./state.ts";
import { RECORD } from "./texts.ts";
import { CAPTURE_ICONS, TimelineView } from "./timeline.tsx";
import "../styles/record.css";

/** The screen. */
export function RecordScreen() {
  useEffect(listen, []);
  const all = overview.value;
  if (!all) return <div class="record" />;
  if (all.sessions.length === 0 && !all.open) return <Empty />;
  return (
    <div class="record">
      <Sessions />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long session is scrolled by keys */}
      <section class="timeline-pane" tabIndex={0} aria-label={chosen.value ?? t(RECORD.sessions)}>
        <SessionHead />
        {timeline.value ? <TimelineView timeline={timeline.value} /> : null}
        <Say />
      </section>
      <Head />
    </div>
  );
}

function Empty() {
  return (
    <div class="record-empty">
      <div>
        <h2 class="serif">{t(RECORD.emptyTitle)}</h2>
        <p>{t(RECORD.emptyText)}</p>
        <StartForm />
        <Exchange />
      </div>
    </div>
  );
}

function Sessions() {
  const { sessions = [], open } = overview.value ?? {};
  const [adding, setAdding] = useState(false);
  return (
    <nav class="sessions" aria-label={t(RECORD.sessions)}>
      <div class="row-head">
        <h2>{t(RECORD.sessions)}</h2>
        <span class="note">{sessions.length}</span>
      </div>
      <ul>
        {[...sessions].reverse().map(({ name, events, last, capture, simulated }) => (
          <li key={name}>
            <button
              type="button"
              aria-current={chosen.value === name ? "true" : undefined}
              onClick={() => choose(name)}
            >
              <b>{name}</b>
              <span>
                {dayOf(last)}, {t(RECORD.entries, { n: events })}
              </span>
              {open?.session === name ? <span>{t(RECORD.recordingNow)}</span> : null}
              {capture === "imported" ? <span>{t(RECORD.importedSession)}</span> : null}
              {simulated ? <span>{t(RECORD.simulatedSession)}</span> : null}
            </button>
          </li>
        ))}
      </ul>
      {open ? null : adding ? (
        <StartForm />
      ) : (
        <button type="button" class="button" onClick={() => setAdding(true)}>
          <Icon name="plus" /> {t(RECORD.newSession)}
        </button>
      )}
      <section class="captures">
        <h3>{t(RECORD.capture)}</h3>
        <ul>
          {CAPTURE_GRADES.map((grade) => (
            <li key={grade}>
              <Icon name={CAPTURE_ICONS[grade]} />
              <span>
                {t(RECORD[grade])} <span class="note">{t(RECORD[`${grade}Text`])}</span>
              </span>
            </li>
          ))}
        </ul>
        <p class="note">{t(RECORD.strongest)}</p>
      </section>
    </nav>
  );
}

function dayOf(time: string): string {
  return new Intl.DateTimeFormat(lang.value === "zh" ? "zh-CN" : "en-GB", { day: "numeric", month: "short" }).format(
    Date.parse(time),
  );
}

function SessionHead() {
  const row = overview.value?.sessions.find(({ name }) => name === chosen.value);
  const { cutOff } = overview.value ?? {};
  return (
    <header class="session-head">
      <h2 class="serif">{chosen.value}</h2>
      {row ? (
        <span class="quiet">
          {new Intl.DateTimeFormat(lang.value === "zh" ? "zh-CN" : "en-GB", { dateStyle: "long" }).format(
            Date.parse(row.first),
          )}
        </span>
      ) : null}
      {cutOff ? (
        <p class="cut-off" role="status">
          {t(RECORD.cutOff, {
            session: cutOff.session,
            time: new Date(cutOff.lastSeen).toLocaleString(lang.value === "zh" ? "zh-CN" : "en-GB"),
          })}{" "}
          <button type="button" class="button" title={t(RECORD.takeUpText)} onClick={() => takeUp(cutOff)}>
            <Icon name="again" /> {t(RECORD.takeUp)}
          </button>
        </p>
      ) : null}
    </header>
  );
}

/** Goes on with a session that was cut off, capturing what it captured. */
async function takeUp({ session, proxies, watch }: CutOff): Promise<void> {
  const addresses = Object.fromEntries(proxies.map(({ kind, upstream }) => [kind, upstream]));
  try {
    await ask("/record/start", { json: { session, ...addresses, watch } });
    choose(session);
  } catch (error) {
    complain(error);
  }
  await refresh();
}

type Kind = "note" | "intent" | "dimension";

/** Words of a person, written into the open session; what is written stays. */
function Say() {
  const [kind, setKind] = useState<Kind>();
  const [dimension, setDimension] = useState("composition");
  const field = useRef<HTMLTextAreaElement>(null);
  const isOpen = overview.value?.open !== undefined;
  useEffect(() => field.current?.focus(), [kind]);
  const submit = async (): Promise<void> => {
    const text = field.current?.value.trim() ?? "";
    if (text === "" || !kind) return;
    try {
      const { index } = await ask<{ index: number }>("/record/say", {
        json: { kind, text, ...(kind === "dimension" && { dimension }) },
      });
      say(t(RECORD.written, { index }));
      setKind(undefined);
      void refresh();
    } catch (error) {
      complain(error);
    }
  };
  if (kind) {
    return (
      <form
        class="say-form"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        {kind === "dimension" ? (
          <label>
            {t(RECORD.whichDimension)}{" "}
            <select class="box-field" value={dimension} onChange={(event) => setDimension(event.currentTarget.value)}>
              {DIMENSIONS.map((one) => (
                <option key={one} value={one}>
                  {t(RECORD[one])}
                </option>
              ))}
            </select>
          </label>
        ) : null}
        <textarea
          class="box-field"
          ref={field}
          rows={3}
          maxLength={20_000}
          aria-label={t(
            kind === "note" ? RECORD.addNote : kind === "intent" ? RECORD.stateIntent : RECORD.sayDimension,
          )}
          onKeyDown={(event) => {
            if (event.key === "Escape") setKind(undefined);
            if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void submit();
          }}
        />
        <span class="actions">
          <button type="submit" class="button primary">
            {t(RECORD.write)}
          </button>
          <button type="button" class="button" onClick={() => setKind(undefined)}>
            {t(RECORD.cancel)}
          </button>
        </span>
      </form>
    );
  }
  return (
    <div class="say">
      <button type="button" class="button" disabled={!isOpen} onClick={() => setKind("note")}>
        <Icon name="noted" /> {t(RECORD.addNote)}
      </button>
      <button type="button" class="button" disabled={!isOpen} onClick={() => setKind("intent")}>
        <Icon name="intent" /> {t(RECORD.stateIntent)}
      </button>
      <button type="button" class="button" disabled={!isOpen} onClick={() => setKind("dimension")}>
        <Icon name="layers" /> {t(RECORD.sayDimension)}
      </button>
      {isOpen ? null : <span class="note">{t(RECORD.needsSession)}</span>}
    </div>
  );
}
