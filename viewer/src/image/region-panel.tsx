import { useQuery } from "@tanstack/react-query";

import { useClient } from "../api/context";
import { messageOf } from "../api/errors";
import { Choice, NumberField } from "./fields";
import type { Contrast, ImageFacts } from "./facts";
import { type Frame, leadingAxes, queryOf } from "./frame";
import { type Box, insideOf } from "./shapes";
import { StatisticsTable } from "./statistics-table";

/** What is drawn below the image of a region. */
export const REGION_CURVES = [
  "none",
  "over the stack",
  "along rows",
  "along columns",
] as const;
export type RegionCurve = (typeof REGION_CURVES)[number];

interface RegionPanelProps {
  readonly file: string;
  readonly path: string;
  readonly facts: ImageFacts;
  readonly frame: Frame;
  readonly region: Box | undefined;
  readonly curve: RegionCurve;
  readonly onRegion: (region: Box | undefined) => void;
  readonly onCurve: (curve: RegionCurve) => void;
}

const SIDES = ["left", "top", "right", "bottom"] as const;

/** The region by its numbers, its statistics, and what is drawn of it. */
export function RegionPanel(props: RegionPanelProps) {
  const { file, path, facts, frame, region, curve, onRegion, onCurve } = props;
  const shape = facts.levels[0]?.shape ?? [1, 1];
  const client = useClient();
  const query = { file, path, ...queryOf(frame), ...region };
  const { data, error } = useQuery({
    queryKey: ["contrast", query],
    queryFn: ({ signal }) => client.get<Contrast>("contrast", query, { signal }),
    enabled: region !== undefined,
    placeholderData: (before) => before,
  });
  const hasStack = leadingAxes(frame).length > 0;
  return (
    <section className="image-panel" aria-label="Region">
      <h2>Region</h2>
      {!region && (
        <p className="image-note">
          Choose the tool Region and drag a rectangle, or{" "}
          <button
            type="button"
            className="image-link"
            onClick={() => {
              onRegion({ top: 0, left: 0, bottom: shape[0], right: shape[1] });
            }}
          >
            take the whole frame
          </button>
        </p>
      )}
      {region && (
        <>
          <div className="image-row">
            {SIDES.map((side) => (
              <NumberField
                key={side}
                label={side.replace(/^./, (letter) => letter.toUpperCase())}
                step={1}
                title={`In pixels${side === "right" || side === "bottom" ? ", exclusive" : ""}`}
                value={region[side]}
                onChange={(value) => {
                  onRegion(insideOf({ ...region, [side]: value }, shape));
                }}
              />
            ))}
          </div>
          {error && <p className="image-problem">{messageOf(error)}</p>}
          {data && <StatisticsTable statistics={data.statistics} sum />}
          <div className="image-row">
            <Choice
              label="Curve"
              options={REGION_CURVES.filter(
                (each) => hasStack || each !== "over the stack",
              )}
              value={curve}
              onChange={onCurve}
            />
            <button
              type="button"
              onClick={() => {
                onRegion(undefined);
              }}
            >
              Remove
            </button>
          </div>
        </>
      )}
    </section>
  );
}
