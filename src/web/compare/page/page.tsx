/** The page that shows one comparison: what a judge opens from disk or from a mail. */

import { figureOf } from "../../../compare/pair/figure.ts";
import type { PageData, PagePictures } from "../../../compare/pair/page.ts";
import { PAGE_TEXTS } from "../../../compare/pair/page-texts.ts";
import { lang, t } from "../../language.ts";
import { Mark } from "../../parts/icon.tsx";
import { theme, toggleTheme } from "../../theme.ts";
import { shownBoxes } from "../boxes.ts";
import { PictureLabel } from "../label.tsx";
import { Stage } from "../stage.tsx";
import { Tables } from "../tables.tsx";
import { Verdict } from "../verdict.tsx";
import "../../styles/compare.css";

/** The page. */
export function Page({ data: { view, made }, pictures }: { readonly data: PageData; readonly pictures: PagePictures }) {
  return (
    <div class="cmp-page">
      <header>
        <span class="mark">
          <Mark />
        </span>
        <h1>{t(PAGE_TEXTS.title)}</h1>
        <span class="what">{`${view.a.file} – ${view.b.file}`}</span>
        <span class="joined" role="group" aria-label="Language / 语言">
          {(["zh", "en"] as const).map((one) => (
            <button
              key={one}
              type="button"
              lang={one === "zh" ? "zh-CN" : "en"}
              aria-pressed={lang.value === one}
              onClick={() => {
                lang.value = one;
              }}
            >
              {one === "zh" ? "中" : "EN"}
            </button>
          ))}
        </span>
        <button type="button" class="button" onClick={toggleTheme}>
          {t(theme.value === "dark" ? PAGE_TEXTS.light : PAGE_TEXTS.dark)}
        </button>
      </header>
      <main class="compare">
        <div class="cmp-main">
          <Stage view={view} pictures={pictures} boxes={shownBoxes(view)} />
          {/* Paper has no zoom: the figure of the dossier stands there. All text in it is escaped. */}
          <div
            class="cmp-paper"
            aria-hidden="true"
            dangerouslySetInnerHTML={{
              __html: figureOf(
                { ...view, points: view.matched.drawn },
                { href: pictures.a },
                { href: pictures.b },
                `${view.a.file}, ${view.b.file}`,
              ),
            }}
          />
          <div class="cmp-labels">
            <PictureLabel side="A" facts={view.a} shown={pictures.shownA} />
            <PictureLabel side="B" facts={view.b} shown={pictures.shownB} />
          </div>
          <Tables view={view} />
        </div>
        <div class="cmp-side">
          <Verdict view={view} pictures={pictures} />
          <p class="note">{t(PAGE_TEXTS.notLegal)}</p>
          <p class="note">{made}</p>
        </div>
      </main>
    </div>
  );
}
