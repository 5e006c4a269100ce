import "@h5web/lib/styles.css";

import {
  type ColorMap,
  HeatmapMesh,
  ScaleType,
  useCanvasEvent,
  useInteraction,
  useVisCanvasContext,
  MouseButton,
  VisCanvas,
} from "@h5web/lib";
import ndarray from "ndarray";
import { useEffect, useMemo, useRef } from "react";
import { Vector3 } from "three";

import { type Look, type Size, zoomed } from "./pair";
import type { Compared } from "./use-compared";

/** What is drawn in a pane. */
export interface Layer {
  readonly image: Compared;
  readonly pixels: Float32Array;
  readonly limits: readonly [number, number];
  readonly colours: ColorMap;
}

interface PaneProps {
  readonly title: string;
  readonly layer: Layer;
  readonly look: Look;
  readonly size: Size;
  readonly onSize: (size: Size) => void;
  readonly onLook: (look: Look | undefined) => void;
  readonly onCursor: (at: { row: number; column: number } | undefined) => void;
}

const STEP = 0.8;

/** One image; where it is looked at is the caller's to say, so that panes agree. */
export function Pane(props: PaneProps) {
  const { title, layer, look, size } = props;
  const [w, h] = [(size.width * look.step) / 2, (size.height * look.step) / 2];
  const domain = (middle: number, half: number): [number, number] => [
    middle - (half || 1),
    middle + (half || 1),
  ];
  return (
    <figure className="compare-pane" aria-label={title}>
      <VisCanvas
        title={title}
        abscissaConfig={{ visDomain: domain(look.column, w), showGrid: false }}
        ordinateConfig={{ visDomain: domain(look.row, h), showGrid: false, flip: true }}
      >
        <Moves {...props} />
        <Mesh layer={layer} />
      </VisCanvas>
    </figure>
  );
}

function Mesh({ layer }: { readonly layer: Layer }) {
  const { dataToWorld } = useVisCanvasContext();
  const { image, pixels, limits, colours } = layer;
  const { box, shape, size } = image;
  const values = useMemo(() => ndarray(pixels, [...shape]), [pixels, shape]);
  const corner = dataToWorld(new Vector3(box.left, box.top));
  const other = dataToWorld(
    new Vector3(box.left + shape[1] * size, box.top + shape[0] * size),
  );
  const [width, height] = [Math.abs(other.x - corner.x), Math.abs(other.y - corner.y)];
  return (
    <HeatmapMesh
      key={`${width}x${height}`}
      position={[(corner.x + other.x) / 2, (corner.y + other.y) / 2, 0]}
      scale={[1, -1, 1]}
      size={{ width, height }}
      values={values}
      domain={[limits[0], limits[1]]}
      scaleType={ScaleType.Linear}
      colorMap={colours}
      invertColorMap={colours === "RdBu"}
    />
  );
}

function Moves({ look, size, onSize, onLook, onCursor }: PaneProps) {
  const { canvasSize } = useVisCanvasContext();
  const { width, height } = canvasSize;
  const start = useRef<{ at: Vector3; look: Look } | undefined>(undefined);
  const mayPan = useInteraction("pan", { button: MouseButton.Left });
  useEffect(() => {
    if (width > 0 && (width !== size.width || height !== size.height)) {
      onSize({ width, height });
    }
  }, [width, height, size, onSize]);
  useCanvasEvent("wheel", ({ htmlPt, sourceEvent }) => {
    sourceEvent.preventDefault();
    onLook(zoomed(look, sourceEvent.deltaY < 0 ? STEP : 1 / STEP, htmlPt, size));
  });
  useCanvasEvent("pointerdown", ({ htmlPt, sourceEvent }) => {
    if (!mayPan(sourceEvent)) return;
    start.current = { at: htmlPt.clone(), look };
    const { target, pointerId } = sourceEvent;
    if (target instanceof Element) target.setPointerCapture(pointerId);
  });
  useCanvasEvent("pointerup", () => {
    start.current = undefined;
  });
  useCanvasEvent("pointermove", ({ htmlPt, dataPt }) => {
    const from = start.current;
    if (from) {
      onLook({
        ...from.look,
        column: from.look.column + (from.at.x - htmlPt.x) * from.look.step,
        row: from.look.row + (from.at.y - htmlPt.y) * from.look.step,
      });
    } else onCursor({ row: Math.floor(dataPt.y), column: Math.floor(dataPt.x) });
  });
  useCanvasEvent("pointerleave", () => {
    onCursor(undefined);
  });
  useCanvasEvent("dblclick", () => {
    onLook(undefined);
  });
  return null;
}
