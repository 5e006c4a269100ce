interface ApiErrorOptions extends ErrorOptions {
  readonly kind?: string | undefined;
}

/** What the server, or the way to it, answered instead of data. */
export class ApiError extends Error {
  /** The HTTP status, or 0 where the server could not be reached. */
  readonly status: number;
  /** The class of the error on the server, such as "UnknownFormatError". */
  readonly kind: string;

  constructor(message: string, status: number, options: ApiErrorOptions = {}) {
    super(message, options);
    this.name = "ApiError";
    this.status = status;
    this.kind = options.kind ?? "";
  }
}

/** Whether `error` says only that nobody waits for the answer any more. */
export function isAbort(error: unknown): boolean {
  // By name: a DOMException is an Error in some realms only.
  return typeof error === "object" && error !== null && "name" in error
    ? error.name === "AbortError"
    : false;
}

/** The text that a user reads of any thrown value. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
