import { useState } from "react";

import type { Histogram, Statistics } from "./facts";
import { Plot } from "./plot";
import { StatisticsTable } from "./statistics-table";
import { useEvents } from "./use-events";

interface StackEvent {
  readonly done: number;
  readonly total: number;
  readonly statistics: Statistics;
  readonly histogram: Histogram;
}

interface StackPanelProps {
  readonly file: string;
  readonly path: string;
}

/** Statistics of all frames, as they are worked out. */
export function StackPanel({ file, path }: StackPanelProps) {
  const [isAsked, setIsAsked] = useState(false);
  const { events, isDone, problem } = useEvents<StackEvent>(
    "statistics",
    isAsked ? { file, path } : undefined,
  );
  const last = events.at(-1);
  const share = last ? last.done / last.total : 0;
  return (
    <section className="image-panel" aria-label="Whole dataset">
      <h2>Whole dataset</h2>
      <div className="image-row">
        <button
          type="button"
          onClick={() => {
            setIsAsked(!isAsked || isDone);
          }}
          disabled={isAsked && isDone && problem === ""}
        >
          {isAsked && !isDone ? "Cancel" : "Work out statistics"}
        </button>
        {isAsked && !isDone && (
          <progress aria-label="Statistics" value={share} max={1} />
        )}
        {last && !isDone && (
          <span className="image-note">{Math.round(100 * share)} %</span>
        )}
      </div>
      {problem && <p className="image-problem">{problem}</p>}
      {last && (
        <>
          <StatisticsTable statistics={last.statistics} />
          <HistogramOf histogram={last.histogram} />
        </>
      )}
    </section>
  );
}

function HistogramOf({ histogram }: { readonly histogram: Histogram }) {
  const { start, width, counts } = histogram;
  const x = [...counts.keys(), counts.length].map((n) => start + n * width);
  const y = [...counts, 0].map((count) => Math.log10(1 + count));
  return (
    <Plot
      name="Histogram"
      xLabel="value"
      yLabel="log10(1 + pixels)"
      curve={{ label: "", x, y }}
      asBars
    />
  );
}
