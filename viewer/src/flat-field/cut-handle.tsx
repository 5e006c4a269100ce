import { Html, useCameraState, useVisCanvasContext } from "@h5web/lib";
import { useThree } from "@react-three/fiber";
import { type KeyboardEvent, type PointerEvent, useCallback } from "react";
import { Vector3 } from "three";

interface CutHandleProps {
  /** The column that the image after the cut begins with. */
  readonly cut: number;
  readonly columns: number;
  readonly after: string;
  readonly onCut: (cut: number) => void;
}

const STEP = 0.01;
const PAGE = 0.1;

/** The border between the two images: dragged, or moved with the arrow keys. */
export function CutHandle({ cut, columns, after, onCut }: CutHandleProps) {
  const camera = useThree((state) => state.camera);
  const { dataToHtml, htmlToData, canvasSize, canvasArea } = useVisCanvasContext();
  const place = useCallback(
    (of: typeof camera) => dataToHtml(of, new Vector3(cut, 0, 0)).x,
    [dataToHtml, cut],
  );
  const x = useCameraState(place, [place]);
  const left = Math.min(canvasSize.width - 1, Math.max(1, x));

  const moveTo = (column: number) => {
    onCut(Math.min(columns, Math.max(0, Math.round(column))));
  };
  const drag = (event: PointerEvent<HTMLDivElement>) => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const at = event.clientX - canvasArea.getBoundingClientRect().left;
    moveTo(htmlToData(camera, new Vector3(at, 0, 0)).x);
  };
  const press = (event: KeyboardEvent) => {
    const next = columnAfterKey(event.key, cut, columns);
    if (next === undefined) return;
    event.preventDefault();
    moveTo(next);
  };
  return (
    <Html>
      <div
        className="cut"
        style={{ left }}
        role="slider"
        tabIndex={0}
        aria-label={`Cut between raw and ${after}`}
        aria-valuemin={0}
        aria-valuemax={columns}
        aria-valuenow={cut}
        aria-valuetext={`column ${cut}`}
        title="Drag, or use the arrow keys"
        onPointerDown={(event) => {
          event.stopPropagation();
          event.currentTarget.setPointerCapture(event.pointerId);
        }}
        onPointerMove={drag}
        onClick={(event) => {
          event.stopPropagation(); // a click into the image moves the profile
        }}
        onKeyDown={press}
      >
        <span className="cut-label cut-before">raw</span>
        <span className="cut-label cut-after">{after}</span>
        <span className="cut-grip" aria-hidden="true">
          ⇔
        </span>
      </div>
    </Html>
  );
}

function columnAfterKey(key: string, cut: number, columns: number): number | undefined {
  const moves: Readonly<Record<string, number>> = {
    ArrowLeft: -STEP,
    ArrowDown: -STEP,
    ArrowRight: STEP,
    ArrowUp: STEP,
    PageDown: -PAGE,
    PageUp: PAGE,
    Home: -1,
    End: 1,
  };
  const move = moves[key];
  if (move === undefined) return undefined;
  return cut + Math.sign(move) * Math.max(1, Math.abs(move) * columns);
}
