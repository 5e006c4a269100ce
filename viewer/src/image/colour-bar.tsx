import { useMemo } from "react";

import { type ColourMap, gradientOf } from "./colours";
import { type Limits, type ScaleName, shareOf } from "./contrast";
import { numberText, ticksBetween } from "./numbers";

interface ColourBarProps {
  readonly limits: Limits;
  readonly scale: ScaleName;
  readonly colours: ColourMap;
  readonly invert: boolean;
}

/** The colours beside the image, and the values that have them. */
export function ColourBar({ limits, scale, colours, invert }: ColourBarProps) {
  const background = useMemo(
    () => gradientOf(colours, invert, "top"),
    [colours, invert],
  );
  const ticks = ticksOf(limits, scale);
  const [low, high] = limits.map((limit) => numberText(limit));
  return (
    <div className="image-colours" role="img" aria-label={`Colours: ${low} to ${high}`}>
      <div className="image-colours-bar" style={{ background }} />
      {ticks.map((tick) => (
        <span
          key={tick}
          className="image-colours-tick"
          style={{ bottom: `${100 * (shareOf(tick, limits, scale) ?? 0)}%` }}
        >
          {numberText(tick, 4)}
        </span>
      ))}
    </div>
  );
}

const MOST = 8;

/** Round values; of a logarithm, the powers of ten where there are some. */
function ticksOf([low, high]: Limits, scale: ScaleName): number[] {
  if (scale !== "log" || high / low < 100) return ticksBetween(low, high, MOST);
  const [first, last] = [Math.ceil(Math.log10(low)), Math.floor(Math.log10(high))];
  const step = Math.max(Math.ceil((last - first) / MOST), 1);
  const found: number[] = [];
  for (let power = first; power <= last; power += step) found.push(10 ** power);
  return found;
}
