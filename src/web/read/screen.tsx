/** The Read screen: the picture and what it proves, the generation data, the bytes that say so. */

import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Text } from "../../base/texts.ts";
import type { FileReading } from "../../label/file-reading.ts";
import { copiedAs, type Form } from "../../recipe/copied.ts";
import { grouped, lang, t } from "../language.ts";
import { Exhibit } from "../parts/exhibit.tsx";
import { Hash } from "../parts/hash.tsx";
import { Icon } from "../parts/icon.tsx";
import { Menu, type MenuItem } from "../parts/menu.tsx";
import { say } from "../toast.ts";
import { Blocks } from "./blocks.tsx";
import { Conflicts } from "./conflicts.tsx";
import { GenerationData } from "./generation-data.tsx";
import { Leader } from "./leader.tsx";
import { pickImage } from "./open.ts";
import { Proves } from "./proves.tsx";
import { Resources } from "./resources.tsx";
import { Readiness, Signatures } from "./signatures.tsx";
import { found, lit, litRange, type OpenedFile, opened, shownBytes, togglePin } from "./state.ts";
import { READ, TOOL_NAMES } from "./texts.ts";
import "../styles/read.css";

/** What stands around the screen: examples to begin with, and where a reading can be taken to. A page alone has little of it. */
export interface ReadSurroundings {
  /** Below the invitation of an empty screen. */
  readonly beginnings?: ComponentChildren;
  /** Buttons beside Copy. */
  readonly buttons?: (reading: FileReading) => ComponentChildren;
  /** The first actions of “Send to”. */
  readonly sendTo?: (file: OpenedFile) => readonly MenuItem[];
}

/** The screen. */
export function ReadScreen({ beginnings, ...around }: ReadSurroundings) {
  const file = opened.value;
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const target = event.target as HTMLElement;
      if (
        event.key.toLowerCase() !== "p" ||
        event.ctrlKey ||
        event.metaKey ||
        /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)
      )
        return;
      togglePin();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
  return file ? <Reading file={file} around={around} /> : <Empty>{beginnings}</Empty>;
}

function Empty({ children }: { readonly children: ComponentChildren }) {
  return (
    <div class="read-empty">
      <div>
        <h2 class="serif">{t(READ.emptyTitle)}</h2>
        <p>{t(READ.emptyText)}</p>
        <p>
          <button type="button" class="button primary" onClick={pickImage}>
            <Icon name="upload" /> {t(READ.openFile)}
          </button>
        </p>
        {children}
      </div>
    </div>
  );
}

type Tab = "data" | "resources" | "blocks" | "proves";

const TABS: readonly (readonly [Tab, Text])[] = [
  ["data", READ.generationData],
  ["resources", READ.resourcesShort],
  ["blocks", READ.blocksShort],
  ["proves", READ.provesShort],
];

type Around = Omit<ReadSurroundings, "beginnings">;

function Reading({ file, around }: { readonly file: OpenedFile; readonly around: Around }) {
  const { reading, error } = file;
  const [tab, setTab] = useState<Tab>("data");
  const root = useRef<HTMLDivElement>(null);
  const [drawer, setDrawer] = useState(false);
  return (
    <div class={`read tab-${tab}${drawer ? " drawer-open" : ""}`} ref={root}>
      <div class={`picture-pane${reading?.container === "text" ? " without-picture" : ""}`}>
        {reading?.container === "text" ? null : (
          <Exhibit src={file.picture} name={file.name} size={reading?.pixels ?? undefined} />
        )}
        <ExhibitLabel file={file} />
        {reading ? <Proves reading={reading} /> : null}
      </div>
      <div class="tab-bar" role="tablist" aria-label={t(READ.tabs)}>
        {TABS.map(([name, words]) => (
          <button key={name} type="button" role="tab" aria-selected={tab === name} onClick={() => setTab(name)}>
            {t(words)}
          </button>
        ))}
      </div>
      <div class="data-pane">
        {error ? <Unreadable {...error} /> : null}
        {reading ? <Data file={file} reading={reading} around={around} onBytes={() => setDrawer(true)} /> : null}
        {reading || error ? null : (
          <p class="note" role="status">
            {t(READ.opening, { name: file.name })}
          </p>
        )}
      </div>
      {reading ? (
        <div class="bytes-side">
          <button
            type="button"
            class="icon-button framed close-drawer"
            aria-label={t(READ.closeBytes)}
            onClick={() => setDrawer(false)}
          >
            <Icon name="close" />
          </button>
          <Blocks reading={reading} />
        </div>
      ) : null}
      {reading ? <PhoneBar reading={reading} onBytes={() => setTab("blocks")} /> : null}
      <Leader within={root} />
    </div>
  );
}

