import "./compare.css";

import { useEffect, useState } from "react";

import { messageOf } from "../api/errors";
import { usePlace } from "../place/place";
import { Notice } from "../shell/notice";
import type { ViewProps } from "../views/views";
import {
  aroundZero,
  boxOf,
  type FrameRef,
  frameIn,
  type Look,
  type Size,
  split,
  textOf,
  wholeOf,
} from "./pair";
import { useFirst } from "./first";
import { type Layer, Pane } from "./pane";
import { type Compared, useCompared } from "./use-compared";

const WAYS = [
  ["side", "Side by side"],
  ["difference", "Difference A − B"],
  ["ratio", "Ratio A / B"],
  ["blink", "Blink"],
  ["split", "Split"],
] as const;
type Way = (typeof WAYS)[number][0];

/** Two frames beside each other, over each other, or what they differ in. */
export default function CompareView({ file, item }: ViewProps) {
  const { slice, also, turn } = usePlace();
  const [way, setWay] = useState<Way>("side");
  const [look, setLook] = useState<Look | undefined>(undefined);
  const [size, setSize] = useState<Size>({ width: 0, height: 0 });
  const [cut, setCut] = useState(0.5);
  const [cursor, setCursor] = useState<{ row: number; column: number } | undefined>();
  const { frame: keptFirst, keep } = useFirst();
  const isFirstShown = useBlink(way === "blink");

  const own: FrameRef = { file, path: item.path, slice: slice || atStart(item.shape) };
  const first = frameIn(also) ?? keptFirst ?? { ...own, slice: atStart(item.shape) };
  useEffect(() => {
    if (keptFirst && frameIn(usePlace.getState().also) === undefined) {
      turn({ also: textOf(keptFirst) });
    }
  }, [keptFirst, turn]);

  const whole = useCompared(first, own, "difference", undefined);
  const shared = whole.data && sharedOf(whole.data);
  const asked = useLate(look && shared && boxOf(look, size, shared));
  const one = useCompared(first, own, "first", asked);
  const two = useCompared(first, own, "second", asked);
  const both = useCompared(first, own, way === "ratio" ? way : "difference", asked);
  const error = whole.error ?? one.error ?? two.error ?? both.error;
  if (error) return <Notice kind="error">{messageOf(error)}</Notice>;
  if (!one.data || !two.data || !both.data) return <Notice>Comparing …</Notice>;

  const [a, b] = [one.data, two.data];
  const shapes = both.data.shapes;
  const most = [
    Math.max(shapes[0][0], shapes[1][0]),
    Math.max(shapes[0][1], shapes[1][1]),
  ] as const;
  const seen = look ?? wholeOf(most, size);
  const limits = together(a, b);
  const grey = (image: Compared, pixels = image.pixels): Layer => ({
    image,
    pixels,
    limits,
    colours: "Greys",
  });
  const layers: readonly (readonly [string, Layer])[] =
    way === "side"
      ? [
          ["A", grey(a)],
          ["B", grey(b)],
        ]
      : way === "blink"
        ? [isFirstShown ? ["A", grey(a)] : ["B", grey(b)]]
        : way === "split"
          ? [["A left, B right", splitLayer(a, b, cut, grey)]]
          : [[way === "ratio" ? "A / B" : "A − B", worked(both.data, way)]];

  return (
    <section className="compare" aria-label="Compare view">
      <div className="compare-bar" role="toolbar" aria-label="How images are compared">
        <FramePicker
          name="A"
          frame={first}
          shape={first.file === file && first.path === item.path ? item.shape : null}
          onSlice={(next) => {
            turn({ also: textOf({ ...first, slice: next }) });
          }}
        />
        <FramePicker
          name="B"
          frame={own}
          shape={item.shape}
          onSlice={(next) => {
            turn({ slice: next });
          }}
        />
        <button
          type="button"
          className="compare-button"
          title="Keep this frame as A; then choose another frame, or another dataset on the left"
          onClick={() => {
            keep(own);
            turn({ also: textOf(own) });
          }}
        >
          Use B as A
        </button>
        <span role="group" aria-label="Way" className="compare-ways">
          {WAYS.map(([id, label]) => (
            <button
              key={id}
              type="button"
              className="compare-button"
              aria-pressed={id === way}
              onClick={() => {
                setWay(id);
              }}
            >
              {label}
            </button>
          ))}
        </span>
        {way === "split" && (
          <input
            type="range"
            aria-label="Where the images meet"
            min={0}
            max={1}
            step={0.005}
            value={cut}
            onChange={({ target }) => {
              setCut(Number(target.value));
            }}
          />
        )}
        <button
          type="button"
          className="compare-button"
          disabled={!look}
          title="Show all (double click). Wheel: zoom; drag: move"
          onClick={() => {
            setLook(undefined);
          }}
        >
          Show all
        </button>
      </div>
      <div className="compare-panes">
        {layers.map(([title, layer]) => (
          <Pane
            key={way === "side" ? title : "one"}
            title={title}
            layer={layer}
            look={seen}
            size={size}
            onSize={setSize}
            onLook={setLook}
            onCursor={setCursor}
          />
        ))}
      </div>
      <footer className="compare-foot">
        <span role="status" aria-label="Cursor" className="compare-cursor">
          {cursor && wordsAt(cursor, a, b)}
        </span>
        <span role="status" aria-label="Statistics">
          {statisticsOf(both.data, way)}
        </span>
      </footer>
    </section>
  );
}

