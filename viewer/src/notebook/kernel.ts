import { ApiError } from "../api/errors";
import type { ServerEvent } from "../api/sse";
import type { Params, RequestOptions, Transport } from "../api/transport";
import { bytesOf, type FromKernel, type Hear, type Model, newId } from "./model";

interface Waiting {
  readonly onEvent?: (event: ServerEvent) => void;
  readonly resolve: (answer: ArrayBuffer) => void;
  readonly reject: (error: Error) => void;
}

/**
 * A transport over the messages of a notebook.
 *
 * Custom messages and not anywidget's `invoke`, whose handlers answer one at a time while
 * the kernel waits.
 */
export class KernelTransport implements Transport {
  readonly #model: Model;
  readonly #waiting = new Map<string, Waiting>();

  constructor(model: Model) {
    this.#model = model;
    model.on("msg:custom", this.#hear);
  }

  get(path: string, params: Params, options?: RequestOptions) {
    return this.#ask(path, asText(params), options);
  }

  post(path: string, body: unknown, options?: RequestOptions) {
    return this.#ask(path, body, options);
  }

  async events(
    path: string,
    params: Params,
    onEvent: (event: ServerEvent) => void,
    options?: RequestOptions,
  ) {
    await this.#ask(path, asText(params), options, onEvent);
  }

  /** Gives up all that is waited for. */
  close(): void {
    this.#model.off("msg:custom", this.#hear);
    for (const [id, { reject }] of this.#waiting) {
      this.#model.send({ kind: "cancel", id });
      reject(aborted());
    }
    this.#waiting.clear();
  }

  #ask(
    name: string,
    query: unknown,
    { signal }: RequestOptions = {},
    onEvent?: (event: ServerEvent) => void,
  ): Promise<ArrayBuffer> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(aborted(signal));
        return;
      }
      const id = newId();
      const end = () => {
        signal?.removeEventListener("abort", abort);
        this.#waiting.delete(id);
      };
      const abort = () => {
        end();
        this.#model.send({ kind: "cancel", id });
        reject(aborted(signal));
      };
      signal?.addEventListener("abort", abort);
      this.#waiting.set(id, {
        ...(onEvent && { onEvent }),
        resolve: (answer) => {
          end();
          resolve(answer);
        },
        reject: (error) => {
          end();
          reject(error);
        },
      });
      this.#model.send({ kind: "ask", id, name, query });
    });
  }

  readonly #hear: Hear = (message, buffers) => {
    const said = message as FromKernel;
    const waiting = this.#waiting.get(said.id);
    if (!waiting) return; // of another page of this widget, or given up
    switch (said.kind) {
      case "answer":
        waiting.resolve(bytesOf(buffers?.[0]));
        break;
      case "error":
        waiting.reject(new ApiError(said.message, said.status));
        break;
      case "event":
        this.#take(said, waiting);
        break;
    }
  };

  #take({ id, event, data }: FromKernel & { kind: "event" }, waiting: Waiting) {
    const isLast = event === "end" || event === "failed";
    try {
      waiting.onEvent?.({ event, data, id: "" });
    } catch (error) {
      this.#model.send({ kind: "cancel", id });
      waiting.reject(error instanceof Error ? error : new Error(String(error)));
      return;
    }
    if (isLast) waiting.resolve(new ArrayBuffer(0));
    else this.#model.send({ kind: "seen", id });
  }
}

/** Parameters as an address has them, so that both ways are checked alike. */
function asText(params: Params): Record<string, string> {
  const known = Object.entries(params).filter(([, value]) => value !== undefined);
  return Object.fromEntries(known.map(([name, value]) => [name, String(value)]));
}

function aborted(signal?: AbortSignal): Error {
  const reason: unknown = signal?.reason;
  return reason instanceof Error
    ? reason
    : new DOMException("Nobody waits for the answer", "AbortError");
}
