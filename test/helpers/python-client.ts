/** A Python of its own with a client of A1111's API, made once and kept beside the installed packages. Development only. */

import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { resolve } from "node:path";

const FOLDER = resolve(import.meta.dirname, "../../node_modules/.cache/seedproof-python");
const PACKAGE = "webuiapi==0.9.17";

/** Path of a python that can import webuiapi. @throws where Python or the package cannot be had */
export function pythonWithWebuiapi(): string {
  const python = resolve(FOLDER, "bin/python");
  if (!existsSync(resolve(FOLDER, "ready"))) {
    execFileSync("python3", ["-m", "venv", FOLDER], { stdio: "pipe" });
    execFileSync(python, ["-m", "pip", "install", "-q", "--disable-pip-version-check", PACKAGE], { stdio: "pipe" });
    execFileSync("touch", [resolve(FOLDER, "ready")]);
  }
  return python;
}
