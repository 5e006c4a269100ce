import { ApiError, isAbort } from "./errors";
import { type ServerEvent, SseParser } from "./sse";
import type { Params, RequestOptions, Transport } from "./transport";

export interface HttpOptions {
  /** Where the API is, absolute, with a slash at its end. */
  readonly base: string;
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** The API beside the page, whatever path prefix the page came under. */
export function apiBeside(page: string): string {
  return new URL("./api/", page).href.replace(/[?#].*$/, "");
}

/** A transport over `fetch`. */
export class HttpTransport implements Transport {
  readonly #base: string;
  readonly #headers: Readonly<Record<string, string>>;

  constructor({ base, headers = {} }: HttpOptions) {
    this.#base = base;
    this.#headers = headers;
  }

  /** The absolute address of `path`, as links and H5Web need it. */
  url(path: string, params: Params = {}): string {
    const url = new URL(path, this.#base);
    for (const [name, value] of Object.entries(params)) {
      if (value === undefined) continue;
      const values = typeof value === "object" ? value : [String(value)];
      for (const each of values) url.searchParams.append(name, each);
    }
    return url.href;
  }

  async get(path: string, params: Params, options: RequestOptions = {}) {
    const response = await this.#fetch(this.url(path, params), options, {});
    return whole(response);
  }

  async post(path: string, body: unknown, options: RequestOptions = {}) {
    const response = await this.#fetch(this.url(path), options, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    return whole(response);
  }

  async events(
    path: string,
    params: Params,
    onEvent: (event: ServerEvent) => void,
    options: RequestOptions = {},
  ) {
    const response = await this.#fetch(this.url(path, params), options, {
      headers: { Accept: "text/event-stream" },
    });
    await streamed(response, onEvent);
  }

  async #fetch(url: string, { signal }: RequestOptions, init: RequestInit) {
    const headers = { ...this.#headers, ...(init.headers as Record<string, string>) };
    const response = await reached(
      fetch(url, { ...init, headers, signal: signal ?? null }),
    );
    if (!response.ok) throw await refusal(response);
    return response;
  }
}

async function whole(response: Response): Promise<ArrayBuffer> {
  return reached(response.arrayBuffer());
}

async function streamed(response: Response, onEvent: (event: ServerEvent) => void) {
  if (!response.body) return;
  const reader = response.body.getReader();
  const parser = new SseParser();
  // The parser drops the byte order mark, and only the first.
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  try {
    for (;;) {
      const { done, value } = await reached(reader.read());
      if (done) return;
      for (const event of parser.push(decoder.decode(value, { stream: true }))) {
        onEvent(event);
      }
    }
  } finally {
    // Where `onEvent` throws, the server learns that nobody listens.
    await reader.cancel().catch(() => undefined);
  }
}

/** Says what browsers call "Failed to fetch" in words that help. */
async function reached<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (isAbort(error)) throw error;
    const message = "The server does not answer; is `beamio view` still running?";
    throw new ApiError(message, 0, { cause: error });
  }
}

async function refusal(response: Response): Promise<ApiError> {
  const text = await response.text().catch(() => "");
  const fallback = `${response.status} ${response.statusText}`.trim();
  const { message, error } = told(text);
  return new ApiError(message ?? fallback, response.status, { kind: error });
}

function told(text: string): { message?: string; error?: string } {
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body !== "object" || body === null) return {};
    const { message, error } = body as Record<string, unknown>;
    return {
      ...(typeof message === "string" && { message }),
      ...(typeof error === "string" && { error }),
    };
  } catch {
    return {}; // no JSON: a proxy's page
  }
}
