import { pageOfOneFile } from "./vite.one-file.ts";

/** The page that shows one comparison: `src/web/compare/page` into `dist/compare.html`, which `seedproof compare --html` fills. */
export default pageOfOneFile("src/web/compare/page", "compare.html");
