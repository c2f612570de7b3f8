/** The page's entry: the shell, and what it listens to. */

import { render } from "preact";
import { listenForFiles } from "./read/open.ts";
import { connect } from "./server.ts";
import { Shell } from "./shell.tsx";
import "./styles/tokens.css";
import "./styles/base.css";

render(<Shell />, document.getElementById("app")!);
listenForFiles();
connect();
