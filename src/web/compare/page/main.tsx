/** The entry of the page that shows one comparison. It is built into one file; `compare/pair/page.ts` puts a comparison into it. */

import { render } from "preact";
import { carriedPictures, PAGE_DATA, type PageData } from "../../../compare/pair/page.ts";
import "../../styles/tokens.css";
import "../../styles/base.css";
import { lang } from "../../language.ts";
import { Page } from "./page.tsx";
import "./page.css";

const data = JSON.parse(document.getElementById(PAGE_DATA)?.textContent ?? "null") as PageData | null;
if (data) {
  lang.value = data.lang;
  // Where scripts run, what is for others is text.
  const plain = document.querySelector("noscript")?.textContent ?? "";
  render(
    <Page data={data} pictures={{ ...data.pictures, ...carriedPictures(plain) }} />,
    document.getElementById("app")!,
  );
}
