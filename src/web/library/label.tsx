/** The label beside the grid: the chosen image, what is known of it, its family, and where it can be taken. */

import type { Grade } from "../../base/grades.ts";
import type { ImageDetail } from "../../node/library/detail.ts";
import { lang, t } from "../language.ts";
import { GradeBadge, Seal } from "../parts/badges.tsx";
import { Hash } from "../parts/hash.tsx";
import { Icon } from "../parts/icon.tsx";
import { Menu } from "../parts/menu.tsx";
import { imageUrl } from "../studio/state.ts";
import {
  compareNext,
  toggleDuplicates,
  toggleFamily,
  toRead,
  toRecord,
  toReproduce,
  toStart,
  toStudio,
} from "./deeds.ts";
import { Picture } from "./picture.tsx";
import { current, detail, mark, wish } from "./state.ts";
import { LIBRARY } from "./texts.ts";
import { likeness, valueWords } from "./words.ts";

/** The label of the chosen image. */
export function Label() {
  const image = current.value;
  if (!image) return <p class="note">…</p>;
  const all = detail.value?.sha256 === image.sha256 ? detail.value : undefined;
  const { sha256, name, tool, width, height, grade, sealed } = image;
  const version = all?.tool_version ? ` ${all.tool_version}` : "";
  const size = width > 0 ? `, ${width} × ${height}` : "";
  return (
    <>
      <span class="portrait">
        <Picture key={sha256} sha256={sha256} width={512} alt={name} />
      </span>
      <h2 class="serif">{name}</h2>
      <p class="quiet">
        {valueWords("tool", tool)}
        {version}
        {size} <GradeBadge grade={grade as Grade} /> {sealed ? <Seal size={14} /> : null}
      </p>
      {image.near === null ? null : (
        <p class="quiet">
          {likeness(image)}{" "}
          {wish.value.view === "duplicates" ? null : (
            <button type="button" class="link" onClick={toggleDuplicates}>
              {t(LIBRARY.showDuplicates)}
            </button>
          )}
        </p>
      )}
      <Rating rating={image.rating} rejected={image.rejected} sha256={sha256} />
      {all ? <Known all={all} /> : null}
      <div class="deeds">
        <button type="button" class="button primary" onClick={() => void toRead(image)}>
          {t(LIBRARY.read)}
        </button>
        <button type="button" class="button" onClick={() => void toReproduce(image)}>
          {t(LIBRARY.reproduce)}
        </button>
        <button type="button" class="button" onClick={compareNext}>
          {t(LIBRARY.compare)}
        </button>
        {all ? <SendTo all={all} /> : null}
      </div>
    </>
  );
}

function SendTo({ all }: { readonly all: ImageDetail }) {
  const { recipe, entries } = all;
  const session = entries[0]?.session;
  return (
    <Menu
      label={t(LIBRARY.sendTo)}
      items={[
        ...(recipe === null
          ? []
          : [
              { label: t(LIBRARY.useAll), act: () => toStudio(recipe, true) },
              { label: t(LIBRARY.remix), act: () => toStudio(recipe, false) },
            ]),
        { label: t(LIBRARY.startFrom), act: () => void toStart(all) },
        ...(session === undefined ? [] : [{ label: t(LIBRARY.toRecord), act: () => toRecord(session) }]),
      ]}
    />
  );
}

function Rating({
  rating,
  rejected,
  sha256,
}: {
  readonly rating: number;
  readonly rejected: boolean;
  readonly sha256: string;
}) {
  return (
    <div class="rating" role="group" aria-label={t(LIBRARY.rate)}>
      {[1, 2, 3, 4, 5].map((n) => (
        <button
          key={n}
          type="button"
          class={n <= rating ? "on" : ""}
          aria-pressed={n === rating}
          aria-label={t(LIBRARY.rateAs, { n })}
          onClick={() => void mark(sha256, { rating: n === rating ? 0 : n })}
        >
          <i />
        </button>
      ))}
      <button
        type="button"
        class="reject"
        aria-pressed={rejected}
        aria-label={t(LIBRARY.reject)}
        title={t(LIBRARY.reject)}
        onClick={() => void mark(sha256, { rejected: !rejected })}
      >
        <Icon name="close" />
      </button>
    </div>
  );
}

