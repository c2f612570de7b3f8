/** The engine: how far it is, which it is, and all that fixes the pixels. */

import { useEffect, useState } from "preact/hooks";
import type { EngineIdentity } from "../../engine/engine.ts";
import { addresses, keepAddress, type ServerId, setAddress } from "../addresses.ts";
import { faultWords } from "../faults.ts";
import { keep } from "../keep.ts";
import { t } from "../language.ts";
import { Hash, shortHash } from "../parts/hash.tsx";
import { asking, askServer, awayOf, type EngineId, engine, hasFast, job, jobs, offerOf, running } from "./state.ts";
import { AWAY_REASONS, STUDIO } from "./texts.ts";

/** The pane. */
export function EnginePane() {
  return (
    <div class="engine-pane">
      <Head />
      <section>
        <h3>{t(STUDIO.engine)}</h3>
        <div class="engines" role="radiogroup" aria-label={t(STUDIO.engine)}>
          <EngineRow id="reference" name={t(STUDIO.reference)} about={t(STUDIO.referenceText)} isReady />
          <EngineRow
            id="fast"
            name={t(STUDIO.fast)}
            about={t(hasFast.value ? STUDIO.fastText : STUDIO.fastMissing)}
            isReady={hasFast.value}
          />
          <ServerRow id="a1111" name="A1111 · Forge" />
          <ServerRow id="comfyui" name="ComfyUI" />
          <ServerRow id="sdcpp" name="stable-diffusion.cpp" />
        </div>
      </section>
      <Fingerprint />
      <Notes />
    </div>
  );
}

/** How far the image is; seconds are counted while it runs. */
function Head() {
  const [, tick] = useState(0);
  const now = running.value;
  useEffect(() => {
    if (!now) return;
    const timer = setInterval(() => tick((n) => n + 1), 500);
    return () => clearInterval(timer);
  }, [now !== undefined]);
  const waits = jobs.value.find(({ state }) => state === "running");
  const words = waits ? (waits.images.length > 0 ? STUDIO.next : STUDIO.preparing) : STUDIO.ready;
  if (!now) {
    return (
      <div class="engine-head">
        <h2 class="serif">{t(words)}</h2>
        <progress max={1} value={0} aria-label={t(words)} />
      </div>
    );
  }
  const spent = (Date.now() - now.since) / 1000;
  const left = now.step === 0 ? 0 : (spent / now.step) * (now.steps - now.step);
  return (
    <div class="engine-head">
      <h2 class="serif">
        {t(STUDIO.denoising, { step: now.step, steps: now.steps })}
        {now.pass > 0 ? <span class="note"> {t(STUDIO.secondPass)}</span> : null}
      </h2>
      <span class="quiet">{t(STUDIO.elapsed, { spent: Math.round(spent), left: Math.round(left) })}</span>
      <progress
        max={now.steps}
        value={now.step}
        aria-label={t(STUDIO.denoising, { step: now.step, steps: now.steps })}
      />
    </div>
  );
}

function EngineRow(props: {
  readonly id: EngineId;
  readonly name: string;
  readonly about: string;
  readonly isReady: boolean;
}) {
  const { id, name, about, isReady } = props;
  return (
    <label class={`engine-row${isReady ? "" : " away"}`}>
      <input type="radio" name="engine" checked={engine.value === id} disabled={!isReady} onChange={() => choose(id)} />
      <span>
        <b>{name}</b>
        <br />
        <span class="quiet">{about}</span>
      </span>
      <span class="pace">{paceOf(id)}</span>
    </label>
  );
}

function choose(id: EngineId): void {
  engine.value = id;
  keep("engine", id);
}

/** Seconds an image took on an engine, the last time. */
function paceOf(id: EngineId): string {
  const last = jobs.value.findLast(
    ({ engine: used, images }) => images.length > 0 && (used.name === "embedded" ? used.mode : used.name) === id,
  );
  const made = last?.images.at(-1);
  return made ? t(STUDIO.seconds, { n: made.seconds < 10 ? made.seconds.toFixed(1) : Math.round(made.seconds) }) : "";
}

