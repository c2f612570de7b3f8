/** What the build puts in: the version of the package. */

declare const SEEDPROOF_VERSION: string;
