import "@h5web/lib/styles.css";

import {
  type ColorMap,
  DefaultInteractions,
  HeatmapMesh,
  ResetZoomButton,
  ScaleType,
  SvgElement,
  SvgLine,
  DataToHtml,
  TooltipMesh,
  useCanvasEvent,
  VisCanvas,
} from "@h5web/lib";
import ndarray from "ndarray";
import { useMemo } from "react";
import { Vector3 } from "three";

import { CutHandle } from "./cut-handle";
import { type Limits, mixed, shown } from "./mix";
import type { Frame } from "./use-correction";

export interface Cross {
  readonly row: number;
  readonly column: number;
}

interface BeforeAfterProps {
  readonly frame: Frame;
  /** Flat and dark of the same frame. */
  readonly references: Frame | undefined;
  readonly limits: readonly [Limits, Limits];
  readonly colorMap: ColorMap;
  /** What the corrected values are: transmission, or absorption. */
  readonly quantity: string;
  readonly cut: number;
  readonly onCut: (cut: number) => void;
  readonly along: "row" | "column";
  readonly cross: Cross;
  readonly onCross: (cross: Cross) => void;
}

/** Raw on the left of a border that can be moved, corrected on the right of it. */
export function BeforeAfter(props: BeforeAfterProps) {
  const { frame, limits, colorMap, cut, quantity } = props;
  const { images, step, rows, columns } = frame;
  const values = useMemo(() => {
    const [{ rows: height, columns: width }] = images;
    return ndarray(mixed(images, limits, cut / step), [height, width]);
  }, [images, limits, cut, step]);
  return (
    <VisCanvas
      aspect="equal"
      abscissaConfig={{ visDomain: [0, columns], isIndexAxis: true, label: "column" }}
      ordinateConfig={{
        visDomain: [0, rows],
        isIndexAxis: true,
        flip: true,
        label: "row",
      }}
    >
      <DefaultInteractions />
      <ResetZoomButton />
      <HeatmapMesh
        values={values}
        domain={[0, 1]}
        scaleType={ScaleType.Linear}
        colorMap={colorMap}
        badColor="rgb(200, 40, 90)"
      />
      <Clicks {...props} />
      <ProfileLine {...props} />
      <TooltipMesh
        guides="both"
        renderTooltip={(x, y) => <Numbers {...props} x={x} y={y} />}
      />
      <CutHandle cut={cut} columns={columns} after={quantity} onCut={props.onCut} />
    </VisCanvas>
  );
}

/** Takes the profile through the pixel that is clicked. */
function Clicks({ frame, onCross }: BeforeAfterProps) {
  useCanvasEvent("click", ({ dataPt }) => {
    const row = Math.floor(dataPt.y);
    const column = Math.floor(dataPt.x);
    const isInside =
      row >= 0 && column >= 0 && row < frame.rows && column < frame.columns;
    if (isInside) onCross({ row, column });
  });
  return null;
}

/** Where the profile runs. */
function ProfileLine({ frame, along, cross }: BeforeAfterProps) {
  const [from, to] =
    along === "row"
      ? [new Vector3(0, cross.row + 0.5), new Vector3(frame.columns, cross.row + 0.5)]
      : [
          new Vector3(cross.column + 0.5, 0),
          new Vector3(cross.column + 0.5, frame.rows),
        ];
  return (
    <DataToHtml points={[from, to]}>
      {(start, end) => (
        <SvgElement>
          <SvgLine coords={[start, end]} stroke="#f0b429" strokeDasharray="4 4" />
        </SvgElement>
      )}
    </DataToHtml>
  );
}

/** The numbers under the cursor: raw, flat, dark and result. */
function Numbers(props: BeforeAfterProps & { readonly x: number; readonly y: number }) {
  const { frame, references, quantity, x, y } = props;
  const [row, column] = [Math.floor(y), Math.floor(x)];
  if (row < 0 || column < 0 || row >= frame.rows || column >= frame.columns) {
    return null;
  }
  const [{ columns: width }] = frame.images;
  const at = Math.floor(row / frame.step) * width + Math.floor(column / frame.step);
  const [raw, corrected] = frame.images;
  const isSame = references?.number === frame.number;
  const [flat, dark] = isSame ? references.images : [];
  return (
    <table className="numbers">
      <tbody>
        <Value label="row, column" text={`${row}, ${column}`} />
        <Value label="raw" text={shown(raw.values[at])} />
        <Value label="flat" text={shown(flat?.values[at])} />
        <Value label="dark" text={shown(dark?.values[at])} />
        <Value label={quantity} text={shown(corrected.values[at])} />
      </tbody>
    </table>
  );
}

function Value({ label, text }: { readonly label: string; readonly text: string }) {
  return (
    <tr>
      <th scope="row">{label}</th>
      <td>{text}</td>
    </tr>
  );
}