/** The label beside the exhibit: name, form, size, hash. */
function ExhibitLabel({ file: { name, bytes, reading } }: { readonly file: OpenedFile }) {
  const facts = [
    reading?.container.toUpperCase(),
    reading?.pixels && `${reading.pixels.width} × ${reading.pixels.height}`,
    reading && reading.tool !== "none" ? (TOOL_NAMES[reading.tool] ?? reading.tool) : undefined,
    `${grouped(bytes.length)} ${lang.value === "zh" ? "字节" : "bytes"}`,
  ].filter((fact) => fact !== undefined && fact !== null);
  return (
    <header class="exhibit-label">
      <div>
        <h2 class="serif">{name}</h2>
        <p class="quiet">{facts.join(lang.value === "zh" ? "，" : " · ")}</p>
        {reading?.sha256 ? <Hash hex={reading.sha256} kind="sha256" /> : null}
      </div>
      <button
        type="button"
        class="icon-button framed"
        aria-label={t(READ.another)}
        title={t(READ.another)}
        onClick={pickImage}
      >
        <Icon name="upload" />
      </button>
    </header>
  );
}

function Data(props: {
  readonly file: OpenedFile;
  readonly reading: FileReading;
  readonly around: Around;
  readonly onBytes: () => void;
}) {
  const { file, reading, around, onBytes } = props;
  const { recipe } = reading;
  return (
    <>
      <div class="pane-head part-data">
        <h2>{recipe ? t(READ.generationData) : t(READ.noRecipe)}</h2>
        <span class="actions">
          <button type="button" class="button open-bytes" onClick={onBytes}>
            {t(READ.showBytes)}
          </button>
          {recipe ? <CopyButtons file={file} reading={reading} around={around} /> : null}
        </span>
      </div>
      <div class="part-data">
        <Conflicts reading={reading} />
        {recipe ? (
          <GenerationData reading={reading} recipe={recipe} />
        ) : (
          <p class="no-recipe">{t(reading.status === "partial" ? READ.partial : READ.none)}</p>
        )}
      </div>
      <div class="part-resources">
        {recipe ? <Resources reading={reading} recipe={recipe} found={found.value} /> : null}
        <Signatures reading={reading} />
        {recipe ? <Readiness reading={reading} /> : null}
      </div>
      <div class="part-proves">
        <Proves reading={reading} />
      </div>
    </>
  );
}

function CopyButtons(props: { readonly file: OpenedFile; readonly reading: FileReading; readonly around: Around }) {
  const { file, reading, around } = props;
  return (
    <>
      <button type="button" class="button primary" onClick={() => copy(reading, "a1111")}>
        <Icon name="copy" /> {t(READ.copy)}
      </button>
      {around.buttons?.(reading)}
      <Menu
        label={t(READ.sendTo)}
        items={[
          ...(around.sendTo?.(file) ?? []),
          { label: t(READ.asA1111), act: () => copy(reading, "a1111") },
          { label: t(READ.asComfyui), act: () => copy(reading, "comfyui") },
          { label: t(READ.asJson), act: () => copy(reading, "json") },
        ]}
      />
    </>
  );
}

/** Copies in a form; what that form cannot hold is said. */
async function copy(reading: FileReading, form: Form): Promise<void> {
  const { text, losses } = copiedAs(form, reading);
  try {
    await navigator.clipboard.writeText(text);
    const said = losses.map((loss) => loss.text[lang.value]).join(" ");
    say(losses.length === 0 ? t(READ.copied) : t(READ.copiedLossy, { losses: said }));
  } catch {
    say(t(READ.copyFailed));
  }
}

/** On a phone: the lit bytes as a sheet from below, and copy at the thumb. */
function PhoneBar({ reading, onBytes }: { readonly reading: FileReading; readonly onBytes: () => void }) {
  const range = litRange.value;
  const bytes = shownBytes.value;
  return (
    <div class="phone-bar">
      {lit.value !== undefined && range && bytes ? (
        <button type="button" class="byte-sheet" onClick={onBytes}>
          <b>{t(READ.showBytes)}</b> <span class="note">{`${grouped(range[0])} – ${grouped(range[1] - 1)}`}</span>
          <span class="mono">
            <mark>
              {[...bytes.bytes.subarray(range[0], Math.min(range[1], range[0] + 12))]
                .map((byte) => byte.toString(16).padStart(2, "0"))
                .join(" ")}
            </mark>
          </span>
        </button>
      ) : null}
      {reading.recipe ? (
        <button type="button" class="button primary" onClick={() => copy(reading, "a1111")}>
          <Icon name="copy" /> {t(READ.copyAll)}
        </button>
      ) : (
        <button type="button" class="button primary" onClick={pickImage}>
          <Icon name="upload" /> {t(READ.another)}
        </button>
      )}
    </div>
  );
}

function Unreadable({ code, message }: { readonly code: string; readonly message: string }) {
  return (
    <div class="unreadable" role="alert">
      <h2>{t(READ.unreadable)}</h2>
      <p>{message}</p>
      <p class="mono quiet">{code}</p>
      <button type="button" class="button" onClick={pickImage}>
        {t(READ.another)}
      </button>
    </div>
  );
}
