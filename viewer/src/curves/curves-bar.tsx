import type { ReactNode } from "react";

import { useClient } from "../api/context";
import type { Style } from "./plot";
import { save } from "../image/saving";
import { fileName, pngOf } from "./saving";
import type { Scale } from "./scales";
import { LinePicker } from "./line-picker";
import { type Picture, svgOf } from "./svg";
import { type Curve, sliceAlong } from "./use-curves";

/** How curves are drawn. */
export interface Shown {
  readonly x: Scale;
  readonly y: Scale;
  readonly style: Style;
  readonly hasGrid: boolean;
  readonly hasErrors: boolean;
}

interface CurvesBarProps {
  readonly shown: Shown;
  readonly curves: readonly Curve[];
  readonly base: Curve | undefined;
  readonly picture: Picture;
  readonly isZoomed: boolean;
  readonly onShow: (shown: Shown) => void;
  readonly onReset: () => void;
  readonly onSlice: (slice: string) => void;
  readonly children: ReactNode;
}

const SCALES: readonly Scale[] = ["linear", "log", "symlog"];
const STYLES: readonly Style[] = ["line", "points", "both"];

/** The controls above curves. */
export function CurvesBar(props: CurvesBarProps) {
  const { shown, base, curves, isZoomed, onShow, onReset, onSlice, children } = props;
  const hasErrors = curves.some(({ facts }) => facts?.errors);
  return (
    <div className="curves-bar" role="toolbar" aria-label="How curves are drawn">
      {base?.facts && base.facts.shape.length > 1 && (
        <LinePicker facts={base.facts} slice={base.ref.slice} onSlice={onSlice} />
      )}
      <Choice
        label="x"
        name="Scale of x"
        values={SCALES}
        value={shown.x}
        onChange={(x) => {
          onShow({ ...shown, x });
        }}
      />
      <Choice
        label="y"
        name="Scale of y"
        values={SCALES}
        value={shown.y}
        onChange={(y) => {
          onShow({ ...shown, y });
        }}
      />
      <Choice
        label="as"
        name="Lines or points"
        values={STYLES}
        value={shown.style}
        onChange={(style) => {
          onShow({ ...shown, style });
        }}
      />
      <Switch
        label="Grid"
        isOn={shown.hasGrid}
        onTurn={(hasGrid) => {
          onShow({ ...shown, hasGrid });
        }}
      />
      {hasErrors && (
        <Switch
          label="Errors"
          isOn={shown.hasErrors}
          onTurn={(next) => {
            onShow({ ...shown, hasErrors: next });
          }}
        />
      )}
      <button
        type="button"
        className="curves-button"
        disabled={!isZoomed}
        title="Show all (double click). Wheel: zoom (Alt: x only, Shift: y only); drag: move; Ctrl and drag: zoom into a box"
        onClick={onReset}
      >
        Show all
      </button>
      <SaveMenu {...props} />
      {children}
    </div>
  );
}

interface ChoiceProps<T extends string> {
  readonly label: string;
  readonly name: string;
  readonly values: readonly T[];
  readonly value: T;
  readonly onChange: (value: T) => void;
}

function Choice<T extends string>({
  label,
  name,
  values,
  value,
  onChange,
}: ChoiceProps<T>) {
  return (
    <label>
      {label}
      <select
        aria-label={name}
        value={value}
        onChange={({ target }) => {
          onChange(target.value as T);
        }}
      >
        {values.map((each) => (
          <option key={each}>{each}</option>
        ))}
      </select>
    </label>
  );
}

interface SwitchProps {
  readonly label: string;
  readonly isOn: boolean;
  readonly onTurn: (isOn: boolean) => void;
}

function Switch({ label, isOn, onTurn }: SwitchProps) {
  return (
    <button
      type="button"
      className="curves-button"
      aria-pressed={isOn}
      onClick={() => {
        onTurn(!isOn);
      }}
    >
      {label}
    </button>
  );
}

function SaveMenu({ curves, picture, base }: CurvesBarProps) {
  const client = useClient();
  const path = base?.facts?.path ?? "curves";
  async function saveAs(form: string) {
    if (form === "svg") save(fileName(path, "svg"), svgOf(picture), "image/svg+xml");
    if (form === "png") {
      save(fileName(path, "png"), await pngOf(svgOf(picture)), "image/png");
    }
    if (form !== "csv" && form !== "npy") return;
    for (const { ref, facts, x } of curves) {
      if (!facts) continue;
      const bytes = await client.bytes("columns", {
        file: ref.file,
        path: facts.path,
        selection:
          ref.slice || sliceAlong(facts.shape.length - 1, facts.shape) || undefined,
        x: x?.path,
        errors: facts.errors ?? undefined,
        form,
      });
      save(fileName(facts.path, form), bytes, "application/octet-stream");
    }
  }
  return (
    <select
      aria-label="Save"
      title="Pictures show what is drawn; CSV and NumPy files hold every point"
      value=""
      onChange={({ target }) => {
        void saveAs(target.value);
      }}
    >
      <option value="">Save …</option>
      <option value="png">Picture (PNG)</option>
      <option value="svg">Drawing (SVG)</option>
      <option value="csv">All points (CSV)</option>
      <option value="npy">All points (NumPy)</option>
    </select>
  );
}
