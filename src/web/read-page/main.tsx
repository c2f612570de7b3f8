/** The entry of Read as one file: built into a page that needs nothing beside it and asks nobody. */

import { render } from "preact";
import { listenForFiles } from "../read/open.ts";
import { readWith } from "../read/reading-client.ts";
import ReadingWorker from "../read/reading-worker.ts?worker&inline";
import { ReadPage } from "./page.tsx";
import "../styles/tokens.css";
import "../styles/base.css";

readWith(() => new ReadingWorker());
render(<ReadPage />, document.getElementById("app")!);
listenForFiles();
