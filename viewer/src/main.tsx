import { createRoot } from "react-dom/client";

import { Client } from "./api/client";
import { apiBeside, HttpTransport } from "./api/http";
import { Page } from "./page";
import "./theme/theme.css";

const client = new Client(new HttpTransport({ base: apiBeside(document.baseURI) }));

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");
createRoot(root).render(<Page client={client} />);
