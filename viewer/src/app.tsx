import "./app.css";

import { FlatFieldPage } from "./pages/flat-field";
import { useAddress } from "./place/address";
import { JobsPage } from "./pages/jobs";
import { ViewPage } from "./pages/view";
import { Sidebar } from "./shell/sidebar";
import { useShell } from "./shell/state";
import { TopBar } from "./shell/top-bar";
import { panelId, type TabId, tabId } from "./shell/tabs";

/** The workbench: tabs above, files on the left, the chosen page beside them. */
export function App() {
  useAddress();
  const tab = useShell((shell) => shell.tab);
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
