import { type KeyboardEvent, useCallback, useState } from "react";

import { messageOf } from "../api/errors";
import { Notice } from "../shell/notice";
import type { Camera } from "./camera";
import { ImageCanvas } from "./canvas";
import { ContrastPanel } from "./contrast-panel";
import { CursorLine } from "./cursor";
import { LinePlot, RegionPlot } from "./curve-panel";
import type { ImageFacts } from "./facts";
import { type Frame, leadingAxes, moved } from "./frame";
import { FrameBar } from "./frame-bar";
import { actionOf } from "./keyboard";
import { LinePanel } from "./line-panel";
import { type RegionCurve, RegionPanel } from "./region-panel";
import { SaveMenu } from "./save-menu";
import { useSettings } from "./settings";
import type { Box, LineEnds } from "./shapes";
import { StackPanel } from "./stack-panel";
import type { TileStore } from "./tile-store";
import { Tools } from "./tools";
import { useContrast } from "./use-contrast";
import { firstTile, useFrame } from "./use-frame";
import { usePlayback } from "./use-playback";

interface WorkbenchProps {
  readonly file: string;
  readonly path: string;
  readonly facts: ImageFacts;
  readonly frame: Frame;
  readonly store: TileStore;
  readonly onFrame: (frame: Frame) => void;
}

/** A frame with everything that is done to it. */
export function Workbench(props: WorkbenchProps) {
  const { file, path, facts, frame, store, onFrame } = props;
  const [camera, setCamera] = useState<Camera>();
  const [region, setRegion] = useState<Box>();
  const [line, setLine] = useState<LineEnds>();
  const [curve, setCurve] = useState<RegionCurve>("none");
  const [isPlaying, setIsPlaying] = useState(false);
  const perFrame = useSettings((settings) => settings.perFrame);
  // The first frame comes with what its limits are made of, and later ones if wanted.
  const [hasLimits, setHasLimits] = useState(false);
  const { shown, problem } = useFrame(store, facts, frame, {
    contrast: perFrame || !hasLimits,
    isPlaying,
  });
  if (shown && !hasLimits) setHasLimits(true);
  const { contrast, limits, setRule } = useContrast(shown, isPlaying, { file, path });
  const playback = useSettings((settings) => settings.playback);

  const axis = leadingAxes(frame)[0];
  const length = axis === undefined ? 1 : (facts.shape[axis] ?? 1);
  const at = useCallback(
    (index: number) => (axis === undefined ? frame : moved(frame, axis, index, length)),
    [frame, axis, length],
  );
  usePlayback(isPlaying && axis !== undefined, {
    playback,
    index: axis === undefined ? 0 : (frame.at[axis] ?? 0),
    length,
    isThere: (index) => store.peek(firstTile(facts, at(index), perFrame)) !== undefined,
    pending: () => store.pending,
    prefetch: (index) => {
      store.prefetch(firstTile(facts, at(index), perFrame));
    },
    onFrame: (index) => {
      if (axis !== undefined && index !== frame.at[axis]) onFrame(at(index));
    },
    onEnd: () => {
      setIsPlaying(false);
    },
  });

  function onKeyDown(event: KeyboardEvent<HTMLDivElement>) {
    const focused = (event.target as HTMLElement).tagName;
    const action = actionOf(event.key, focused);
    if (!action || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const index = axis === undefined ? 0 : (frame.at[axis] ?? 0);
    if (action.kind === "step") onFrame(at(index + action.by));
    else if (action.kind === "end") onFrame(at(action.side * (length - 1)));
    else if (action.kind === "zoom") camera?.zoom(action.factor);
    else if (action.kind === "fit") camera?.fit();
    else setIsPlaying(!isPlaying && length > 1);
  }

  // What is worked out of a frame waits while frames are played.
  const [settled, setSettled] = useState(frame);
  const current = shown?.frame ?? frame;
  if (!isPlaying && settled !== current) setSettled(current);
  const ofFrame = { file, path, facts, frame: settled };
  return (
    <div
      className="image-view"
      role="application"
      aria-label="Image"
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      <div className="image-top">
        <Tools camera={camera} />
        <SaveMenu
          file={file}
          path={path}
          frame={ofFrame.frame}
          limits={limits}
          region={region}
          camera={camera}
        />
      </div>
      <div className="image-main">
        {shown ? (
          <ImageCanvas
            store={store}
            facts={facts}
            shown={shown}
            isPlaying={isPlaying}
            limits={limits}
            region={region}
            line={line}
            onRegion={setRegion}
            onLine={setLine}
            onCamera={setCamera}
          />
        ) : (
          <Notice kind={problem ? "error" : "empty"}>
            {problem ? messageOf(problem) : "Reading …"}
          </Notice>
        )}
        {shown && problem !== undefined && (
          <p className="image-problem">{messageOf(problem)}</p>
        )}
        {shown && <CursorLine {...ofFrame} shown={shown} store={store} />}
        <FrameBar
          facts={facts}
          frame={frame}
          isPlaying={isPlaying}
          onFrame={onFrame}
          onPlay={setIsPlaying}
        />
        <div className="image-plots">
          {region && (
            <RegionPlot
              {...ofFrame}
              region={region}
              curve={curve}
              onIndex={(along, index) => {
                onFrame(moved(frame, along, index, facts.shape[along] ?? 1));
              }}
            />
          )}
          {line && <LinePlot {...ofFrame} line={line} />}
        </div>
      </div>
      <div className="image-side">
        <ContrastPanel contrast={contrast} limits={limits} onRule={setRule} />
        <RegionPanel
          {...ofFrame}
          region={region}
          curve={curve}
          onRegion={setRegion}
          onCurve={setCurve}
        />
        {line && (
          <LinePanel
            width={line.width}
            length={Math.hypot(
              line.end[0] - line.start[0],
              line.end[1] - line.start[1],
            )}
            onWidth={(width) => {
              setLine({ ...line, width });
            }}
            onRemove={() => {
              setLine(undefined);
            }}
          />
        )}
        <StackPanel file={file} path={path} />
      </div>
    </div>
  );
}
