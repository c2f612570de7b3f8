/** The reader's two standing choices: language and theme. */

import type { Text } from "../../base/texts.ts";
import { lang, t } from "../language.ts";
import { theme, toggleTheme } from "../theme.ts";
import { Icon } from "./icon.tsx";

const LANGUAGE: Text = { en: "Language", zh: "语言" };
const TO_DARK: Text = { en: "Dark", zh: "深色" };
const TO_LIGHT: Text = { en: "Light", zh: "浅色" };

/** Both, side by side, for the end of a top bar. */
export function Choices() {
  const other = t(theme.value === "dark" ? TO_LIGHT : TO_DARK);
  return (
    <>
      <span class="joined languages" role="group" aria-label={t(LANGUAGE)}>
        <button type="button" lang="zh-CN" aria-pressed={lang.value === "zh"} onClick={() => choose("zh")}>
          中
        </button>
        <button type="button" lang="en" aria-pressed={lang.value === "en"} onClick={() => choose("en")}>
          EN
        </button>
      </span>
      <button type="button" class="icon-button" aria-label={other} title={other} onClick={toggleTheme}>
        <Icon name={theme.value === "dark" ? "sun" : "moon"} />
      </button>
    </>
  );
}

function choose(to: "en" | "zh"): void {
  lang.value = to;
}
