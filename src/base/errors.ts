/** The one error type of the library. */

/** Where in the evidence something stands: bytes of a file, an entry of a ledger, a place in a text, a JSON pointer, a file. */
export interface Where {
  readonly byte?: number;
  readonly entry?: number;
  readonly char?: number;
  readonly pointer?: string;
  readonly node?: string;
  readonly file?: string;
  readonly block?: number;
}

/**
 * Input that cannot be read at all, or a call that cannot be carried out. Facts about evidence are
 * returned as findings instead. `code` is `<capability>.<what>`, is public, and keeps its meaning once released.
 */
export class SeedproofError extends Error {
  override readonly name = "SeedproofError";
  readonly code: string;
  readonly where: Where | undefined;

  constructor(code: `${string}.${string}`, message: string, options: { where?: Where; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.where = options.where;
  }
}
