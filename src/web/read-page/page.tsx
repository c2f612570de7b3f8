/** Read as one file: the screen with a top bar of its own, for a folder on disk, a stick, or a machine without a network. */

import { t } from "../language.ts";
import { AskField } from "../parts/ask-field.tsx";
import { Choices } from "../parts/choices.tsx";
import { Mark } from "../parts/icon.tsx";
import { hovering, openText } from "../read/open.ts";
import { ReadScreen } from "../read/screen.tsx";
import { opened } from "../read/state.ts";
import { toast } from "../toast.ts";
import { Beginnings } from "./examples.tsx";
import { PAGE } from "./texts.ts";
import "../styles/shell.css";
import "../styles/read-page.css";

/** The page. */
export function ReadPage() {
  return (
    <div class="read-page">
      <a class="skip" href="#stage">
        {t(PAGE.skip)}
      </a>
      <header class="topbar">
        <span class="page-mark">
          <Mark />
        </span>
        <span class="where">
          <h1>{t(PAGE.title)}</h1>
          {opened.value ? <span>/ {opened.value.name}</span> : null}
        </span>
        <AskField label={t(PAGE.askLabel)} hint={t(PAGE.ask)} open={openText} />
        <span class="page-promise note" title={t(PAGE.promiseText)}>
          {t(PAGE.promise)}
        </span>
        <Choices />
      </header>
      <main class="stage" id="stage" tabIndex={-1}>
        <ReadScreen beginnings={<Beginnings />} />
      </main>
      {hovering.value ? <div class="drop-veil">{t(PAGE.drop)}</div> : null}
      <div class="toast" role="status" aria-live="polite">
        {toast.value}
      </div>
    </div>
  );
}
