/** The Library screen: facets, the grid of all images, and the label of the chosen one. */

import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { NEAR } from "../../compare/near.ts";
import type { FacetName } from "../../node/library/search.ts";
import { faultWords } from "../faults.ts";
import { grouped, t } from "../language.ts";
import { Icon } from "../parts/icon.tsx";
import { link } from "../server.ts";
import { SHELL } from "../texts.ts";
import { compareNext } from "./deeds.ts";
import { Facets } from "./facets.tsx";
import { FolderForm, Folders } from "./folders.tsx";
import { Grid } from "./grid.tsx";
import { Label } from "./label.tsx";
import {
  current,
  found,
  library,
  listen,
  look,
  picked,
  refreshDetail,
  search,
  trouble,
  unfolded,
  wish,
} from "./state.ts";
import { FACET_NAMES, LIBRARY } from "./texts.ts";
import { EVERYTHING, isNarrowed, toggled, VIEWS } from "./wish.ts";
import { spokenValue, valueWords } from "./words.ts";
import "../styles/library.css";

/** A pause in typing after which is searched. */
const PAUSE_MS = 160;

/** The screen. */
export function LibraryScreen() {
  const [isFiltering, setFiltering] = useState(false);
  const [isOpen, setOpen] = useState(false);
  const [hasFolders, setFolders] = useState(false);
  const open = useCallback(() => setOpen(true), []);
  useEffect(listen, []);
  const asked = JSON.stringify([wish.value, unfolded.value]);
  useEffect(() => void search(), [asked]);
  const chosen = current.value?.sha256;
  useEffect(() => {
    const soon = setTimeout(() => void refreshDetail(), 60);
    return () => clearTimeout(soon);
  }, [chosen, current.value?.rating, current.value?.rejected]);
  if (link.value === "no-key" || link.value === "none") return <p class="library-note">{t(SHELL.noKeyShort)}</p>;
  const isEmpty = found.value?.all === 0 && library.value.state === "ready";
  return (
    <div class={`library${isFiltering ? " filtering" : ""}${isOpen ? " opened" : ""}`}>
      <aside class="facets" aria-label={t(LIBRARY.filters)}>
        <Search />
        <Facets />
        <button type="button" class="button folders-button" onClick={() => setFolders(true)}>
          <Icon name="plus" /> {t(LIBRARY.folders)}
        </button>
        <button type="button" class="button primary narrow" onClick={() => setFiltering(false)}>
          {t(LIBRARY.closeFilters)}
        </button>
      </aside>
      <section class="wall" aria-label={t(LIBRARY.viewImages)}>
        <Head onFilter={() => setFiltering(true)} />
        {isEmpty ? <Empty /> : null}
        {found.value && !isEmpty && found.value.total === 0 ? <NothingFits /> : null}
        {wish.value.view === "duplicates" && !isEmpty ? (
          <p class="note wall-note">{t(LIBRARY.duplicatesText, NEAR)}</p>
        ) : null}
        {isEmpty ? null : found.value || trouble.value ? <Grid onOpen={open} /> : <Opening />}
        <Picks />
      </section>
      {isEmpty ? null : (
        <aside class="label" aria-label={t(LIBRARY.chosen)}>
          <button type="button" class="icon-button narrow" aria-label={t(LIBRARY.close)} onClick={() => setOpen(false)}>
            <Icon name="close" />
          </button>
          <Label />
          <Keys />
        </aside>
      )}
      {hasFolders ? <Folders close={() => setFolders(false)} /> : null}
    </div>
  );
}

