import type { ServerEvent } from "./sse";

/** Parameters of a request; those that are undefined are left out. */
export type Params = Readonly<
  Record<string, string | number | boolean | readonly string[] | undefined>
>;

export interface RequestOptions {
  readonly signal?: AbortSignal | undefined;
}

/**
 * The way to the server: HTTP in a browser, the kernel's messages in a notebook.
 *
 * Paths are relative to the API ("meta", "jobs/3"). Every method rejects with an
 * `ApiError` that carries the server's own message, or with the signal's `AbortError`.
 */
export interface Transport {
  get(path: string, params: Params, options?: RequestOptions): Promise<ArrayBuffer>;

  /** Sends `body` as JSON. */
  post(path: string, body: unknown, options?: RequestOptions): Promise<ArrayBuffer>;

  /** Calls `onEvent` for each event; resolves when the server ends the stream. */
  events(
    path: string,
    params: Params,
    onEvent: (event: ServerEvent) => void,
    options?: RequestOptions,
  ): Promise<void>;
}
