import type { Column } from "./answers";
import type { Curve } from "./use-curves";
import { exactText, valueText } from "./values";

/** A column as an axis is labelled: its name and its units. */
export function axisLabel(column: Pick<Column, "label" | "units"> | undefined): string {
  if (!column) return "";
  return column.units ? `${column.label} (${column.units})` : column.label;
}

export function labelOf({ ref, facts }: Pick<Curve, "ref" | "facts">): string {
  const name = facts?.label ?? ref.path.split("/").at(-1) ?? ref.path;
  return ref.slice ? `${name} [${ref.slice}]` : name;
}

/** One label for several curves: theirs, if it is the same for all. */
export function commonLabel(labels: readonly string[]): string {
  const different = new Set(labels);
  return different.size === 1 ? (labels[0] ?? "") : "";
}

/** What the cursor is at. */
export function readingOf(curve: Curve, at: number): string {
  const { points, facts, x } = curve;
  if (!points) return "";
  const units = facts?.units ? ` ${facts.units}` : "";
  const place = points.place[at] ?? 0;
  const over = x
    ? `${x.label} = ${exactText(points.x[at] ?? NaN, "<f8")}${x.units && ` ${x.units}`}, `
    : "";
  const errors = points.errors
    ? ` ± ${exactText(points.errors[at] ?? NaN, "<f8")}`
    : "";
  return `${over}${labelOf(curve)} = ${valueText(points, at)}${errors}${units} (point ${place})`;
}

/** What is said where two points stand for many; nothing where all are drawn. */
export function reductionOf(curves: readonly Curve[]): string {
  const sizes = curves.map(({ points }) => points?.size ?? 1);
  const most = Math.max(1, ...sizes);
  if (most === 1) return "";
  return (
    `Least and largest of every ${most.toLocaleString("en")} points; ` +
    "zoom in to see each"
  );
}
