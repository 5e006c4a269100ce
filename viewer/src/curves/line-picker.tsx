import type { CurveFacts } from "./answers";
import { axisLabel } from "./words";

interface LinePickerProps {
  readonly facts: CurveFacts;
  readonly slice: string;
  readonly onSlice: (slice: string) => void;
}

/** Which line of a dataset with several axes is drawn. */
export function LinePicker({ facts, slice, onSlice }: LinePickerProps) {
  const { shape } = facts;
  const parts = partsOf(slice, shape.length);
  const axis = parts.findIndex((part) => part.includes(":"));
  return (
    <>
      <label>
        along
        <select
          aria-label="Axis of the curve"
          value={axis}
          onChange={({ target }) => {
            const next = Number(target.value);
            onSlice(shape.map((_, i) => (i === next ? ":" : "0")).join(","));
          }}
        >
          {shape.map((length, i) => (
            <option key={i} value={i}>
              {`${axisLabel(facts.axes[i] ?? undefined) || `axis ${i}`} (${length})`}
            </option>
          ))}
        </select>
      </label>
      {shape.map((length, i) =>
        i === axis ? null : (
          <label key={i} title={`0 to ${length - 1}`}>
            {facts.axes[i]?.name ?? `axis ${i}`}
            <input
              type="number"
              aria-label={`Index along axis ${i}`}
              min={0}
              max={length - 1}
              value={Number(parts[i])}
              onChange={({ target }) => {
                const index = Math.min(
                  length - 1,
                  Math.max(0, Math.trunc(Number(target.value))),
                );
                onSlice(
                  parts.map((part, k) => (k === i ? String(index) : part)).join(","),
                );
              }}
            />
          </label>
        ),
      )}
    </>
  );
}

/** What is chosen along each axis; where nothing is, the beginning, and all of the last. */
export function partsOf(slice: string, rank: number): string[] {
  const given = slice.split(",").map((part) => part.trim());
  const isLine =
    given.length === rank &&
    given.filter((part) => part === ":").length === 1 &&
    given.every((part) => part === ":" || /^\d+$/.test(part));
  return isLine
    ? given
    : Array.from({ length: rank }, (_, i) => (i === rank - 1 ? ":" : "0"));
}
