import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { Client } from "./api/client";
import { ClientContext } from "./api/context";
import { apiBeside, HttpTransport } from "./api/http";
import { App } from "./app";
import "./theme/theme.css";

const client = new Client(new HttpTransport({ base: apiBeside(document.baseURI) }));
// A refusal stays one when asked again: the user reads it at once.
const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <ClientContext.Provider value={client}>
        <App />
      </ClientContext.Provider>
    </QueryClientProvider>
  </StrictMode>,
);
