import "../theme/theme.css";
import "./cell.css";

import { createRoot } from "react-dom/client";

import { Client } from "../api/client";
import { Page } from "../page";
import { NO_BAR } from "../place/bar";
import { usePlace } from "../place/place";
import { KernelTransport } from "./kernel";
import type { Model } from "./model";
import { followTheme } from "./theme";

/** Shows the workbench in a cell; returns what takes it away again. */
export function mount(place: HTMLElement, model: Model): () => void {
  usePlace.setState({ bar: NO_BAR });
  const transport = new KernelTransport(model);
  const leaveTheme = followTheme(place);
  const root = createRoot(place);
  root.render(<Page client={new Client(transport)} />);
  return () => {
    root.unmount();
    leaveTheme();
    transport.close();
  };
}