/** The text that is searched for; `/` goes there. */
function Search() {
  const field = useRef<HTMLInputElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>();
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const isTyping = /^(INPUT|TEXTAREA|SELECT)$/.test((event.target as HTMLElement).tagName);
      if (event.key !== "/" || isTyping || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      field.current?.focus();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
  const { text } = wish.value;
  // Back and a cleared filter change the text from outside.
  useEffect(() => {
    if (field.current && document.activeElement !== field.current) field.current.value = text;
  }, [text]);
  return (
    <label class="search line-field" title={t(LIBRARY.searchHelp)}>
      <Icon name="search" />
      <span class="visually-hidden">{t(LIBRARY.search)}</span>
      <input
        ref={field}
        type="search"
        maxLength={500}
        placeholder={t(LIBRARY.search)}
        defaultValue={text}
        onInput={(event) => {
          const now = event.currentTarget.value;
          clearTimeout(timer.current);
          timer.current = setTimeout(() => look({ ...wish.value, text: now }, { replace: true }), PAUSE_MS);
        }}
      />
      <kbd>/</kbd>
    </label>
  );
}

const VIEW_NAMES = {
  images: LIBRARY.viewImages,
  families: LIBRARY.viewFamilies,
  duplicates: LIBRARY.viewDuplicates,
} as const;

function Head({ onFilter }: { readonly onFilter: () => void }) {
  const { view, sort } = wish.value;
  const answer = found.value;
  const total = answer?.total ?? 0;
  const groups = answer?.groups?.length ?? 0;
  const title =
    view === "duplicates"
      ? t(groups === 1 ? LIBRARY.oneDuplicates : LIBRARY.duplicates, { groups: grouped(groups), n: grouped(total) })
      : view === "families"
        ? t(LIBRARY.families, { n: grouped(total) })
        : total === 1
          ? t(LIBRARY.oneImage)
          : t(LIBRARY.images, { n: grouped(total) });
  return (
    <header class="wall-head">
      <h2 class="serif" aria-live="polite">
        {answer ? title : "…"}
      </h2>
      <Chips />
      {answer && (isNarrowed(wish.value) || view !== "images") ? (
        <span class="note">{t(LIBRARY.ofAll, { n: grouped(answer.all) })}</span>
      ) : null}
      <Progress />
      <span class="wall-tools">
        <button type="button" class="button narrow" onClick={onFilter}>
          <Icon name="settings" /> {t(LIBRARY.filters)}
        </button>
        <label class="sort">
          <span class="visually-hidden">{t(LIBRARY.sort)}</span>
          <select
            value={sort}
            onChange={(event) => look({ ...wish.value, sort: event.currentTarget.value as typeof sort })}
          >
            {(["newest", "oldest", "rating", "name"] as const).map((one) => (
              <option key={one} value={one}>
                {t(LIBRARY[one])}
              </option>
            ))}
          </select>
          <Icon name="chevronDown" />
        </label>
        <span class="joined" role="group" aria-label={t(LIBRARY.view)}>
          {VIEWS.map((one) => (
            <button
              key={one}
              type="button"
              aria-pressed={view === one}
              onClick={() => look({ ...wish.value, view: one })}
            >
              {t(VIEW_NAMES[one])}
            </button>
          ))}
        </span>
      </span>
    </header>
  );
}

/** What is chosen, each with a way back. */
function Chips() {
  const { facets, from, to, family, text } = wish.value;
  const chips: { readonly words: string; readonly spoken: string; readonly drop: () => void }[] = [];
  if (text.trim() !== "") {
    chips.push({ words: `“${text.trim()}”`, spoken: text, drop: () => look({ ...wish.value, text: "" }) });
  }
  for (const [name, values] of Object.entries(facets) as [FacetName, readonly string[]][]) {
    for (const value of values) {
      const spoken = `${t(FACET_NAMES[name])}: ${spokenValue(name, value)}`;
      chips.push({ words: valueWords(name, value), spoken, drop: () => look(toggled(wish.value, name, value)) });
    }
  }
  if (from !== undefined || to !== undefined) {
    const words = t(LIBRARY.seenFrom, { from: from ?? "…", to: to ?? "…" });
    const { from: _from, to: _to, ...rest } = wish.value;
    chips.push({ words, spoken: words, drop: () => look(rest) });
  }
  if (family !== undefined) {
    const { family: _family, ...rest } = wish.value;
    chips.push({ words: t(LIBRARY.familyOf), spoken: t(LIBRARY.familyOf), drop: () => look(rest) });
  }
  if (chips.length === 0) return null;
  return (
    <ul class="chips">
      {chips.map(({ words, spoken, drop }) => (
        <li key={spoken}>
          <button type="button" aria-label={t(LIBRARY.removeFilter, { what: spoken })} onClick={drop}>
            <span>{words}</span> <Icon name="close" />
          </button>
        </li>
      ))}
    </ul>
  );
}

/** Where the index stands, while it is not ready. */
function Progress() {
  const { state, done = 0, total = 0 } = library.value;
  if (trouble.value !== undefined) {
    return (
      <span class="wrong" role="alert">
        {faultWords(trouble.value)}
      </span>
    );
  }
  if (state === "ready" || !found.value) return null;
  return (
    <span class="note progress" role="status">
      {state === "opening" ? t(LIBRARY.opening) : t(LIBRARY[state], { done: grouped(done), total: grouped(total) })}
      {state === "opening" ? null : (
        <progress max={total} value={done} aria-label={t(LIBRARY[state], { done, total })} />
      )}
    </span>
  );
}

/** Before the first answer: what is being done, where the pictures will stand. */
function Opening() {
  return (
    <div class="empty-library" role="status">
      <h2 class="serif">{t(LIBRARY.opening)}</h2>
      <p>{t(LIBRARY.openingFirst)}</p>
      <progress aria-label={t(LIBRARY.opening)} />
    </div>
  );
}

function Empty() {
  return (
    <div class="empty-library">
      <h2 class="serif">{t(LIBRARY.emptyTitle)}</h2>
      <p>{t(LIBRARY.emptyText)}</p>
      <h3>{t(LIBRARY.addFolder)}</h3>
      <FolderForm />
    </div>
  );
}

function NothingFits() {
  const isAlone = wish.value.view === "duplicates" && !isNarrowed(wish.value);
  if (isAlone) {
    return (
      <div class="empty-library">
        <h2 class="serif">{t(LIBRARY.noDuplicates)}</h2>
        <p>{t(LIBRARY.noDuplicatesText)}</p>
        <button type="button" class="button" onClick={() => look({ ...wish.value, view: "images" })}>
          {t(LIBRARY.viewImages)}
        </button>
      </div>
    );
  }
  return (
    <div class="empty-library">
      <h2 class="serif">{t(LIBRARY.nothingFits)}</h2>
      <p>{t(LIBRARY.nothingFitsText)}</p>
      <button type="button" class="button" onClick={() => look({ ...EVERYTHING, sort: wish.value.sort })}>
        {t(LIBRARY.clear)}
      </button>
    </div>
  );
}

/** The bar of what was picked. */
function Picks() {
  const count = picked.value.size;
  if (count === 0) return null;
  return (
    <div class="picks" role="group" aria-label={t(LIBRARY.pickedCount, { n: count })}>
      <b>{t(LIBRARY.pickedCount, { n: count })}</b>
      <button type="button" class="button primary" disabled={count !== 2} onClick={compareNext}>
        <Icon name="compare" /> {t(LIBRARY.compareTwo)}
      </button>
      {count === 2 ? null : <span class="note">{t(LIBRARY.compareNeedsTwo)}</span>}
      <button
        type="button"
        class="button"
        onClick={() => {
          picked.value = new Set();
        }}
      >
        {t(LIBRARY.unpick)}
      </button>
    </div>
  );
}

function Keys() {
  return (
    <p class="keys note">
      <span>
        <kbd>←</kbd> <kbd>→</kbd> {t(LIBRARY.keysMove)}
      </span>
      <span>
        <kbd>1</kbd>–<kbd>5</kbd> {t(LIBRARY.keysRate)}
      </span>
      <span>
        <kbd>C</kbd> {t(LIBRARY.keysCompare)}
      </span>
      <span>
        <kbd>X</kbd> {t(LIBRARY.keysReject)}
      </span>
      <span>
        <kbd>F</kbd> {t(LIBRARY.keysFamily)}
      </span>
      <span>
        <kbd>D</kbd> {t(LIBRARY.keysDuplicates)}
      </span>
      <span>
        <kbd>Space</kbd> {t(LIBRARY.keysPick)}
      </span>
      <span>
        <kbd>Enter</kbd> {t(LIBRARY.keysRead)}
      </span>
    </p>
  );
}
