import type { Statistics } from "./facts";
import { numberText } from "./numbers";

interface StatisticsTableProps {
  readonly statistics: Statistics;
  /** Whether the sum is told as well. */
  readonly sum?: boolean;
}

/** What is known of many pixels; of those that mean nothing, how many there are. */
export function StatisticsTable({ statistics, sum = false }: StatisticsTableProps) {
  const { count, finite, min, max, mean, std, nan, infinite, saturated } = statistics;
  const rows: [string, string][] = [
    ["Mean", numberText(mean)],
    ["Std", numberText(std)],
    ["Min", numberText(min)],
    ["Max", numberText(max)],
    ["Pixels", count.toLocaleString("en")],
  ];
  if (sum) rows.splice(2, 0, ["Sum", numberText(mean === null ? null : mean * finite)]);
  if (nan) rows.push(["NaN", nan.toLocaleString("en")]);
  if (infinite) rows.push(["Infinite", infinite.toLocaleString("en")]);
  if (saturated) rows.push(["Saturated", saturated.toLocaleString("en")]);
  return (
    <dl className="image-statistics">
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
