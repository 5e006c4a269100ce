import "@h5web/lib/styles.css";
import "./image.css";

import { useEffect, useState } from "react";

import { messageOf } from "../api/errors";
import { LiveToggle } from "../live/live-toggle";
import { useLiveSwitch } from "../live/live";
import { useLive } from "../live/use-live";
import { usePlace } from "../place/place";
import { Notice } from "../shell/notice";
import type { ViewProps } from "../views/views";
import type { ImageFacts } from "./facts";
import { type Frame, frameOf, leadingAxes, moved, sliceOf } from "./frame";
import { Workbench } from "./workbench";
import { useFacts, useTiles } from "./use-frame";

const SETTLED = 300;

/** The frames of a dataset as images. */
export function ImageView({ file, item }: ViewProps) {
  const { path } = item;
  const [frame, setFrame] = useFramePlace(item.shape ?? []);
  const store = useTiles(file, path);
  const live = useLive(file, path);
  const isLive = useLiveSwitch((state) => state.isOn);
  // Who turns to another frame stays there, until the newest is wanted again.
  const [isPinned, setPinned] = useState(false);
  const { data: facts, error } = useFacts(file, path, frame, live.age);
  if (error) return <Notice kind="error">{messageOf(error)}</Notice>;
  if (!facts) return <Notice>Reading …</Notice>;
  const chosen = shownBy(facts, frame);
  const isStack = leadingAxes(chosen).includes(0);
  const newest = isLive && isStack && !isPinned ? live.growth?.newest : undefined;
  return (
    <>
      <div className="image-live" role="group" aria-label="Following">
        <LiveToggle followed={live} />
        {isLive && isStack && (
          <label title="Turn to each frame as it is written">
            <input
              type="checkbox"
              checked={!isPinned}
              onChange={() => {
                setPinned(!isPinned);
              }}
            />
            Newest frame
          </label>
        )}
      </div>
      <Workbench
        file={file}
        path={path}
        facts={facts}
        frame={newest ? moved(chosen, 0, newest - 1, facts.shape[0] ?? 1) : chosen}
        store={store}
        onFrame={(next) => {
          setPinned(true);
          setFrame(next);
        }}
      />
    </>
  );
}

/** The frame that was chosen, as far as facts are of its axes; else the first one. */
function shownBy(facts: ImageFacts, frame: Frame | undefined): Frame {
  if (frame?.axes.join() === facts.axes.join()) return frame;
  return { at: facts.at, axes: facts.axes };
}

/** The frame that the address names, and what changes it; none where it names none. */
function useFramePlace(
  shape: readonly number[],
): [Frame | undefined, (frame: Frame) => void] {
  const { slice, turn } = usePlace();
  const [own, setOwn] = useState<{ slice: string; frame: Frame }>();
  const frame =
    own?.slice === slice ? own.frame : slice ? frameOf(slice, shape) : undefined;
  // While a stack is played, the address waits: browsers take few changes of it.
  const [next, setNext] = useState<Frame>();
  useEffect(() => {
    if (!next) return undefined;
    const timer = setTimeout(() => {
      const written = sliceOf(next);
      setOwn({ slice: written, frame: next });
      setNext(undefined);
      turn({ slice: written });
    }, SETTLED);
    return () => {
      clearTimeout(timer);
    };
  }, [next, turn]);
  return [next ?? frame, setNext];
}
