import { createContext, useContext } from "react";

import type { Client } from "./client";

export const ClientContext = createContext<Client | undefined>(undefined);

/** The client of the page that the component is in. */
export function useClient(): Client {
  const client = useContext(ClientContext);
  if (!client) throw new Error("no ClientContext above this component");
  return client;
}
