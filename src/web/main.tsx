/** The page's entry: the shell, and what it listens to. */

import { render } from "preact";
import { listenForFiles } from "./read/open.ts";
import { readWith } from "./read/reading-client.ts";
import { lookOnShelf } from "./read/shelf.ts";
import { go } from "./route.ts";
import { connect } from "./server.ts";
import { Shell } from "./shell.tsx";
import "./styles/tokens.css";
import "./styles/base.css";

readWith(() => new Worker(new URL("./read/reading-worker.ts", import.meta.url), { type: "module" }));
render(<Shell />, document.getElementById("app")!);
listenForFiles(() => go("read"));
lookOnShelf();
connect();
