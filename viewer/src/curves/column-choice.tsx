import { type CurveRef, keyOf, useChosen } from "./chosen";
import type { Curve } from "./use-curves";

interface ColumnChoiceProps {
  readonly base: Curve;
  readonly own: CurveRef;
}

/** The other columns of a scan, or signals of a plot, to be drawn with it. */
export function ColumnChoice({ base, own }: ColumnChoiceProps) {
  const { kept, keep, remove } = useChosen();
  const { facts } = base;
  if (!facts) return null;
  const length = base.whole?.length ?? facts.shape[0];
  const others = [
    ...facts.auxiliary,
    ...facts.beside.filter((column) => column.length === length),
  ].filter(
    ({ path }, i, all) =>
      path !== facts.path && all.findIndex((each) => each.path === path) === i,
  );
  if (others.length === 0 || facts.shape.length > 1) return null;
  const x = own.x === "" ? (facts.axes[0]?.path ?? "") : own.x;
  return (
    <details className="curves-columns" open={facts.is_scan}>
      <summary>Columns of the same length</summary>
      {others.map(({ path, name, units }) => {
        const ref: CurveRef = { file: own.file, path, slice: "", x };
        const isDrawn = kept.some((each) => keyOf(each) === keyOf(ref));
        return (
          <label key={path} title={path}>
            <input
              type="checkbox"
              checked={isDrawn}
              onChange={() => {
                if (isDrawn) remove(ref);
                else keep(ref);
              }}
            />
            {units ? `${name} (${units})` : name}
          </label>
        );
      })}
    </details>
  );
}
