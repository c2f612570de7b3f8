/** The page's entry. It is built into one file that needs nothing beside it. */

import { render } from "preact";
import "../styles/tokens.css";
import "../styles/base.css";
import { Page } from "./page.tsx";
import "./verify.css";

render(<Page />, document.getElementById("app")!);
