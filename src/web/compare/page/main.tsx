/** The entry of the page that shows one comparison. It is built into one file; `compare/pair/page.ts` puts a comparison into it. */

import { render } from "preact";
import { PAGE_DATA, type PageData } from "../../../compare/pair/page.ts";
import "../../styles/tokens.css";
import "../../styles/base.css";
import { lang } from "../../language.ts";
import { Page } from "./page.tsx";
import "./page.css";

const data = JSON.parse(document.getElementById(PAGE_DATA)?.textContent ?? "null") as PageData | null;
if (data) {
  lang.value = data.lang;
  render(<Page data={data} />, document.getElementById("app")!);
}
