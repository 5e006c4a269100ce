import { type ReactNode, useRef, useState } from "react";

import { numberText, ticksBetween } from "./numbers";
import { csvOf, save, svgFile } from "./saving";

/** Points of a curve; y is null where there is no value. */
export interface Curve {
  readonly label: string;
  readonly x: readonly number[];
  readonly y: readonly (number | null)[];
}

interface PlotProps {
  readonly name: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly curve: Curve;
  /** Drawn as a bar from each x to the next. */
  readonly asBars?: boolean;
  readonly onPoint?: (x: number) => void;
  readonly children?: ReactNode;
}

const [WIDTH, HEIGHT] = [760, 190];
const [LEFT, RIGHT, TOP, BOTTOM] = [64, 12, 10, 36];
const MOST = 2000;

/** A curve with its axes, a reading of it, and buttons that save it. */
export function Plot(props: PlotProps) {
  const { name, xLabel, yLabel, curve, asBars = false, onPoint, children } = props;
  const svg = useRef<SVGSVGElement>(null);
  const [index, setIndex] = useState<number>();
  const scales = scalesOf(curve);
  const { x, y, path } = drawn(curve, scales, asBars);
  const read = (clientX: number) => {
    const area = svg.current?.getBoundingClientRect();
    if (!area) return undefined;
    const place = x.invert(((clientX - area.left) / area.width) * WIDTH);
    return nearest(curve.x, place);
  };
  const value = index === undefined ? undefined : curve.y[index];
  const at = index === undefined ? undefined : curve.x[index];
  return (
    <figure className="image-plot">
      <figcaption>
        <strong>{name}</strong>
        <output>
          {at !== undefined &&
            `${xLabel} ${numberText(at)}: ${numberText(value)} ${index === undefined ? "" : ""}`}
        </output>
        {children}
        <button
          type="button"
          title="Save the numbers"
          onClick={() => {
            save(`${name}.csv`, csvOf(xLabel, yLabel, curve), "text/csv");
          }}
        >
          CSV
        </button>
        <button
          type="button"
          title="Save the picture"
          onClick={() => {
            if (svg.current) save(`${name}.svg`, svgFile(svg.current), "image/svg+xml");
          }}
        >
          SVG
        </button>
      </figcaption>
      <svg
        ref={svg}
        role="img"
        aria-label={`${name}: ${yLabel} over ${xLabel}`}
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        onPointerMove={(event) => {
          setIndex(read(event.clientX));
        }}
        onPointerLeave={() => {
          setIndex(undefined);
        }}
        onClick={(event) => {
          const found = read(event.clientX);
          const place = found === undefined ? undefined : curve.x[found];
          if (place !== undefined) onPoint?.(place);
        }}
      >
        {ticksBetween(scales.x[0], scales.x[1], 8).map((tick) => (
          <g key={tick}>
            <line
              className="image-grid"
              x1={x(tick)}
              x2={x(tick)}
              y1={TOP}
              y2={HEIGHT - BOTTOM}
            />
            <text x={x(tick)} y={HEIGHT - BOTTOM + 14} textAnchor="middle">
              {numberText(tick)}
            </text>
          </g>
        ))}
        {ticksBetween(scales.y[0], scales.y[1], 5).map((tick) => (
          <g key={tick}>
            <line
              className="image-grid"
              x1={LEFT}
              x2={WIDTH - RIGHT}
              y1={y(tick)}
              y2={y(tick)}
            />
            <text x={LEFT - 6} y={y(tick) + 4} textAnchor="end">
              {numberText(tick)}
            </text>
          </g>
        ))}
        <path className={asBars ? "image-bars" : "image-curve"} d={path} />
        {at !== undefined && value !== null && value !== undefined && (
          <circle className="image-dot" cx={x(at)} cy={y(value)} r={3} />
        )}
        <text x={(LEFT + WIDTH - RIGHT) / 2} y={HEIGHT - 4} textAnchor="middle">
          {xLabel}
        </text>
        <text
          transform={`translate(12 ${(TOP + HEIGHT - BOTTOM) / 2}) rotate(-90)`}
          textAnchor="middle"
        >
          {yLabel}
        </text>
      </svg>
    </figure>
  );
}

interface Scales {
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
}

function scalesOf({ x, y }: Curve): Scales {
  let [low, high] = [Infinity, -Infinity];
  for (const value of y) {
    if (value === null || !Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low > high) [low, high] = [0, 1];
  const room = high > low ? (high - low) * 0.05 : Math.max(Math.abs(low) * 0.05, 0.5);
  const [first, last] = [x[0] ?? 0, x.at(-1) ?? 1];
  return {
    x: first < last ? [first, last] : [first - 0.5, last + 0.5],
    y: [low - room, high + room],
  };
}

function linear([low, high]: readonly [number, number], start: number, end: number) {
  const scale = (value: number) =>
    start + ((value - low) / (high - low)) * (end - start);
  scale.invert = (place: number) =>
    low + ((place - start) / (end - start)) * (high - low);
  return scale;
}

function drawn(curve: Curve, scales: Scales, asBars: boolean) {
  const x = linear(scales.x, LEFT, WIDTH - RIGHT);
  const y = linear(scales.y, HEIGHT - BOTTOM, TOP);
  const parts: string[] = [];
  let isGap = true;
  for (const [place, value] of thinned(curve)) {
    if (value === null || !Number.isFinite(value)) {
      isGap = true;
      continue;
    }
    const point = `${x(place).toFixed(2)} ${y(value).toFixed(2)}`;
    if (asBars && !isGap) parts.push(`H${x(place).toFixed(2)}V${y(value).toFixed(2)}`);
    else parts.push(`${isGap ? "M" : "L"}${point}`);
    isGap = false;
  }
  return { x, y, path: parts.join("") };
}

/** The points of a curve; of very many, the least and the largest of some each. */
export function thinned({ x, y }: Curve, most = MOST): [number, number | null][] {
  if (x.length <= most) return x.map((place, n) => [place, y[n] ?? null]);
  const step = Math.ceil((2 * x.length) / most);
  const found: [number, number | null][] = [];
  for (let first = 0; first < x.length; first += step) {
    let [low, high] = [-1, -1];
    for (let n = first; n < Math.min(first + step, x.length); n += 1) {
      const value = y[n] ?? null;
      if (value === null) continue;
      if (low < 0 || value < (y[low] ?? Infinity)) low = n;
      if (high < 0 || value > (y[high] ?? -Infinity)) high = n;
    }
    if (low < 0) found.push([x[first] ?? 0, null]);
    else {
      for (const n of [...new Set([Math.min(low, high), Math.max(low, high)])]) {
        found.push([x[n] ?? 0, y[n] ?? null]);
      }
    }
  }
  return found;
}

function nearest(x: readonly number[], place: number): number | undefined {
  let best: number | undefined;
  for (let n = 0; n < x.length; n += 1) {
    const off = Math.abs((x[n] ?? 0) - place);
    if (best === undefined || off < Math.abs((x[best] ?? 0) - place)) best = n;
  }
  return best;
}
