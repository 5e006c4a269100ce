import "@h5web/app/styles.css";
import "./h5web.css";

import { App, enableBigIntSerialization, H5GroveProvider } from "@h5web/app";
import { useMemo } from "react";

import { useClient } from "../../api/context";
import type { ViewProps } from "../views";
import { exporterFor, fetcherFor, NOWHERE_URL } from "./provider";

enableBigIntSerialization();

/** H5Web around one object. */
export default function H5WebApp({ file, item }: ViewProps) {
  const client = useClient();
  const { path } = item;
  const fetcher = useMemo(() => fetcherFor(client, path), [client, path]);
  const exporter = useMemo(() => exporterFor(client, file), [client, file]);
  return (
    <div className="h5web">
      <H5GroveProvider
        url={NOWHERE_URL}
        filepath={file}
        fetcher={fetcher}
        getExportURL={exporter}
      >
        <App key={`${file}::${path}`} initialPath={path} sidebarOpen={false} />
      </H5GroveProvider>
    </div>
  );
}
