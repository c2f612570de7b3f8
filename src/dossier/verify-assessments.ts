/** The assessments of a bundle against its facts and rules. */

import type { Finding } from "../base/findings.ts";
import { found } from "./findings.ts";
import type { BundleSource } from "./verify.ts";

/** Says of each assessment that it was not made again. */
export async function verifyAssessments({ paths }: Pick<BundleSource, "paths">): Promise<Finding[]> {
  return paths.flatMap((file) => {
    const rule = /^data\/assessments\/(.+)\.json$/.exec(file)?.[1];
    return rule === undefined ? [] : [found("dossier.assessment-unchecked", { rule }, { file })];
  });
}
