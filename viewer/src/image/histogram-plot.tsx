import { type PointerEvent, useMemo, useRef, useState } from "react";

import {
  coarser,
  type Limits,
  scaled,
  type ScaleName,
  shareOf,
  unscaled,
} from "./contrast";
import type { Histogram } from "./facts";
import { numberText } from "./numbers";

const [WIDTH, HEIGHT, BINS] = [256, 72, 256];

interface HistogramPlotProps {
  readonly histogram: Histogram;
  readonly limits: Limits;
  readonly scale: ScaleName;
  /** The colours as a gradient of CSS. */
  readonly gradient: string;
  readonly onLimits: (limits: Limits) => void;
}

/** How often values occur, on the scale of the colours, and limits that are dragged. */
export function HistogramPlot(props: HistogramPlotProps) {
  const { histogram, limits, scale, gradient, onLimits } = props;
  const svg = useRef<SVGSVGElement>(null);
  const [held, setHeld] = useState<0 | 1>();
  const bounds = boundsOf(histogram, limits, scale);
  const bars = useMemo(
    () => barsOf(histogram, bounds, scale),
    // The bounds are made anew each time, but seldom others.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [histogram, bounds[0], bounds[1], scale],
  );
  const places = limits.map((limit) => WIDTH * (shareOf(limit, bounds, scale) ?? 0));

  function drag(event: PointerEvent, side: 0 | 1) {
    const area = svg.current?.getBoundingClientRect();
    if (!area) return;
    const share = Math.min(Math.max((event.clientX - area.left) / area.width, 0), 1);
    const [low, high] = bounds.map((bound) => scaled(bound, scale)) as [number, number];
    const value = unscaled(low + share * (high - low), scale);
    const next: Limits = side === 0 ? [value, limits[1]] : [limits[0], value];
    if (next[0] < next[1]) onLimits(next);
  }
  return (
    <div className="image-histogram">
      <svg
        ref={svg}
        role="img"
        aria-label="Histogram of the frame"
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        onPointerMove={(event) => {
          if (held !== undefined) drag(event, held);
        }}
        onPointerUp={() => {
          setHeld(undefined);
        }}
      >
        <path className="image-histogram-bars" d={bars} />
        {places.map((place, n) => (
          <g key={n}>
            <line className="image-limit" x1={place} x2={place} y1={0} y2={HEIGHT} />
            <rect
              className="image-limit-grip"
              x={place - 5}
              y={0}
              width={10}
              height={HEIGHT}
              onPointerDown={(event) => {
                svg.current?.setPointerCapture(event.pointerId);
                setHeld(n === 0 ? 0 : 1);
              }}
            >
              <title>{`${n === 0 ? "Lowest" : "Highest"} colour: drag`}</title>
            </rect>
          </g>
        ))}
      </svg>
      <div className="image-gradient" aria-hidden="true">
        <div
          style={{
            background: gradient,
            left: `${(100 * (places[0] ?? 0)) / WIDTH}%`,
            right: `${100 - (100 * (places[1] ?? WIDTH)) / WIDTH}%`,
          }}
        />
      </div>
      <div className="image-histogram-ends">
        <span>{numberText(bounds[0], 4)}</span>
        <span>{numberText(bounds[1], 4)}</span>
      </div>
    </div>
  );
}

/** The values at the ends: of the histogram, or of limits beyond. */
function boundsOf(
  { start, width, counts }: Histogram,
  [low, high]: Limits,
  scale: ScaleName,
): Limits {
  const first = Math.min(start, low);
  const last = Math.max(start + width * counts.length, high);
  if (scale === "log" && first <= 0)
    return [Math.min(low, Math.max(width, 1e-300)), last];
  return [scale === "sqrt" ? Math.max(first, 0) : first, last];
}

/** The outline of the bars; their height is the logarithm, so that single ones show. */
function barsOf(histogram: Histogram, bounds: Limits, scale: ScaleName): string {
  const { start, width, counts } = coarser(histogram, BINS);
  const tallest = Math.log1p(Math.max(...counts, 1));
  const parts: string[] = [];
  counts.forEach((count, n) => {
    if (count === 0) return;
    const left = shareOf(start + n * width, bounds, scale) ?? 0;
    const right = shareOf(start + (n + 1) * width, bounds, scale);
    if (right === undefined) return;
    const top = HEIGHT * (1 - Math.log1p(count) / tallest);
    const [x, wide] = [left * WIDTH, Math.max((right - left) * WIDTH, 0.7)];
    parts.push(
      `M${x.toFixed(2)} ${HEIGHT}V${top.toFixed(1)}h${wide.toFixed(2)}V${HEIGHT}z`,
    );
  });
  return parts.join("");
}
