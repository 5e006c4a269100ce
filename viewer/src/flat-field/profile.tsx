import { type Image, profileOf, shown } from "./mix";

interface ProfileProps {
  readonly images: readonly [Image, Image];
  readonly along: "row" | "column";
  /** Row or column of the images that are shown. */
  readonly at: number;
  /** What the corrected values are. */
  readonly quantity: string;
}

const [WIDTH, HEIGHT] = [1000, 120];

/** The values along a row or column before and after, each curve with its own axis. */
export function Profile({ images, along, at, quantity }: ProfileProps) {
  const [raw, corrected] = images.map((image) => profileOf(image, along, at));
  if (!raw || !corrected) return null;
  const [before, after] = [bounds(raw), bounds(corrected)];
  return (
    <figure className="profile" aria-label={`Profile along the ${along}`}>
      <Axis bounds={before} label="raw, counts" className="profile-raw" />
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`Raw and ${quantity}`}
      >
        <path className="profile-raw" d={path(raw, before)} />
        <path className="profile-corrected" d={path(corrected, after)} />
      </svg>
      <Axis bounds={after} label={quantity} className="profile-corrected" />
    </figure>
  );
}

type Bounds = readonly [low: number, high: number];
type Values = Float32Array | Float64Array;

function bounds(values: Values): Bounds {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low > high) return [0, 1];
  return low === high ? [low - 0.5, high + 0.5] : [low, high];
}

/** A path through the values; a gap where there is no number. */
function path(values: Values, [low, high]: Bounds): string {
  const parts: string[] = [];
  let pen = "M";
  values.forEach((value, index) => {
    if (!Number.isFinite(value)) {
      pen = "M";
      return;
    }
    const x = ((index + 0.5) / values.length) * WIDTH;
    const y = HEIGHT - 4 - ((value - low) / (high - low)) * (HEIGHT - 8);
    parts.push(`${pen}${x.toFixed(1)} ${y.toFixed(1)}`);
    pen = "L";
  });
  return parts.join("");
}

interface AxisProps {
  readonly bounds: Bounds;
  readonly label: string;
  readonly className: string;
}

function Axis({ bounds: [low, high], label, className }: AxisProps) {
  return (
    <div className={`profile-axis ${className}`}>
      <span>{shown(high)}</span>
      <span className="profile-label">{label}</span>
      <span>{shown(low)}</span>
    </div>
  );
}
