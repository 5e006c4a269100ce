import { useQuery } from "@tanstack/react-query";

import { ActionsMenu } from "../actions/actions-menu";
import type { Described } from "../api/answers";
import { useClient } from "../api/context";
import { messageOf } from "../api/errors";
import { useLiveTree } from "../live/use-live";
import { AddressBar } from "../place/address-bar";
import { usePlace } from "../place/place";
import { Notice } from "../shell/notice";
import { seenBy, viewsOf } from "../views/views";

/** What the chosen object holds, in the view that suits it or that was chosen. */
export function ViewPage() {
  const client = useClient();
  const { file, path, view, turn } = usePlace();
  useLiveTree(file);
  const { data, error } = useQuery({
    queryKey: ["describe", file, path],
    queryFn: ({ signal }) =>
      client.get<Described>("describe", { file, path }, { signal }),
    enabled: file !== "",
  });
  if (file === "") return <Notice>Choose a file on the left.</Notice>;
  if (error) return <Notice kind="error">{messageOf(error)}</Notice>;
  if (!data) return <Notice>Reading …</Notice>;
  const { suited, best } = viewsOf(data);
  const shown = suited.find(({ id }) => id === view) ?? best;
  return (
    <div className="views">
      <AddressBar located={data.located} />
      <nav className="view-tabs" aria-label="Views">
        {suited.map(({ id, label }) => (
          <button
            key={id}
            type="button"
            aria-pressed={id === shown?.id}
            onClick={() => {
              turn({ view: id });
            }}
          >
            {label}
          </button>
        ))}
        <ActionsMenu />
      </nav>
      {shown && (
        <shown.Component
          key={`${file}::${path}`}
          file={file}
          item={seenBy(shown, data)}
        />
      )}
    </div>
  );
}
