import {
  DefaultInteractions,
  SelectionTool,
  SvgElement,
  SvgLine,
  SvgRect,
  VisCanvas,
} from "@h5web/lib";
import { useEffect, useMemo } from "react";

import { type Camera, CameraBridge } from "./camera";
import { ColourBar } from "./colour-bar";
import { coloursOf } from "./colours";
import type { Limits } from "./contrast";
import { CursorTracker } from "./cursor";
import { aspectOf, type ImageFacts } from "./facts";
import { colourTexture, type Look, MOST_AT_REST, MOST_IN_MOTION } from "./material";
import { numberText } from "./numbers";
import { LineMark, RegionMark } from "./overlay";
import { useSettings } from "./settings";
import { type Box, boxBetween, type LineEnds } from "./shapes";
import type { TileStore } from "./tile-store";
import { TiledImage } from "./tiled-image";
import type { Shown } from "./use-frame";

const formatTick = (value: number) => numberText(value);

interface ImageCanvasProps {
  readonly store: TileStore;
  readonly facts: ImageFacts;
  readonly shown: Shown;
  readonly isPlaying: boolean;
  readonly limits: Limits;
  readonly region: Box | undefined;
  readonly line: LineEnds | undefined;
  readonly onRegion: (box: Box) => void;
  readonly onLine: (line: LineEnds) => void;
  readonly onCamera: (camera: Camera | undefined) => void;
}

/** The image with its axes and colour bar, and what is drawn over it. */
export function ImageCanvas(props: ImageCanvasProps) {
  const { store, facts, shown, isPlaying, limits, region, line, onRegion, onLine } =
    props;
  const { tool, colours, invert, scale, markInvalid, fromTop } = useSettings();
  const shape = facts.levels[0]?.shape ?? [1, 1];
  const [rows, columns] = shape;
  const texture = useMemo(
    () => colourTexture(coloursOf(colours, invert)),
    [colours, invert],
  );
  useEffect(
    () => () => {
      texture.dispose();
    },
    [texture],
  );
  const look = useMemo(
    (): Look => ({
      limits,
      scale,
      colours: texture,
      invalid: markInvalid ? facts.invalid : null,
      most: isPlaying ? MOST_IN_MOTION : MOST_AT_REST,
    }),
    [limits, scale, texture, markInvalid, facts.invalid, isPlaying],
  );
  return (
    <div className="image-canvas">
      <VisCanvas
        aspect={aspectOf(facts)}
        abscissaConfig={{ visDomain: [0, columns], isIndexAxis: true, formatTick }}
        ordinateConfig={{
          visDomain: [0, rows],
          isIndexAxis: true,
          formatTick,
          flip: fromTop,
        }}
      >
        <DefaultInteractions
          pan={tool === "pan" ? {} : { modifierKey: "Shift" }}
          selectToZoom={tool === "zoom" ? {} : { modifierKey: "Control" }}
          xAxisZoom={false}
          yAxisZoom={false}
        />
        <TiledImage
          store={store}
          facts={facts}
          shown={shown}
          look={look}
          fromTop={fromTop}
        />
        <CameraBridge columns={columns} onReady={props.onCamera} />
        <CursorTracker shape={shape} />
        <SelectionTool
          id="Region"
          disabled={tool !== "region"}
          validate={({ html: [a, b] }) => Math.hypot(a.x - b.x, a.y - b.y) > 3}
          onValidSelection={({ data: [a, b] }) => {
            onRegion(boxBetween([a.x, a.y], [b.x, b.y], shape));
          }}
        >
          {({ html }) => (
            <SvgElement>
              <SvgRect className="image-region" coords={html} />
            </SvgElement>
          )}
        </SelectionTool>
        <SelectionTool
          id="Line"
          disabled={tool !== "line"}
          validate={({ html: [a, b] }) => Math.hypot(a.x - b.x, a.y - b.y) > 3}
          onValidSelection={({ data: [a, b] }) => {
            const [start, end] = [a, b].map(
              ({ x, y }) => [Math.floor(y), Math.floor(x)] as const,
            );
            if (start && end) onLine({ start, end, width: line?.width ?? 1 });
          }}
        >
          {({ html }) => (
            <SvgElement>
              <SvgLine className="image-line" coords={html} />
            </SvgElement>
          )}
        </SelectionTool>
        {region && <RegionMark box={region} shape={shape} onChange={onRegion} />}
        {line && <LineMark line={line} onChange={onLine} />}
      </VisCanvas>
      <ColourBar limits={limits} scale={scale} colours={colours} invert={invert} />
    </div>
  );
}
