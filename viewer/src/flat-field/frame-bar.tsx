import type { ColorMap } from "@h5web/lib";

import { ChoiceField } from "../controls/fields";
import type { ScanFound } from "./answers";
import type { Limits } from "./mix";

export const COLOR_MAPS: readonly (readonly [ColorMap, string])[] = [
  ["Greys", "grey"],
  ["Viridis", "viridis"],
  ["Inferno", "inferno"],
  ["Cividis", "cividis"],
];

interface FrameBarProps {
  readonly found: ScanFound;
  readonly frame: number;
  readonly onFrame: (frame: number) => void;
  readonly isReading: boolean;
}

/** Which frame is shown: a slider, and buttons to the one before and after. */
export function FrameBar({ found, frame, onFrame, isReading }: FrameBarProps) {
  const last = found.frames.length - 1;
  const position = found.positions[frame];
  return (
    <div className="frame-bar">
      <button
        type="button"
        className="button"
        aria-label="Previous frame"
        disabled={frame <= 0}
        onClick={() => {
          onFrame(frame - 1);
        }}
      >
        ‹
      </button>
      <input
        type="range"
        aria-label="Frame"
        aria-valuetext={`${frame + 1} of ${last + 1}`}
        min={0}
        max={last}
        value={frame}
        onChange={(event) => {
          onFrame(event.target.valueAsNumber);
        }}
      />
      <button
        type="button"
        className="button"
        aria-label="Next frame"
        disabled={frame >= last}
        onClick={() => {
          onFrame(frame + 1);
        }}
      >
        ›
      </button>
      <output className="frame-name" aria-label="Shown frame">
        {frame + 1} of {last + 1}
        {position !== undefined && (
          <span className="frame-position">
            {found.placed_by} {Number(position.toPrecision(7))}
            {found.unit !== "" && ` ${found.unit}`}
          </span>
        )}
      </output>
      <span className="frame-reading" role="status">
        {isReading ? "Reading …" : ""}
      </span>
    </div>
  );
}

interface ContrastBarProps {
  readonly limits: readonly [Limits, Limits] | undefined;
  readonly quantity: string;
  readonly onLimits: (limits: readonly [Limits, Limits]) => void;
  readonly onReset: () => void;
  readonly colorMap: ColorMap;
  readonly onColorMap: (colorMap: ColorMap) => void;
}

/** The values that are drawn darkest and brightest, of each side for itself. */
export function ContrastBar(props: ContrastBarProps) {
  const { limits, quantity, onLimits, onReset } = props;
  return (
    <div className="contrast-bar">
      {limits && (
        <>
          <LimitsField
            label="raw"
            unit="counts"
            limits={limits[0]}
            onLimits={(raw) => {
              onLimits([raw, limits[1]]);
            }}
          />
          <LimitsField
            label={quantity}
            unit="dimensionless"
            limits={limits[1]}
            onLimits={(corrected) => {
              onLimits([limits[0], corrected]);
            }}
          />
        </>
      )}
      <button
        type="button"
        className="button"
        title="Take the limits of this frame, without its rare extremes"
        onClick={onReset}
      >
        Auto
      </button>
      <ChoiceField
        label="Colours"
        value={props.colorMap}
        options={COLOR_MAPS}
        onChange={props.onColorMap}
      />
    </div>
  );
}

interface LimitsFieldProps {
  readonly label: string;
  readonly unit: string;
  readonly limits: Limits;
  readonly onLimits: (limits: Limits) => void;
}

function LimitsField({ label, unit, limits, onLimits }: LimitsFieldProps) {
  const [low, high] = limits;
  return (
    <div className="limits" role="group" aria-label={`Limits of ${label}`}>
      <span className="field-label">{label}</span>
      <Limit
        label={`Lowest ${label}, ${unit}`}
        value={low}
        onValue={(value) => {
          if (value < high) onLimits([value, high]);
        }}
      />
      <Limit
        label={`Highest ${label}, ${unit}`}
        value={high}
        onValue={(value) => {
          if (value > low) onLimits([low, value]);
        }}
      />
    </div>
  );
}

interface LimitProps {
  readonly label: string;
  readonly value: number;
  readonly onValue: (value: number) => void;
}

/** A number that counts when Enter is pressed, or the field is left. */
function Limit({ label, value, onValue }: LimitProps) {
  const text = String(Number(value.toPrecision(4)));
  const take = (typed: string) => {
    const number = Number(typed);
    if (typed !== text && typed.trim() !== "" && Number.isFinite(number)) {
      onValue(number);
    }
  };
  return (
    <input
      key={text}
      aria-label={label}
      title={label}
      defaultValue={text}
      inputMode="decimal"
      onBlur={(event) => {
        take(event.target.value);
      }}
      onKeyDown={(event) => {
        if (event.key === "Enter") take(event.currentTarget.value);
      }}
    />
  );
}
