/** The batch strip: every image of the job, kept, rejected or undecided, by mouse and by K, X and Z. */

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Job } from "../../server/jobs/job.ts";
import { faultWords } from "../faults.ts";
import { t } from "../language.ts";
import { Icon } from "../parts/icon.tsx";
import { status } from "../server.ts";
import { complain } from "../toast.ts";
import { decide, image, imageUrl, job, jobs, running, shownImage, shownJob } from "./state.ts";
import { STUDIO } from "./texts.ts";

/** Frames that stand where nothing was made yet. */
const EMPTY_FRAMES = [1, 2, 3, 4] as const;

/** The strip of the shown job. */
export function Strip() {
  const current = job.value;
  const [asking, setAsking] = useState<"kept" | "rejected">();
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const target = event.target as HTMLElement;
      const one = image.value;
      const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
      if (!one || !job.value || typing || event.ctrlKey || event.metaKey || event.altKey) return;
      const key = event.key.toLowerCase();
      if (key === "k") setAsking("kept");
      else if (key === "x") setAsking("rejected");
      else if (key === "z") void settle(null);
      else if (key === "arrowleft" || key === "arrowright") step(key === "arrowleft" ? -1 : 1);
      else return;
      event.preventDefault();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
  if (!current) {
    return (
      <section class="strip" aria-label={t(STUDIO.batch)}>
        <div class="strip-head">
          <h3>{t(STUDIO.batch)}</h3>
          <span class="note">{t(STUDIO.batchEmpty)}</span>
        </div>
        <ol class="shots" aria-hidden="true">
          {EMPTY_FRAMES.map((frame) => (
            <li key={frame} class="empty-shot">
              <i />
            </li>
          ))}
        </ol>
      </section>
    );
  }
  const { images, count } = current;
  const one = image.value;
  const done = (decision: string | undefined): number => images.filter((made) => made.decision === decision).length;
  const frames = Array.from({ length: Math.min(count, images.length + 24) }, (_, index) => index);
  return (
    <section class="strip" aria-label={t(STUDIO.batch)}>
      <div class="strip-head">
        <h3>{t(STUDIO.batch)}</h3>
        <span class="note">
          {t(STUDIO.batchCount, {
            done: images.length,
            kept: done("kept"),
            rejected: done("rejected"),
            open: done(undefined),
          })}
        </span>
        <JobSteps />
        <span class="decide">
          <button type="button" disabled={!one} onClick={() => setAsking("kept")}>
            <kbd>K</kbd> {t(STUDIO.keep)}
          </button>
          <button type="button" disabled={!one} onClick={() => setAsking("rejected")}>
            <kbd>X</kbd> {t(STUDIO.reject)}
          </button>
          <button type="button" disabled={one?.decision === undefined} onClick={() => settle(null)}>
            <kbd>Z</kbd> {t(STUDIO.undoDecision)}
          </button>
          {status.value?.session ? <span class="note">{t(STUDIO.reasonsRecorded)}</span> : null}
        </span>
      </div>
      {asking && image.value ? <Reason kind={asking} close={() => setAsking(undefined)} /> : null}
      <ol class="shots">
        {frames.map((index) => (
          <Frame key={index} index={index} />
        ))}
      </ol>
    </section>
  );
}

/** To the job before and after. */
function JobSteps() {
  const at = jobs.value.findIndex(({ id }) => id === job.value?.id);
  const to = (index: number): void => {
    const next = jobs.value[index];
    if (!next) return;
    shownJob.value = next.id;
    shownImage.value = undefined;
  };
  return (
    <span class="joined job-steps">
      <button
        type="button"
        disabled={at <= 0}
        aria-label={t(STUDIO.earlier)}
        title={t(STUDIO.earlier)}
        onClick={() => to(at - 1)}
      >
        ‹
      </button>
      <button
        type="button"
        disabled={at < 0 || at >= jobs.value.length - 1}
        aria-label={t(STUDIO.later)}
        title={t(STUDIO.later)}
        onClick={() => to(at + 1)}
      >
        ›
      </button>
    </span>
  );
}

function step(by: number): void {
  const images = job.value?.images ?? [];
  const at = images.findIndex(({ index }) => index === image.value?.index);
  const next = images[Math.min(images.length - 1, Math.max(0, at + by))];
  if (next) shownImage.value = next.index;
}

async function settle(decision: "kept" | "rejected" | null, why?: string): Promise<void> {
  const [current, one] = [job.value, image.value];
  if (!current || !one) return;
  await decide(current.id, one.index, decision, why).catch(complain);
}

/** The reason, asked for where the eyes are; empty is allowed. */
function Reason({ kind, close }: { readonly kind: "kept" | "rejected"; readonly close: () => void }) {
  const field = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => field.current?.focus(), []);
  const submit = (): void => {
    const why = field.current?.value.trim();
    close();
    void settle(kind, why);
  };
  return (
    <form
      class="reason"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <label>
        <b>{t(kind === "kept" ? STUDIO.whyKeep : STUDIO.whyReject)}</b>{" "}
        <input
          ref={field}
          maxLength={2000}
          placeholder={t(STUDIO.why)}
          onKeyDown={(event) => {
            if (event.key === "Escape") close();
          }}
        />
      </label>
      <button type="submit" class="button primary">
        {t(kind === "kept" ? STUDIO.keep : STUDIO.reject)}
      </button>
    </form>
  );
}

type FrameState = "open" | "kept" | "rejected" | "running" | "queued" | "stopped" | "failed" | "notDrawn";

/** Where a frame stands; of a job that failed, the frame at which it did says so, and those after it were not drawn. */
function stateOf({ images, state }: Job, index: number, isRunning: boolean): FrameState {
  const made = images.find((one) => one.index === index);
  if (made) return made.decision ?? "open";
  if (isRunning) return "running";
  if (state === "stopped") return "stopped";
  if (state !== "failed") return "queued";
  return index === images.length ? "failed" : "notDrawn";
}

function Frame({ index }: { readonly index: number }) {
  const current = job.value!;
  const made = current.images.find((one) => one.index === index);
  const now = running.value?.job === current.id && running.value.index === index ? running.value : undefined;
  const seed = made?.seed ?? String(BigInt(current.recipe.seed ?? "0") + BigInt(index));
  const state = stateOf(current, index, now !== undefined);
  const word = t(state === "failed" ? STUDIO.frameFailed : STUDIO[state]);
  const why = state === "failed" ? current.error && faultWords(current.error) : made?.why;
  const isShown = made !== undefined && image.value?.index === index && !(now && shownImage.value === undefined);
  return (
    <li class={`shot ${state}`}>
      <button
        type="button"
        disabled={!made}
        aria-pressed={isShown}
        aria-label={t(STUDIO.imageOf, { n: index + 1, seed, state: why ? `${word}: ${why}` : word })}
        {...(state === "failed" && { title: why })}
        onClick={() => {
          shownImage.value = index;
        }}
      >
        {made ? <img src={imageUrl(made.sha256, 256)} alt="" /> : null}
        {now?.previews.at(-1) ? <img src={now.previews.at(-1)?.picture} alt="" /> : null}
        {made || now ? null : <span class="note">{word}</span>}
        {made?.decision ? <Icon name={made.decision === "kept" ? "check" : "close"} /> : null}
        {now ? <progress max={now.steps} value={now.step} aria-label={t(STUDIO.running)} /> : null}
      </button>
      <p>
        <span class="mono">…{seed.slice(-3)}</span> <span>{why ?? word}</span>
      </p>
    </li>
  );
}
