import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render } from "@testing-library/react";
import type { ReactNode } from "react";

import { Client } from "../api/client";
import { ClientContext } from "../api/context";
import { ApiError } from "../api/errors";
import type { ServerEvent } from "../api/sse";
import type { Params, RequestOptions, Transport } from "../api/transport";

/** What a fake server answers, by the name of the question: a value, or a function. */
export type Answers = Readonly<Record<string, unknown>>;

class FakeTransport implements Transport {
  readonly #answers: Answers;

  constructor(answers: Answers) {
    this.#answers = answers;
  }

  get(path: string, params: Params = {}): Promise<ArrayBuffer> {
    const known = this.#answers[path];
    if (known === undefined) {
      return Promise.reject(new ApiError(`nobody answers ${path}`, 404));
    }
    const answer: unknown =
      typeof known === "function" ? (known as (p: Params) => unknown)(params) : known;
    if (answer instanceof ArrayBuffer) return Promise.resolve(answer);
    const bytes = new TextEncoder().encode(JSON.stringify(answer));
    return Promise.resolve(bytes.slice().buffer);
  }

  post(path: string, body: unknown): Promise<ArrayBuffer> {
    return this.get(path, body as Params);
  }

  /** Tells what is known under `path`, a list of what events say, and then no more. */
  events(
    path: string,
    _: Params,
    onEvent: (event: ServerEvent) => void,
    options: RequestOptions = {},
  ): Promise<void> {
    const known = this.#answers[path];
    for (const data of Array.isArray(known) ? (known as unknown[]) : []) {
      onEvent({ event: "message", data: JSON.stringify(data), id: "" });
    }
    return new Promise((resolve) => {
      options.signal?.addEventListener("abort", () => {
        resolve();
      });
    });
  }
}

/** Renders a component as the page does, with a server that knows some answers. */
export function rendered(component: ReactNode, answers: Answers = {}) {
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  return render(
    <QueryClientProvider client={queries}>
      <ClientContext.Provider value={new Client(new FakeTransport(answers))}>
        {component}
      </ClientContext.Provider>
    </QueryClientProvider>,
  );
}
