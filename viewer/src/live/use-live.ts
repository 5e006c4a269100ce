import { useEffect, useState } from "react";

import { useClient } from "../api/context";
import { useTree } from "../tree/store";
import { after, follow, type Followed, NOTHING, useLiveSwitch } from "./live";

/**
 * Follows an object of a file that may be being written, while the page's switch is on.
 *
 * `age` is another number whenever there is more: put it in the keys of queries, and
 * keep what is shown until the new answer is there. The newest frame that can be read
 * is `growth.newest - 1`.
 */
export function useLive(file: string, path: string): Followed {
  const client = useClient();
  const isOn = useLiveSwitch((live) => live.isOn);
  const key = `${file}::${path}`;
  const [known, setKnown] = useState<{ key: string; followed: Followed }>({
    key,
    followed: NOTHING,
  });
  useEffect(() => {
    if (!isOn || file === "") return;
    const end = new AbortController();
    void follow(
      client,
      { file, path },
      (told) => {
        setKnown((last) => ({
          key,
          followed: after(last.key === key ? last.followed : NOTHING, told),
        }));
      },
      end.signal,
    );
    return () => {
      end.abort();
    };
  }, [client, file, path, key, isOn]);
  return known.key === key ? known.followed : NOTHING;
}

/** Reads the tree again when the root of a followed file has more. */
export function useLiveTree(file: string): void {
  const client = useClient();
  const { age } = useLive(file, "/");
  useEffect(() => {
    if (age > 0) void useTree.getState().refresh(client);
  }, [age, client]);
}
