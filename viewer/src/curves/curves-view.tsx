import "./curves.css";

import { useCallback, useEffect, useMemo, useState } from "react";

import { LiveToggle } from "../live/live-toggle";
import { useLive } from "../live/use-live";
import { usePlace } from "../place/place";
import { Notice } from "../shell/notice";
import type { ViewProps } from "../views/views";
import { COLOURS, type CurveRef, keyOf, refsOf, textOf, useChosen } from "./chosen";
import { ColumnChoice } from "./column-choice";
import { CurveList } from "./curve-list";
import { CurveLoader } from "./curve-loader";
import { CurvesBar, type Shown } from "./curves-bar";
import { Plot, type PlotAxis, type Reading } from "./plot";
import type { Picture } from "./svg";
import { type Domain, extent, type Scale } from "./scales";
import type { Curve } from "./use-curves";
import { axisLabel, commonLabel, labelOf, readingOf, reductionOf } from "./words";

/** Curves of one axis, of any number of datasets, over each other. */
export default function CurvesView({ file, item }: ViewProps) {
  const { slice, turn } = usePlace();
  const { kept, hidden, take, change } = useChosen();
  const [ownX, setOwnX] = useState("");
  const [shown, setShown] = useState<Shown>({
    x: "linear",
    y: "linear",
    style: "line",
    hasGrid: true,
    hasErrors: true,
  });
  const [zoom, setZoom] = useState<{ x: Domain; y: Domain } | undefined>(undefined);
  const [loaded, setLoaded] = useState<Readonly<Record<string, Omit<Curve, "colour">>>>(
    {},
  );
  const [reading, setReading] = useState<Reading | undefined>(undefined);
  const asked = useDeferred(zoom?.x);
  const live = useLive(file, item.plots?.path ?? item.path);

  const path = item.plots?.path ?? item.path;
  const own = useMemo<CurveRef>(
    () => ({ file, path: item.plots?.is_scan ? item.path : path, slice, x: ownX }),
    [file, item, path, slice, ownX],
  );
  const refs = useMemo(() => {
    const rest = kept.filter((ref) => keyOf(ref) !== keyOf(own));
    return kept.length === rest.length ? [...kept, own] : kept;
  }, [kept, own]);

  // A link names the curves beside its own; afterwards the address follows them.
  useEffect(() => {
    const named = refsOf(usePlace.getState().also);
    if (named.length > 0) take(named);
  }, [take]);
  useEffect(() => {
    const text = textOf(kept);
    if (text !== usePlace.getState().also) turn({ also: text });
  }, [kept, turn]);

  const onLoad = useCallback((curve: Omit<Curve, "colour">) => {
    setLoaded((last) => ({ ...last, [curve.key]: curve }));
  }, []);
  const curves = refs.flatMap((ref, i): Curve[] => {
    const found = loaded[keyOf(ref)] ?? { ...EMPTY, ref, key: keyOf(ref) };
    return [{ ...found, ref, colour: COLOURS[i % COLOURS.length] ?? COLOURS[0] }];
  });
  const seen = curves.filter(({ key, points }) => points && !hidden.has(key));
  const base = curves.find(({ key }) => key === keyOf(own));

  const whole = wholeOf(seen, shown);
  const picture: Picture = {
    drawn: seen.flatMap((curve) =>
      curve.points
        ? [
            {
              key: curve.key,
              colour: curve.colour,
              points: curve.points,
              label: labelOf(curve),
            },
          ]
        : [],
    ),
    x: axisOf(zoom?.x ?? whole.x, shown.x, xLabel(seen)),
    y: axisOf(
      zoom?.y ?? whole.y,
      shown.y,
      commonLabel(seen.map(({ facts }) => axisLabel(facts))),
    ),
    title: commonLabel(seen.map(({ facts }) => facts?.title ?? "")),
    style: shown.style,
    hasGrid: shown.hasGrid,
    hasErrors: shown.hasErrors,
  };
  const read = seen.find(({ key }) => key === reading?.key);

  return (
    <section className="curves" aria-label="Curves view">
      {refs.map((ref) => (
        <CurveLoader
          key={keyOf(ref)}
          curve={ref}
          shown={asked}
          age={live.age}
          onLoad={onLoad}
        />
      ))}
      <CurvesBar
        shown={shown}
        curves={seen}
        base={base}
        picture={picture}
        isZoomed={zoom !== undefined}
        onShow={(next) => {
          if (next.x !== shown.x || next.y !== shown.y) setZoom(undefined);
          setShown(next);
        }}
        onReset={() => {
          setZoom(undefined);
        }}
        onSlice={(next) => {
          turn({ slice: next });
        }}
      >
        <LiveToggle followed={live} />
      </CurvesBar>
      <div className="curves-plot">
        {seen.length === 0 ? (
          <Notice kind={base?.problem ? "error" : "empty"}>
            {base?.problem ??
              (hidden.size > 0 ? "All curves are hidden." : "Reading …")}
          </Notice>
        ) : (
          <Plot
            {...picture}
            reading={reading}
            onZoom={(x, y) => {
              setZoom({ x, y });
            }}
            onReset={() => {
              setZoom(undefined);
            }}
            onRead={setReading}
          />
        )}
      </div>
      <aside className="curves-side" aria-label="Curves and columns">
        <CurveList
          curves={curves}
          onX={({ ref, key }, x) => {
            setZoom(undefined);
            if (key === keyOf(own)) setOwnX(x);
            change(ref, x);
          }}
        />
        {base?.facts && <ColumnChoice base={base} own={own} />}
      </aside>
      <footer className="curves-foot">
        <span className="curves-reading" role="status" aria-label="Cursor">
          {read && reading ? readingOf(read, reading.at) : ""}
        </span>
        <span>{reductionOf(seen)}</span>
      </footer>
    </section>
  );
}

const EMPTY = {
  facts: undefined,
  x: undefined,
  whole: undefined,
  points: undefined,
  problem: undefined,
};

/** The range of all that is drawn, before anything is zoomed into. */
function wholeOf(curves: readonly Curve[], shown: Shown): { x: Domain; y: Domain } {
  const points = curves.flatMap(({ whole }) => (whole ? [whole] : []));
  const x = extent(
    points.map((each) => each.x),
    shown.x,
    0,
  );
  const values = points.flatMap(({ y, errors }) =>
    errors && shown.hasErrors
      ? [y.map((v, i) => v + (errors[i] ?? 0)), y.map((v, i) => v - (errors[i] ?? 0))]
      : [y],
  );
  return { x: x ?? [0, 1], y: extent(values, shown.y, 0.04) ?? [0, 1] };
}

function axisOf(domain: Domain, scale: Scale, label: string): PlotAxis {
  return { domain, scale, label };
}

function xLabel(curves: readonly Curve[]): string {
  return commonLabel(curves.map(({ x }) => (x ? axisLabel(x) : "Point")));
}

const PAUSE = 150;

/** A value after it has stayed the same for a moment: questions follow a zoom late. */
function useDeferred<T>(value: T): T {
  const [late, setLate] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => {
      setLate(value);
    }, PAUSE);
    return () => {
      clearTimeout(timer);
    };
  }, [value]);
  return late;
}
