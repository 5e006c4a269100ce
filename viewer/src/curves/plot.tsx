import "@h5web/lib/styles.css";

import {
  Annotation,
  CurveType,
  DataCurve,
  MouseButton,
  ScaleType,
  SelectionTool,
  SvgElement,
  SvgRect,
  useCanvasEvent,
  useInteraction,
  useVisCanvasContext,
  VisCanvas,
} from "@h5web/lib";
import { type ReactNode, useRef } from "react";
import type { Vector3 } from "three";

import type { Points } from "./answers";
import { nearest } from "./ranges";
import { along, type Domain, part, type Scale, zoomed } from "./scales";

/** What is drawn in one colour. */
export interface Drawn {
  readonly key: string;
  readonly colour: string;
  readonly points: Points;
}

export interface PlotAxis {
  readonly domain: Domain;
  readonly scale: Scale;
  readonly label: string;
}

/** A point of a curve that the cursor is at. */
export interface Reading {
  readonly key: string;
  readonly at: number;
}

export type Style = "line" | "points" | "both";

interface PlotProps {
  readonly drawn: readonly Drawn[];
  readonly x: PlotAxis;
  readonly y: PlotAxis;
  readonly title: string;
  readonly style: Style;
  readonly hasGrid: boolean;
  readonly hasErrors: boolean;
  readonly reading: Reading | undefined;
  readonly onZoom: (x: Domain, y: Domain) => void;
  readonly onReset: () => void;
  readonly onRead: (reading: Reading | undefined) => void;
}

const SCALES: Readonly<
  Record<Scale, ScaleType.Linear | ScaleType.Log | ScaleType.SymLog>
> = {
  linear: ScaleType.Linear,
  log: ScaleType.Log,
  symlog: ScaleType.SymLog,
};
const STYLES: Readonly<Record<Style, CurveType>> = {
  line: CurveType.LineOnly,
  points: CurveType.GlyphsOnly,
  both: CurveType.LineAndGlyphs,
};
const STEP = 0.8;
/** Pixels from a point within which it is read. */
const REACH = 60;

/** Curves over one pair of axes; what part of them shows is the caller's to say. */
export function Plot(props: PlotProps) {
  const { drawn, x, y, title, style, hasGrid, hasErrors, reading } = props;
  const config = ({ domain, scale, label }: PlotAxis) => ({
    visDomain: [domain[0], domain[1]] as [number, number],
    scaleType: SCALES[scale],
    showGrid: hasGrid,
    label,
  });
  return (
    <VisCanvas title={title} abscissaConfig={config(x)} ordinateConfig={config(y)}>
      <Moves {...props} />
      {drawn.map(({ key, colour, points }) => (
        <DataCurve
          key={key}
          abscissas={points.x}
          ordinates={points.y}
          {...(points.errors && { errors: points.errors })}
          showErrors={hasErrors && points.errors !== undefined}
          color={colour}
          curveType={STYLES[style]}
          glyphSize={5}
          width={1.5}
        />
      ))}
      <Mark drawn={drawn} reading={reading} />
    </VisCanvas>
  );
}

/** Wheel, drag and double click, in the coordinates of the caller's axes. */
function Moves({ drawn, x, y, onZoom, onReset, onRead }: PlotProps): ReactNode {
  const { canvasSize } = useVisCanvasContext();
  const start = useRef<{ at: Vector3; x: Domain; y: Domain } | undefined>(undefined);
  const mayPan = useInteraction("pan", { button: MouseButton.Left });
  const { width, height } = canvasSize;

  useCanvasEvent("wheel", ({ htmlPt, sourceEvent }) => {
    sourceEvent.preventDefault();
    const factor = sourceEvent.deltaY < 0 ? STEP : 1 / STEP;
    const shares = [htmlPt.x / width, 1 - htmlPt.y / height] as const;
    onZoom(
      sourceEvent.shiftKey ? x.domain : zoomed(x.domain, factor, shares[0], x.scale),
      sourceEvent.altKey ? y.domain : zoomed(y.domain, factor, shares[1], y.scale),
    );
  });
  useCanvasEvent("pointerdown", ({ htmlPt, sourceEvent }) => {
    if (!mayPan(sourceEvent)) return;
    start.current = { at: htmlPt.clone(), x: x.domain, y: y.domain };
    const { target, pointerId } = sourceEvent;
    if (target instanceof Element) target.setPointerCapture(pointerId);
  });
  useCanvasEvent("pointerup", () => {
    start.current = undefined;
  });
  useCanvasEvent("pointermove", ({ htmlPt }) => {
    const from = start.current;
    if (from) {
      const right = (from.at.x - htmlPt.x) / width;
      const up = (htmlPt.y - from.at.y) / height;
      onZoom(
        part(from.x, right, 1 + right, x.scale),
        part(from.y, up, 1 + up, y.scale),
      );
      return;
    }
    onRead(
      readAt(drawn, (a, b) =>
        Math.hypot(
          along(a, x.domain, x.scale) * width - htmlPt.x,
          (1 - along(b, y.domain, y.scale)) * height - htmlPt.y,
        ),
      ),
    );
  });
  useCanvasEvent("pointerleave", () => {
    onRead(undefined);
  });
  useCanvasEvent("dblclick", onReset);

  return (
    <SelectionTool
      modifierKey="Control"
      validate={({ html: [a, b] }) =>
        Math.abs(a.x - b.x) > 3 && Math.abs(a.y - b.y) > 3
      }
      onValidSelection={({ data: [a, b] }) => {
        onZoom(
          [Math.min(a.x, b.x), Math.max(a.x, b.x)],
          [Math.min(a.y, b.y), Math.max(a.y, b.y)],
        );
      }}
    >
      {({ html }) => (
        <SvgElement>
          <SvgRect className="curves-box" coords={html} />
        </SvgElement>
      )}
    </SelectionTool>
  );
}

function readAt(
  drawn: readonly Drawn[],
  distance: (x: number, y: number) => number,
): Reading | undefined {
  let best: Reading | undefined;
  let least = REACH;
  for (const { key, points } of drawn) {
    const found = nearest(points, distance);
    if (found && found.distance < least) {
      least = found.distance;
      best = { key, at: found.at };
    }
  }
  return best;
}

function Mark({ drawn, reading }: Pick<PlotProps, "drawn" | "reading">) {
  const found = drawn.find(({ key }) => key === reading?.key);
  const at = reading?.at ?? 0;
  if (!found || at >= found.points.y.length) return null;
  const { x, y } = found.points;
  return (
    <Annotation
      className="curves-mark"
      x={x[at] ?? 0}
      y={y[at] ?? 0}
      center
      style={{ borderColor: found.colour }}
    />
  );
}
