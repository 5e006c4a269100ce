import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode, useState } from "react";

import type { Client } from "./api/client";
import { ClientContext } from "./api/context";
import { App } from "./app";

/** The workbench with all that it stands on, whichever way leads to the server. */
export function Page({ client }: { readonly client: Client }) {
  // A refusal stays one when asked again: the user reads it at once.
  const [queries] = useState(
    () => new QueryClient({ defaultOptions: { queries: { retry: false } } }),
  );
  return (
    <StrictMode>
      <QueryClientProvider client={queries}>
        <ClientContext.Provider value={client}>
          <App />
        </ClientContext.Provider>
      </QueryClientProvider>
    </StrictMode>
  );
}
