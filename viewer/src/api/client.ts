import { ApiError } from "./errors";
import type { ServerEvent } from "./sse";
import type { Params, RequestOptions, Transport } from "./transport";

/**
 * The server's API as values, over any transport.
 *
 * The server comes from the same package as this code, so answers are not checked
 * again here: a caller names the type that the route is known to give.
 */
export class Client {
  readonly transport: Transport;

  constructor(transport: Transport) {
    this.transport = transport;
  }

  /** What `path` answers as JSON. */
  async get<T>(
    path: string,
    params: Params = {},
    options?: RequestOptions,
  ): Promise<T> {
    return json(await this.transport.get(path, params, options)) as T;
  }

  /** Sends `body`, and gives what `path` answers as JSON. */
  async post<T>(path: string, body: unknown, options?: RequestOptions): Promise<T> {
    return json(await this.transport.post(path, body, options)) as T;
  }

  /** What `path` answers as bytes: values of a dataset, a picture. */
  async bytes(path: string, params: Params = {}, options?: RequestOptions) {
    return this.transport.get(path, params, options);
  }

  /** Calls `onEvent` for each event of `path`, until the server ends the stream. */
  async events(
    path: string,
    params: Params,
    onEvent: (event: ServerEvent) => void,
    options?: RequestOptions,
  ): Promise<void> {
    await this.transport.events(path, params, onEvent, options);
  }
}

function json(bytes: ArrayBuffer): unknown {
  if (bytes.byteLength === 0) return undefined;
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw new ApiError("The server's answer is no JSON", 0, { cause: error });
  }
}
