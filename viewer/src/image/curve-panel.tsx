import { useQuery } from "@tanstack/react-query";

import { arrayOf } from "../api/array";
import { useClient } from "../api/context";
import { messageOf } from "../api/errors";
import type { Params } from "../api/transport";
import type { ImageFacts } from "./facts";
import { type Frame, leadingAxes, queryOf } from "./frame";
import { type Curve, Plot } from "./plot";
import type { RegionCurve } from "./region-panel";
import type { Box, LineEnds } from "./shapes";
import { useEvents } from "./use-events";

interface OfFrame {
  readonly file: string;
  readonly path: string;
  readonly facts: ImageFacts;
  readonly frame: Frame;
}

interface RegionCurveProps extends OfFrame {
  readonly region: Box;
  readonly curve: RegionCurve;
  readonly onIndex: (axis: number, index: number) => void;
}

/** What is drawn of a region: over the stack, or along one of its sides. */
export function RegionPlot(props: RegionCurveProps) {
  const { curve, facts, ...rest } = props;
  if (curve === "none") return null;
  if (curve === "over the stack") return <StackCurve {...rest} facts={facts} />;
  const over = curve === "along columns" ? "rows" : "columns";
  return (
    <ServerCurve
      name={`Mean ${curve}`}
      xLabel={over === "rows" ? "column" : "row"}
      units={facts.units}
      question="box_profile"
      params={{ ...ofFrame(props), ...props.region, over }}
    />
  );
}

interface LinePlotProps extends OfFrame {
  readonly line: LineEnds;
}

/** The values along a line. */
export function LinePlot({ line, ...props }: LinePlotProps) {
  const { start, end, width } = line;
  return (
    <ServerCurve
      name="Profile"
      xLabel="distance (pixels)"
      units={props.facts.units}
      question="profile"
      params={{
        ...ofFrame(props),
        start_row: start[0],
        start_column: start[1],
        end_row: end[0],
        end_column: end[1],
        width,
      }}
    />
  );
}

function ofFrame({ file, path, frame }: OfFrame) {
  return { file, path, ...queryOf(frame) };
}

interface ServerCurveProps {
  readonly name: string;
  readonly xLabel: string;
  readonly units: string;
  readonly question: string;
  readonly params: Params;
}

/** A curve that the server works out of the data as they are. */
function ServerCurve({ name, xLabel, units, question, params }: ServerCurveProps) {
  const client = useClient();
  const { data, error } = useQuery({
    queryKey: [question, params],
    queryFn: async ({ signal }) =>
      curveIn(await client.bytes(question, params, { signal })),
    placeholderData: (before) => before,
  });
  if (error) return <p className="image-problem">{messageOf(error)}</p>;
  if (!data) return null;
  return <Plot name={name} xLabel={xLabel} yLabel={valueLabel(units)} curve={data} />;
}

function curveIn(answer: ArrayBuffer): Curve {
  const { data, shape } = arrayOf(answer);
  const points = shape[1] ?? 0;
  const numbers = Array.from(data, Number);
  return {
    label: "",
    x: numbers.slice(0, points),
    y: numbers.slice(points).map((value) => (Number.isNaN(value) ? null : value)),
  };
}

interface StackEvent {
  readonly first: number;
  readonly total: number;
  readonly mean: readonly (number | null)[];
}

type StackCurveProps = Omit<RegionCurveProps, "curve">;

/** The mean of a region in each frame, as it is worked out; a click goes to a frame. */
function StackCurve({ file, path, facts, frame, region, onIndex }: StackCurveProps) {
  const along = leadingAxes(frame)[0] ?? 0;
  const { events, isDone, problem } = useEvents<StackEvent>("region", {
    file,
    path,
    // The frame that is shown is one of them: stepping does not work them out again.
    ...queryOf({ ...frame, at: frame.at.map((at, axis) => (axis === along ? 0 : at)) }),
    ...region,
    along,
  });
  const y = events.flatMap(({ mean }) => mean);
  if (problem) return <p className="image-problem">{problem}</p>;
  return (
    <Plot
      name="Mean of the region over the stack"
      xLabel={facts.dimensions[along]?.name ? `frame of axis ${along}` : "frame"}
      yLabel={valueLabel(facts.units)}
      curve={{ label: "", x: [...y.keys()], y }}
      onPoint={(index) => {
        onIndex(along, index);
      }}
    >
      {!isDone && (
        <progress
          aria-label="Curve over the stack"
          value={y.length}
          max={facts.shape[along]}
        />
      )}
    </Plot>
  );
}

function valueLabel(units: string): string {
  return units ? `value (${units})` : "value";
}
