/** Building a dossier: sections 0 to 15 and the annex, from the facts and assessments of a case. The same input gives the same document. */

import { bilingual } from "../../doctrine/case.ts";
import { annexSection, certificationsSection, checkSection, limitsSection, textsSection } from "./back.ts";
import { elementsSection } from "./elements.ts";
import { findingsSection } from "./findings.ts";
import { coverRows, noticesSection, questionsSection, summarySection } from "./front.ts";
import type { DossierInput } from "./input.ts";
import { custodySection, environmentSection, materialsSection } from "./materials.ts";
import { methodsSection } from "./methods.ts";
import type { Dossier } from "./model.ts";
import { recordSection } from "./record.ts";
import { resultsSection } from "./results.ts";
import { timesSection } from "./times.ts";

const SECTIONS = [
  ...[noticesSection, summarySection, questionsSection, materialsSection, custodySection, environmentSection],
  ...[methodsSection, resultsSection, recordSection, timesSection, findingsSection, elementsSection],
  ...[limitsSection, textsSection, certificationsSection, checkSection, annexSection],
];

/** The dossier of a case. */
export function buildDossier(input: DossierInput): Dossier {
  const { ref, title, date } = input.theCase;
  return {
    ...{ ref, title: bilingual(title), date, tool: input.tool, cover: coverRows(input) },
    sections: SECTIONS.map((make) => make(input)),
  };
}
