import { pageOfOneFile } from "./vite.one-file.ts";

/** The page that verifies bundles: `src/web/verify` into `dist/verify.html`, which goes into every bundle. */
export default pageOfOneFile("src/web/verify", "verify.html");