/** Rows and columns that both frames have. */
function sharedOf({ shapes: [a, b] }: Compared): readonly [number, number] {
  return [Math.min(a[0], b[0]), Math.min(a[1], b[1])];
}

function atStart(shape: readonly number[] | null | undefined): string {
  return (shape ?? []).map((_, i, all) => (i < all.length - 2 ? "0" : ":")).join(",");
}

function together(a: Compared, b: Compared): readonly [number, number] {
  const low = Math.min(a.limits?.[0] ?? Infinity, b.limits?.[0] ?? Infinity);
  const high = Math.max(a.limits?.[1] ?? -Infinity, b.limits?.[1] ?? -Infinity);
  return high > low ? [low, high] : [low - 1 || 0, low + 1 || 1];
}

function worked(image: Compared, way: Way): Layer {
  const [low, high] = image.limits ?? [0, 1];
  return {
    image,
    pixels: image.pixels,
    limits:
      way === "difference"
        ? aroundZero(image.limits)
        : [low, high > low ? high : low + 1],
    colours: way === "difference" ? "RdBu" : "Viridis",
  };
}

function splitLayer(
  a: Compared,
  b: Compared,
  cut: number,
  layer: (image: Compared, pixels?: Float32Array) => Layer,
): Layer {
  const isAlike = a.shape[0] === b.shape[0] && a.shape[1] === b.shape[1];
  if (!isAlike || a.size !== b.size) return layer(b);
  return layer(b, split(a.pixels, b.pixels, a.shape[1], cut * a.shape[1]));
}

function wordsAt(at: { row: number; column: number }, a: Compared, b: Compared) {
  const [one, two] = [valueAt(at, a), valueAt(at, b)];
  if (one === undefined && two === undefined) return "";
  const mean = a.size > 1 ? ` (means of ${a.size} × ${a.size} pixels)` : "";
  const words = (value: number | undefined) =>
    value === undefined ? "outside" : Number.isNaN(value) ? "invalid" : String(value);
  const difference =
    one !== undefined && two !== undefined
      ? `, A − B = ${String(Number((one - two).toPrecision(7)))}`
      : "";
  return `row ${at.row}, column ${at.column}: A = ${words(one)}, B = ${words(two)}${difference}${mean}`;
}

function valueAt({ row, column }: { row: number; column: number }, image: Compared) {
  const { box, size, shape, pixels } = image;
  const [r, c] = [
    Math.floor((row - box.top) / size),
    Math.floor((column - box.left) / size),
  ];
  if (r < 0 || c < 0 || r >= shape[0] || c >= shape[1]) return undefined;
  return pixels[r * shape[1] + c];
}

function statisticsOf(image: Compared, way: Way): string {
  const [[r, c], [rows, columns]] = image.shapes;
  const shapes =
    r === rows && c === columns
      ? ""
      : `The shapes differ (A ${r} × ${c}, B ${rows} × ${columns}): the rows and columns that both have are compared. `;
  const number = (value: number | null) =>
    value === null ? "–" : String(Number(value.toPrecision(5)));
  const what = way === "ratio" ? "A / B" : "A − B";
  return (
    `${shapes}${what}: mean ${number(image.mean)}, RMS ${number(image.rms)}, ` +
    `${number(image.minimum)} to ${number(image.maximum)}; ` +
    `${image.differing.toLocaleString("en")} pixels differ` +
    (image.invalid > 0 ? `, ${image.invalid.toLocaleString("en")} invalid` : "")
  );
}

interface FramePickerProps {
  readonly name: string;
  readonly frame: FrameRef;
  readonly shape: readonly number[] | null | undefined;
  readonly onSlice: (slice: string) => void;
}

function FramePicker({ name, frame, shape, onSlice }: FramePickerProps) {
  const place = `${frame.file.split("/").at(-1) ?? ""} ${frame.path}`;
  const parts = frame.slice.split(",");
  const axis = parts.findIndex((part) => /^\d+$/.test(part.trim()));
  return (
    <span
      className="compare-frame"
      title={`${frame.file}::${frame.path}[${frame.slice}]`}
    >
      <b>{name}</b>
      <span className="compare-place">{place}</span>
      {axis >= 0 && (
        <input
          type="number"
          aria-label={`Frame of ${name}`}
          min={0}
          max={shape ? (shape[axis] ?? 1) - 1 : undefined}
          value={Number(parts[axis])}
          onChange={({ target }) => {
            const most = shape ? (shape[axis] ?? 1) - 1 : Infinity;
            const next = Math.min(most, Math.max(0, Math.trunc(Number(target.value))));
            onSlice(
              parts.map((part, i) => (i === axis ? String(next) : part)).join(","),
            );
          }}
        />
      )}
    </span>
  );
}

const BLINK = 700;

function useBlink(isOn: boolean): boolean {
  const [isFirst, setFirst] = useState(true);
  useEffect(() => {
    if (!isOn) return;
    const timer = setInterval(() => {
      setFirst((last) => !last);
    }, BLINK);
    return () => {
      clearInterval(timer);
    };
  }, [isOn]);
  return isFirst;
}

function useLate<T>(value: T): T {
  const text = JSON.stringify(value);
  const [late, setLate] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => {
      setLate(text);
    }, 150);
    return () => {
      clearTimeout(timer);
    };
  }, [text]);
  return (late ? JSON.parse(late) : undefined) as T;
}
