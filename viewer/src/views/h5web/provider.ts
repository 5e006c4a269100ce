import type { Fetcher, GetExportURL } from "@h5web/app";

import type { Client } from "../../api/client";
import { ApiError } from "../../api/errors";
import type { Params } from "../../api/transport";

/** Where H5Web thinks that the server is; it must be absolute, and is never asked. */
export const NOWHERE_URL = "http://beamio.invalid";

const QUESTIONS = ["meta", "data", "attr"];

/**
 * What H5Web asks with: our questions over our transport, whatever that is.
 *
 * H5Web reads every group on the way to what it shows, with all that is in it, and looks
 * for the default plot of each child. Only the next step of the way is told instead.
 */
export function fetcherFor(client: Client, shown: string): Fetcher {
  return async (url, params, { abortSignal } = {}) => {
    const question = url.slice(url.lastIndexOf("/") + 1);
    if (!QUESTIONS.includes(question)) {
      throw new ApiError(`H5Web asks for ${question}, which is not known here`, 0);
    }
    const only =
      question === "meta" ? stepTowards(params["path"] ?? "/", shown) : undefined;
    const query: Params = { ...params, only };
    return client.bytes(question, query, { signal: abortSignal });
  };
}

/** The child of `group` on the way to `shown`; undefined if it does not lie there. */
export function stepTowards(group: string, shown: string): string | undefined {
  const prefix = group === "/" ? "/" : `${group}/`;
  if (shown === group || !shown.startsWith(prefix)) return undefined;
  return shown.slice(prefix.length).split("/")[0];
}

/** How H5Web saves values: over the transport, since there may be no address. */
export function exporterFor(client: Client, file: string): GetExportURL {
  return (format, dataset, selection, builtIn) => {
    if (builtIn) return async () => Promise.resolve(new Blob([builtIn()]));
    if (format !== "npy" && format !== "tiff") return undefined;
    return async () => {
      const query = { file, path: dataset.path, format, selection };
      return new Blob([await client.bytes("data", query)]);
    };
  };
}
