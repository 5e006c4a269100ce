import "./app.css";

import { useQuery } from "@tanstack/react-query";

import type { Session } from "./api/answers";
import { useClient } from "./api/context";
import { ApiError } from "./api/errors";

import { FlatFieldPage } from "./pages/flat-field";
import { useAddress } from "./place/address";
import { JobsPage } from "./pages/jobs";
import { ViewPage } from "./pages/view";
import { KeyForm } from "./shell/key-form";
import { Sidebar } from "./shell/sidebar";
import { useShell } from "./shell/state";
import { TopBar } from "./shell/top-bar";
import { panelId, type TabId, tabId } from "./shell/tabs";

const UNAUTHORIZED = 401;

/** The workbench: tabs above, files on the left, the chosen page beside them. */
export function App() {
  useAddress();
  const tab = useShell((shell) => shell.tab);
  const client = useClient();
  const { error } = useQuery({
    queryKey: ["session"],
    queryFn: () => client.get<Session>("session"),
  });
  if (error instanceof ApiError && error.status === UNAUTHORIZED) return <KeyForm />;
  return (
    <div className="workbench">
      <TopBar />
      <Sidebar />
      <main
        className="main-pane"
        role="tabpanel"
        id={panelId(tab)}
        aria-labelledby={tabId(tab)}
      >
        {page(tab)}
      </main>
    </div>
  );
}

function page(tab: TabId) {
  switch (tab) {
    case "view":
      return <ViewPage />;
    case "flat-field":
      return <FlatFieldPage />;
    case "jobs":
      return <JobsPage />;
  }
}