function Known({ all }: { readonly all: ImageDetail }) {
  const { prompt, seed, sampler, scheduler, steps, cfg, model, model_hash: hash } = all;
  const sampling = [sampler, scheduler, steps].filter((one) => one !== null).join(", ");
  return (
    <>
      {prompt ? (
        <p class="mono prompt" title={prompt}>
          {prompt}
        </p>
      ) : (
        <p class="note">{t(all.recipe === null ? LIBRARY.noRecipe : LIBRARY.noNegative)}</p>
      )}
      <dl>
        <Row label={t(LIBRARY.seed)} value={seed} />
        <Row label={t(LIBRARY.sampler)} value={sampling} />
        <Row label={t(LIBRARY.cfg)} value={cfg === null ? null : String(cfg)} />
        {model === null ? null : (
          <>
            <dt>{t(LIBRARY.checkpoint)}</dt>
            <dd>
              <span class="clip" title={model}>
                {model}
              </span>
              {hash === null ? null : <Hash hex={hash} />}
            </dd>
          </>
        )}
        <Made all={all} />
        <dt>{t(LIBRARY.where)}</dt>
        <dd>
          {all.places.slice(0, 3).map(({ path }) => (
            <bdi key={path} class="clip mono" title={path}>
              {path.split("/").slice(-2).join("/")}
            </bdi>
          ))}
        </dd>
      </dl>
      {all.kin > 1 ? <Family all={all} /> : null}
    </>
  );
}

function Row({ label, value }: { readonly label: string; readonly value: string | null }) {
  return value === null || value === "" ? null : (
    <>
      <dt>{label}</dt>
      <dd>{value}</dd>
    </>
  );
}

/** When it came into the record, drawn between its bounds; else the file's own time, which is a claim. */
function Made({ all }: { readonly all: ImageDetail }) {
  const [entry] = all.entries;
  if (!entry) {
    return (
      <>
        <dt>{t(LIBRARY.fileTime)}</dt>
        <dd>
          {moment(Date.parse(all.seen))} <span class="note">{t(LIBRARY.fileTimeText)}</span>
        </dd>
      </>
    );
  }
  const { not_before: before, not_after: after, at } = entry;
  const isBounded = before !== null && after !== null;
  const words = isBounded
    ? t(LIBRARY.notBeforeAfter, { from: moment(before), to: moment(after) })
    : t(LIBRARY.ownClock, { time: moment(Date.parse(at)) });
  return (
    <>
      <dt>{t(LIBRARY.made)}</dt>
      <dd>
        <span>{moment(Date.parse(at))}</span>
        <span class={`made-bar${isBounded ? " bounded" : ""}`} role="img" aria-label={words} title={words}>
          {before === null ? null : <i class="cap" />}
          <i class="line" />
          {isBounded ? null : <i class="dot" />}
          {after === null ? null : <i class="cap sealed" />}
        </span>
      </dd>
    </>
  );
}

function moment(time: number): string {
  if (!Number.isFinite(time)) return "…";
  const format = { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" } as const;
  return new Intl.DateTimeFormat(lang.value === "zh" ? "zh-CN" : "en-GB", format).format(time);
}

function Family({ all }: { readonly all: ImageDetail }) {
  const kin = all.family_images;
  const at = kin.findIndex(({ sha256 }) => sha256 === all.sha256);
  const from = Math.max(0, Math.min(at - 2, kin.length - 5));
  return (
    <section class="kinship">
      <h3>
        {t(LIBRARY.family)} <span class="note">{t(LIBRARY.familyText, { n: all.kin })}</span>
      </h3>
      <button
        type="button"
        class="strip-of-kin"
        aria-label={t(LIBRARY.familyText, { n: all.kin })}
        onClick={toggleFamily}
      >
        {kin.slice(from, from + 5).map(({ sha256, seed }) => (
          <img
            key={sha256}
            class={sha256 === all.sha256 ? "own" : ""}
            src={imageUrl(sha256, 96)}
            alt=""
            title={seed ?? ""}
          />
        ))}
      </button>
    </section>
  );
}
