/** Scales of an axis, as H5Web names them. */
export type Scale = "linear" | "log" | "symlog";
export type Domain = readonly [low: number, high: number];

const WAYS: Readonly<Record<Scale, readonly [Way, Way]>> = {
  linear: [(v) => v, (v) => v],
  log: [Math.log10, (v) => 10 ** v],
  // As d3-scale's symlog with its constant 1.
  symlog: [
    (v) => Math.sign(v) * Math.log1p(Math.abs(v)),
    (v) => Math.sign(v) * Math.expm1(Math.abs(v)),
  ],
};
type Way = (value: number) => number;

/** Where a value lies along an axis, 0 at its beginning and 1 at its end. */
export function along(value: number, [low, high]: Domain, scale: Scale): number {
  const [to] = WAYS[scale];
  return (to(value) - to(low)) / (to(high) - to(low));
}

/** The value that lies there along an axis: the inverse of `along`. */
export function valueAt(share: number, [low, high]: Domain, scale: Scale): number {
  const [to, from] = WAYS[scale];
  return from(to(low) + share * (to(high) - to(low)));
}

/** The part of an axis between two shares of it. */
export function part(domain: Domain, first: number, last: number, scale: Scale) {
  const found: Domain = [valueAt(first, domain, scale), valueAt(last, domain, scale)];
  const [low, high] = found;
  const isPlain = Number.isFinite(low) && Number.isFinite(high) && high > low;
  // Nearer than numbers are apart, there is nothing to see.
  const isWide = high - low > 1e-12 * Math.max(Math.abs(low), Math.abs(high));
  return isPlain && isWide ? found : domain;
}

/** An axis that is `factor` as long, with the same value at `share` of it. */
export function zoomed(domain: Domain, factor: number, share: number, scale: Scale) {
  return part(domain, share * (1 - factor), share + (1 - share) * factor, scale);
}

/** The range of numbers that an axis of this scale can show, with some air. */
export function extent(
  arrays: readonly Float64Array[],
  scale: Scale,
  air: number,
): Domain | undefined {
  let low = Infinity;
  let high = -Infinity;
  for (const values of arrays) {
    for (const value of values) {
      if (!Number.isFinite(value) || (scale === "log" && value <= 0)) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  if (low > high) return undefined;
  if (low === high) {
    const margin = Math.abs(low) * 0.1 || 1;
    return scale === "log" ? [low / 10, high * 10] : [low - margin, high + margin];
  }
  return part([low, high], -air, 1 + air, scale);
}
