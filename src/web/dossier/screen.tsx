/** The Dossier screen. */

import { t } from "../language.ts";

const LEAD = {
  en: "seedproof case and seedproof dossier build make a case's dossier.",
  zh: "seedproof case 与 seedproof dossier build 制作案件卷宗。",
};

/** The screen. */
export function DossierScreen() {
  return <p class="note">{t(LEAD)}</p>;
}
