import { Check, NumberField } from "./fields";
import { coordinate, type ImageFacts, kindOf } from "./facts";
import { type Frame, leadingAxes, moved, turned } from "./frame";
import { numberText } from "./numbers";
import { useSettings } from "./settings";

interface FrameBarProps {
  readonly facts: ImageFacts;
  readonly frame: Frame;
  readonly isPlaying: boolean;
  readonly onFrame: (frame: Frame) => void;
  readonly onPlay: (isPlaying: boolean) => void;
}

/** Where on the other axes the frame lies, and how frames are played. */
export function FrameBar({ facts, frame, isPlaying, onFrame, onPlay }: FrameBarProps) {
  const { playback, change } = useSettings();
  const leading = leadingAxes(frame);
  if (leading.length === 0) return null;
  return (
    <section className="image-frames" aria-label="Frames">
      <div className="image-sliders">
        {leading.map((axis) => (
          <AxisSlider
            key={axis}
            facts={facts}
            frame={frame}
            axis={axis}
            onFrame={onFrame}
          />
        ))}
      </div>
      <div className="image-play">
        <button
          type="button"
          className="image-play-button"
          aria-pressed={isPlaying}
          title="Play the frames of the first slider (space)"
          onClick={() => {
            onPlay(!isPlaying);
          }}
        >
          {isPlaying ? "❚❚ Pause" : "▶ Play"}
        </button>
        <NumberField
          label="Frames/s"
          value={playback.rate}
          step={1}
          onChange={(rate) => {
            const most = Math.min(Math.max(rate, 0.1), 60);
            change({ playback: { ...playback, rate: most } });
          }}
        />
        <Check
          label="Loop"
          checked={playback.loop}
          onChange={(loop) => {
            change({ playback: { ...playback, loop } });
          }}
        />
        <Check
          label="Backwards"
          checked={playback.direction === -1}
          onChange={(isBack) => {
            change({ playback: { ...playback, direction: isBack ? -1 : 1 } });
          }}
        />
        {frame.at.length > 2 && (
          <>
            <AxisChoice side={0} facts={facts} frame={frame} onFrame={onFrame} />
            <AxisChoice side={1} facts={facts} frame={frame} onFrame={onFrame} />
          </>
        )}
      </div>
    </section>
  );
}

interface AxisSliderProps {
  readonly facts: ImageFacts;
  readonly frame: Frame;
  readonly axis: number;
  readonly onFrame: (frame: Frame) => void;
}

function AxisSlider({ facts, frame, axis, onFrame }: AxisSliderProps) {
  const length = facts.shape[axis] ?? 1;
  const index = frame.at[axis] ?? 0;
  const dimension = facts.dimensions[axis];
  const name = leadingAxes(frame).length === 1 ? "Frame" : `Axis ${axis}`;
  const go = (next: number) => {
    onFrame(moved(frame, axis, next, length));
  };
  const place = coordinate(dimension, index);
  const kind = axis === 0 ? kindOf(facts, frame.at) : "";
  return (
    <div className="image-slider">
      <NumberField label={name} value={index} step={1} onChange={go} />
      <input
        type="range"
        aria-label={`${name} slider`}
        min={0}
        max={length - 1}
        value={index}
        onChange={(event) => {
          go(Number(event.target.value));
        }}
      />
      <span className="image-slider-text">
        of {length}
        {place !== undefined &&
          dimension &&
          `, ${dimension.name} ${numberText(place)} ${dimension.units}`}
        {kind && <em className={`image-kind image-kind-${kind}`}>{kind}</em>}
      </span>
    </div>
  );
}

interface AxisChoiceProps {
  readonly side: 0 | 1;
  readonly facts: ImageFacts;
  readonly frame: Frame;
  readonly onFrame: (frame: Frame) => void;
}

/** Chooses which axis runs down, or to the right. */
function AxisChoice({ side, facts, frame, onFrame }: AxisChoiceProps) {
  return (
    <label className="image-field">
      <span>{side === 0 ? "Down" : "Right"}</span>
      <select
        value={frame.axes[side]}
        onChange={(event) => {
          onFrame(turned(frame, side, Number(event.target.value)));
        }}
      >
        {facts.shape.map((length, axis) => (
          <option key={axis} value={axis}>
            {`${axis}: ${facts.dimensions[axis]?.name ?? "axis"} (${length})`}
          </option>
        ))}
      </select>
    </label>
  );
}
