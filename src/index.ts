/** The root door: what every capability shares. Each capability has a door of its own, `seedproof/<capability>`. */

export { SeedproofError, type Where } from "./base/errors.ts";
export type { Finding, Level } from "./base/findings.ts";
export { GRADES, type Grade } from "./base/grades.ts";
export type { Lang, Text } from "./base/texts.ts";