function ServerRow({ id, name }: { readonly id: ServerId; readonly name: string }) {
  const [open, setOpen] = useState(false);
  const isReady = offerOf(id) !== undefined;
  const away = awayOf(id);
  const isChosen = engine.value === id;
  const isAsking = asking.value.has(id);
  const connect = async (): Promise<void> => {
    keepAddress(id);
    await askServer(id);
  };
  const words = isAsking ? STUDIO.asking : isReady ? STUDIO.connected : away ? STUDIO.away : STUDIO.notConnected;
  return (
    <div class={`engine-row server${isReady ? "" : " away"}`}>
      <input
        type="radio"
        name="engine"
        aria-label={name}
        checked={isChosen}
        disabled={!isReady && !isChosen}
        onChange={() => choose(id)}
      />
      <span>
        <b>{name}</b>{" "}
        {isReady || away ? <span class="mono quiet">{addresses.value[id].replace(/^https?:\/\//, "")}</span> : null}
        {away && !isAsking ? (
          <span class="silence" role={isChosen ? "alert" : undefined}>
            {away.code in AWAY_REASONS ? t(AWAY_REASONS[away.code]!) : faultWords(away)}{" "}
            <button type="button" class="link" onClick={connect}>
              {t(STUDIO.tryAgain)}
            </button>
          </span>
        ) : null}
        {open ? (
          <span class="address">
            <input
              class="mono"
              aria-label={`${name}: ${t(STUDIO.address)}`}
              value={addresses.value[id]}
              onInput={(event) => {
                setAddress(id, event.currentTarget.value);
              }}
            />
            <button type="button" class="button" onClick={connect}>
              {t(STUDIO.connect)}
            </button>
          </span>
        ) : null}
      </span>
      <button type="button" class="link" aria-expanded={open} onClick={() => setOpen(!open)}>
        {t(words)}
      </button>
    </div>
  );
}

function Fingerprint() {
  const identity = job.value?.identity ?? jobs.value.findLast((one) => one.identity)?.identity;
  const before = jobs.value.findLast((one) => one.identity && one.id !== job.value?.id)?.identity;
  return (
    <section class="fingerprint">
      <div class="row-head">
        <h3>{t(STUDIO.fingerprint)}</h3>
        <span class="note">{t(STUDIO.fingerprintText)}</span>
      </div>
      {identity ? (
        <>
          <Bars hex={identity.fingerprint} />
          <Hash hex={identity.fingerprint} kind="" />
          <Parts identity={identity} before={before} />
        </>
      ) : (
        <p class="note">{t(STUDIO.fingerprintNone)}</p>
      )}
    </section>
  );
}

/** 32 bars from the first 32 digits: two fingerprints that differ look different. */
function Bars({ hex }: { readonly hex: string }) {
  return (
    <svg
      class="bars"
      viewBox="0 0 320 36"
      preserveAspectRatio="none"
      role="img"
      aria-label={t(STUDIO.bars, { hash: shortHash(hex) })}
    >
      {[...hex.slice(0, 32)].map((digit, i) => {
        const height = 4 + (Number.parseInt(digit, 16) / 15) * 32;
        return <rect key={`${i}${digit}`} x={i * 10} y={36 - height} width={8} height={height} />;
      })}
    </svg>
  );
}

function Parts({
  identity,
  before,
}: {
  readonly identity: EngineIdentity;
  readonly before: EngineIdentity | undefined;
}) {
  const rows = partsOf(identity);
  const earlier = before && partsOf(before);
  return (
    <dl class="parts">
      {rows.map(([label, value], i) => {
        const changed = earlier?.[i] !== undefined && earlier[i]?.[1] !== value;
        return (
          <div key={label} class={changed ? "changed" : ""} title={changed ? t(STUDIO.changed) : undefined}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        );
      })}
    </dl>
  );
}

function partsOf(identity: EngineIdentity): readonly (readonly [string, string])[] {
  const { runtime, runtimeVersion, version, mode, graphs, weights, adapters, noise, dialect, url } = identity;
  const text = (value: unknown): string => (value === undefined ? "" : String(value));
  const size = (value: unknown): number => (value && typeof value === "object" ? Object.keys(value).length : 0);
  const all: readonly (readonly [string, string])[] = [
    [t(STUDIO.runtime), [runtime, runtimeVersion ?? version, mode].map(text).filter(Boolean).join(" · ")],
    [t(STUDIO.address), text(url)],
    [t(STUDIO.graphs), text(graphs)],
    [t(STUDIO.weights), size(weights) > 0 ? t(STUDIO.weightFiles, { n: size(weights) }) : ""],
    [t(STUDIO.adapters), adapters === undefined ? "" : size(adapters) > 0 ? String(size(adapters)) : t(STUDIO.none)],
    [t(STUDIO.noise), text(noise)],
    [t(STUDIO.dialect), text(dialect)],
  ];
  return all.filter(([, value]) => value !== "");
}

/** What the engine said of the job: assumed, left out, failed. */
function Notes() {
  const { notes = [], error, state } = job.value ?? {};
  if (notes.length === 0 && !error && state !== "stopped") return null;
  return (
    <section>
      <h3>{t(error ? STUDIO.failed : STUDIO.notes)}</h3>
      {error ? (
        <p role="alert">
          {faultWords(error)} <span class="mono quiet">{error.code}</span>
        </p>
      ) : null}
      <ul class="notes">
        {notes.map((note) => (
          <li key={note.en} class="note">
            {t(note)}
          </li>
        ))}
      </ul>
      {state === "stopped" ? <p class="note">{t(STUDIO.stopped)}</p> : null}
    </section>
  );
}
