/** The steps of the tour in their order. */

import { DRAWN_STEPS } from "../../server/tour/steps.ts";

/** All steps: those that draw stand between the introduction and what is made of them. */
export const STEPS = ["intro", ...DRAWN_STEPS, "record", "later", "end"] as const;

/** A step of the tour. */
export type Step = (typeof STEPS)[number];
