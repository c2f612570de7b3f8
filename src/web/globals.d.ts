/** What the build puts in: the version of the package. */

declare const SEEDPROOF_VERSION: string;

/** A bundled sample, as the address at which the page finds it. */
declare module "@samples/*" {
  const url: string;
  export default url;
}
