/** The shell around every screen: rail, top bar, what is dropped on the page, and short messages. */

import type { ComponentType } from "preact";
import type { Text } from "../base/texts.ts";
import { about } from "./about.ts";
import type { IconName } from "./icons.ts";
import { t } from "./language.ts";
import { AskField } from "./parts/ask-field.tsx";
import { Choices } from "./parts/choices.tsx";
import { shortHash } from "./parts/hash.tsx";
import { Icon, Mark } from "./parts/icon.tsx";
import { lazy } from "./parts/lazy.tsx";
import { Menu } from "./parts/menu.tsx";
import { hovering, openText, taker } from "./read/open.ts";
import { opened } from "./read/state.ts";
import { WorkbenchRead } from "./read/workbench.tsx";
import { RecordScreen } from "./record/screen.tsx";
import { ReproduceScreen } from "./reproduce/screen.tsx";
import { go, type Screen, screen } from "./route.ts";
import { link, status } from "./server.ts";
import { StudioScreen } from "./studio/screen.tsx";
import { SHELL } from "./texts.ts";
import { toast } from "./toast.ts";
import { takeTour } from "./tour/invitation.tsx";
import "./styles/shell.css";

interface Place {
  readonly name: Screen;
  readonly icon: IconName;
  readonly words: Text;
  readonly view: ComponentType;
}

/** Screens in the order of the rail. */
const PLACES: readonly Place[] = [
  { name: "read", icon: "read", words: SHELL.read, view: WorkbenchRead },
  { name: "studio", icon: "studio", words: SHELL.studio, view: StudioScreen },
  { name: "reproduce", icon: "reproduce", words: SHELL.reproduce, view: ReproduceScreen },
  { name: "record", icon: "record", words: SHELL.record, view: RecordScreen },
  {
    name: "compare",
    icon: "compare",
    words: SHELL.compare,
    view: lazy(async () => (await import("./compare/screen.tsx")).CompareScreen),
  },
  {
    name: "library",
    icon: "library",
    words: SHELL.library,
    view: lazy(async () => (await import("./library/screen.tsx")).LibraryScreen),
  },
  {
    name: "dossier",
    icon: "dossier",
    words: SHELL.dossier,
    view: lazy(async () => (await import("./dossier/screen.tsx")).DossierScreen),
  },
];

/** The tour has no place in the rail: Help leads to it. */
const TOUR_PLACE: Place = {
  name: "tour",
  icon: "play",
  words: SHELL.tour,
  view: lazy(async () => (await import("./tour/screen.tsx")).TourScreen),
};

/** The page. */
export function Shell() {
  const place = [...PLACES, TOUR_PLACE].find(({ name }) => name === screen.value) ?? PLACES[0]!;
  const View = place.view;
  return (
    <div class="shell">
      <a class="skip" href="#stage">
        {t(SHELL.skip)}
      </a>
      <Rail />
      <TopBar place={place} />
      <main class="stage" id="stage" tabIndex={-1}>
        <Notice />
        <View />
      </main>
      {hovering.value ? <div class="drop-veil">{t(taker.value?.words ?? SHELL.drop)}</div> : null}
      <div class="toast" role="status" aria-live="polite">
        {toast.value}
      </div>
    </div>
  );
}

function Rail() {
  return (
    <nav class="rail" aria-label={t(SHELL.screens)}>
      <span class="mark">
        <Mark />
      </span>
      {PLACES.map(({ name, icon, words }) => (
        <a
          key={name}
          class="place"
          href={`/${name}`}
          aria-current={screen.value === name ? "page" : undefined}
          onClick={(event) => {
            event.preventDefault();
            go(name);
          }}
        >
          <Icon name={icon} />
          {t(words)}
        </a>
      ))}
    </nav>
  );
}

function TopBar({ place }: { readonly place: Place }) {
  const what = place.name === "read" ? opened.value?.name : about.value || undefined;
  return (
    <header class="topbar">
      <span class="phone-mark">
        <Mark />
      </span>
      <span class="where">
        <h1>{t(place.words)}</h1>
        {what === undefined ? null : <span>/ {what}</span>}
      </span>
      <AskField icon="search" label={t(SHELL.askLabel)} hint={t(SHELL.ask)} open={openText} />
      <LedgerHead />
      <Help />
      <Choices />
    </header>
  );
}

/** What helps at any time, and what can be taken along. */
function Help() {
  return (
    <Menu
      icon="help"
      label={t(SHELL.help)}
      items={[
        { label: t(SHELL.takeTour), act: takeTour },
        { label: t(SHELL.saveRead), act: () => save("read") },
        { label: t(SHELL.saveVerify), act: () => save("verify") },
      ]}
    />
  );
}

/** Saves a screen as one file that works without this program. */
function save(page: "read" | "verify"): void {
  const link = document.createElement("a");
  link.href = `/offline/${page}.html`;
  link.download = `seedproof-${page}.html`;
  link.click();
}

/** The head of the ledger with its age. The seal stands only where outside evidence anchors it. */
function LedgerHead() {
  const ledger = status.value?.ledger;
  if (!ledger) return null;
  return (
    <span class="head">
      <span class="words">{t(SHELL.ledger)}</span>
      <span class="mono" title={ledger.root}>
        {shortHash(ledger.root)}
      </span>
      <span class="age note">{t(SHELL.entries, { size: ledger.size, age: ageOf(ledger.signedAt) })}</span>
    </span>
  );
}

function ageOf(time: string): string {
  const minutes = Math.floor((Date.now() - Date.parse(time)) / 60_000);
  if (minutes < 1) return t(SHELL.now);
  if (minutes < 60) return t(SHELL.minutes, { n: minutes });
  return minutes < 48 * 60
    ? t(SHELL.hours, { n: Math.floor(minutes / 60) })
    : t(SHELL.days, { n: Math.floor(minutes / 1440) });
}

function Notice() {
  if (link.value !== "gone" && link.value !== "no-key") return null;
  return (
    <p class="notice" role="status">
      <Icon name={link.value === "gone" ? "again" : "key"} />
      {t(link.value === "gone" ? SHELL.gone : SHELL.noKey)}
    </p>
  );
}
