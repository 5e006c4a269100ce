import type { Column } from "./answers";
import { COUNTED, useChosen } from "./chosen";
import type { Curve } from "./use-curves";
import { labelOf } from "./words";

interface CurveListProps {
  readonly curves: readonly Curve[];
  readonly onX: (curve: Curve, x: string) => void;
}

/** The curves with their colours: the legend, and what may be done with each. */
export function CurveList({ curves, onX }: CurveListProps) {
  const { kept, hidden, keep, remove, toggle } = useChosen();
  const isKept = ({ key }: Curve) =>
    kept.some(({ file, path, slice }) => `${file}::${path}[${slice}]` === key);
  return (
    <ul className="curves-list" aria-label="Curves">
      {curves.map((curve) => (
        <li key={curve.key} className="curves-item">
          <label className="curves-name" title={curve.key}>
            <input
              type="checkbox"
              checked={!hidden.has(curve.key)}
              onChange={() => {
                toggle(curve.ref);
              }}
            />
            <span className="curves-swatch" style={{ background: curve.colour }} />
            <span className="curves-label">{labelOf(curve)}</span>
          </label>
          <button
            type="button"
            className="curves-button"
            aria-label={
              isKept(curve) ? `Remove ${labelOf(curve)}` : `Keep ${labelOf(curve)}`
            }
            title={
              isKept(curve)
                ? "Take it out of the plot"
                : "Keep it in the plot when another dataset is chosen"
            }
            onClick={() => {
              if (isKept(curve)) remove(curve.ref);
              else keep(curve.ref);
            }}
          >
            {isKept(curve) ? "×" : "+ Keep"}
          </button>
          <small className="curves-where">{whereOf(curve)}</small>
          <XPicker
            curve={curve}
            onX={(x) => {
              onX(curve, x);
            }}
          />
          {curve.problem !== undefined && (
            <small className="curves-problem" role="alert">
              {curve.problem}
            </small>
          )}
        </li>
      ))}
    </ul>
  );
}

function whereOf({ ref, facts }: Curve): string {
  const file = ref.file.split("/").at(-1) ?? ref.file;
  return `${file} ${facts?.path ?? ref.path}${ref.slice && `[${ref.slice}]`}`;
}

function XPicker({ curve, onX }: { curve: Curve; onX: (x: string) => void }) {
  const { facts, ref } = curve;
  if (!facts) return null;
  const axes = facts.axes.filter((axis) => axis !== null);
  const length = curve.whole?.length;
  const beside = facts.beside.filter(
    (column) =>
      (length === undefined || column.length === length) &&
      column.path !== facts.path &&
      !axes.some(({ path }) => path === column.path),
  );
  const own = axes.map(({ path }) => path).includes(curve.x?.path ?? "")
    ? curve.x
    : undefined;
  const value = ref.x === "" ? (own?.path ?? COUNTED) : ref.x;
  return (
    <label className="curves-x">
      over
      <select
        aria-label={`Over what ${labelOf(curve)} is drawn`}
        value={value}
        onChange={({ target }) => {
          onX(target.value);
        }}
      >
        <option value={COUNTED}>point number</option>
        {axes.map((column) => (
          <Choice key={column.path} column={column} />
        ))}
        {beside.map((column) => (
          <Choice key={column.path} column={column} />
        ))}
      </select>
    </label>
  );
}

function Choice({ column }: { column: Column }) {
  const { path, name, units } = column;
  return <option value={path}>{units ? `${name} (${units})` : name}</option>;
}
