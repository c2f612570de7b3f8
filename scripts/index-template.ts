/** Makes `dist/index-template.tar.gz`: an empty embedded database, so that the first look at the library does not wait for one to be set up. */

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { PGlite } from "@electric-sql/pglite";
import { TEMPLATE, templateStamp } from "../src/node/library/template.ts";

const stamp = new URL(`${TEMPLATE.href}.version`);
const isCurrent = existsSync(TEMPLATE) && existsSync(stamp) && readFileSync(stamp, "utf8") === templateStamp();
if (!isCurrent) {
  const lite = await PGlite.create();
  const file = await lite.dumpDataDir("gzip");
  await lite.close();
  mkdirSync(new URL(".", TEMPLATE), { recursive: true });
  writeFileSync(TEMPLATE, new Uint8Array(await file.arrayBuffer()));
  writeFileSync(stamp, templateStamp());
}
