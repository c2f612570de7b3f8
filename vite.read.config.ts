import { pageOfOneFile } from "./vite.one-file.ts";

/** The Read screen alone: `src/web/read-page` into `dist/read.html`. Its thread starts from the page itself. */
export default pageOfOneFile("src/web/read-page", "read.html", "; worker-src blob:");
