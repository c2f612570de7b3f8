/** The Compare screen. */

import { t } from "../language.ts";

const LEAD = {
  en: "seedproof compare A B --html page.html compares two images.",
  zh: "seedproof compare A B --html page.html 比对两幅图像。",
};

/** The screen. */
export function CompareScreen() {
  return <p class="note">{t(LEAD)}</p>;
}
