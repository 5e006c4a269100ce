import type { Contrast, Histogram } from "./facts";

export const SCALES = ["linear", "log", "symlog", "sqrt"] as const;
export type ScaleName = (typeof SCALES)[number];

/** The values of the first and the last colour. */
export type Limits = readonly [number, number];

/** How limits are found. */
export type Rule =
  | { readonly kind: "percent"; readonly low: number; readonly high: number }
  | { readonly kind: "sigma" }
  | { readonly kind: "manual"; readonly limits: Limits };

const DECADES = 1e-4;
const SIGMAS = 3;

/** The limits that a rule gives; of the data alone, where it gives none. */
export function limitsOf(rule: Rule, contrast: Contrast, scale: ScaleName): Limits {
  if (rule.kind === "manual") return drawable(rule.limits, scale);
  const { mean, std, min, max } = contrast.statistics;
  const [lowest, highest] = [min ?? 0, max ?? 1];
  if (rule.kind === "sigma") {
    const [middle, spread] = [mean ?? 0, SIGMAS * (std ?? 0)];
    const low = Math.max(middle - spread, lowest);
    return drawable([low, Math.min(middle + spread, highest)], scale);
  }
  const low = percentile(contrast, rule.low) ?? lowest;
  return drawable([low, percentile(contrast, rule.high) ?? highest], scale);
}

/** The value at a percentage, between those that are known on a straight line. */
export function percentile(contrast: Contrast, percent: number): number | undefined {
  let before: readonly [number, number] | undefined;
  for (const [at, value] of contrast.percentiles) {
    if (value === null) return undefined;
    if (at === percent) return value;
    if (at > percent) {
      if (!before) return value;
      const share = (percent - before[0]) / (at - before[0]);
      return before[1] + share * (value - before[1]);
    }
    before = [at, value];
  }
  return before?.[1];
}

/** Limits between which there is something, and of which there are colours. */
export function drawable([low, high]: Limits, scale: ScaleName): Limits {
  if (scale === "log") {
    high = high > 0 ? high : 1;
    low = low > 0 ? low : high * DECADES;
  }
  if (scale === "sqrt") [low, high] = [Math.max(low, 0), Math.max(high, 0)];
  return high > low ? [low, high] : [low, low + Math.max(1, 1e-3 * Math.abs(low))];
}

/** A value on the scale that colours are evenly spread over. */
export function scaled(value: number, scale: ScaleName): number {
  switch (scale) {
    case "linear":
      return value;
    case "log":
      return Math.log10(value);
    case "symlog":
      return Math.sign(value) * Math.log10(1 + Math.abs(value));
    case "sqrt":
      return Math.sqrt(value);
  }
}

/** The value that `scaled` makes `place` of. */
export function unscaled(place: number, scale: ScaleName): number {
  switch (scale) {
    case "linear":
      return place;
    case "log":
      return 10 ** place;
    case "symlog":
      return Math.sign(place) * (10 ** Math.abs(place) - 1);
    case "sqrt":
      return place * place;
  }
}

/** Where a value lies from the first colour, 0, to the last, 1; undefined for none. */
export function shareOf(
  value: number,
  [low, high]: Limits,
  scale: ScaleName,
): number | undefined {
  const [place, first, last] = [value, low, high].map((each) => scaled(each, scale));
  if (place === undefined || first === undefined || last === undefined) return;
  if (!Number.isFinite(place)) return undefined;
  return Math.min(Math.max((place - first) / (last - first), 0), 1);
}

/** A histogram of fewer bins, as many as can be drawn. */
export function coarser({ start, width, counts }: Histogram, bins: number): Histogram {
  const step = Math.max(Math.ceil(counts.length / bins), 1);
  const joined: number[] = [];
  for (let first = 0; first < counts.length; first += step) {
    joined.push(counts.slice(first, first + step).reduce((sum, each) => sum + each, 0));
  }
  return { start, width: width * step, counts: joined };
}
