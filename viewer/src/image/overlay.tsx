import { DataToHtml, SvgElement, useVisCanvasContext } from "@h5web/lib";
import { useThree } from "@react-three/fiber";
import { type PointerEvent as ReactPointerEvent, useEffect, useRef } from "react";
import { Vector3 } from "three";

import { type Box, cornersOf, HANDLES, type LineEnds, pulled, shifted } from "./shapes";

interface RegionMarkProps {
  readonly box: Box;
  readonly shape: readonly [number, number];
  readonly onChange: (box: Box) => void;
}

/** A rectangle over the image that is moved, and pulled by its corners and sides. */
export function RegionMark({ box, shape, onChange }: RegionMarkProps) {
  const dataAt = useDataAt();
  const [start, end] = cornersOf(box);
  return (
    <DataToHtml points={[new Vector3(...start), new Vector3(...end)]}>
      {(one: Vector3, other: Vector3) => {
        const [left, right] = [Math.min(one.x, other.x), Math.max(one.x, other.x)];
        const [top, bottom] = [Math.min(one.y, other.y), Math.max(one.y, other.y)];
        const isFlipped = one.y > other.y;
        return (
          <SvgElement>
            <Handle
              label="Move the region"
              className="image-region"
              frame={{ x: left, y: top, width: right - left, height: bottom - top }}
              dataAt={dataAt}
              from={box}
              onMove={(from, by) => {
                onChange(shifted(from, by, shape));
              }}
            />
            {HANDLES.map(({ name, x, y, cursor }) => (
              <Handle
                key={name}
                label={`Pull the region: ${name}`}
                className="image-handle"
                style={{ cursor }}
                frame={around(
                  left + x * (right - left),
                  top + (isFlipped ? 1 - y : y) * (bottom - top),
                )}
                dataAt={dataAt}
                from={box}
                onMove={(from, by) => {
                  onChange(pulled(from, { x, y }, by, shape));
                }}
              />
            ))}
          </SvgElement>
        );
      }}
    </DataToHtml>
  );
}

interface LineMarkProps {
  readonly line: LineEnds;
  readonly onChange: (line: LineEnds) => void;
}

/** A line over the image, whose ends are moved. */
export function LineMark({ line, onChange }: LineMarkProps) {
  const dataAt = useDataAt();
  // Whole numbers are centres of pixels, which lie in the middle of theirs.
  const points = [line.start, line.end].map(
    ([row, column]) => new Vector3(column + 0.5, row + 0.5),
  ) as [Vector3, Vector3];
  return (
    <DataToHtml points={points}>
      {(one: Vector3, other: Vector3) => (
        <SvgElement>
          <line
            className="image-line"
            x1={one.x}
            y1={one.y}
            x2={other.x}
            y2={other.y}
          />
          {([one, other] as const).map((point, n) => (
            <Handle
              key={n}
              label={
                n === 0 ? "Move the start of the line" : "Move the end of the line"
              }
              className="image-handle"
              frame={around(point.x, point.y)}
              dataAt={dataAt}
              from={line}
              onMove={(from, [rows, columns]) => {
                const end = n === 0 ? from.start : from.end;
                const moved = [end[0] + rows, end[1] + columns] as const;
                onChange(n === 0 ? { ...from, start: moved } : { ...from, end: moved });
              }}
            />
          ))}
        </SvgElement>
      )}
    </DataToHtml>
  );
}

interface HandleProps<Shape> {
  readonly label: string;
  readonly className: string;
  readonly frame: { x: number; y: number; width: number; height: number };
  readonly style?: { cursor: string };
  readonly dataAt: DataAt;
  readonly from: Shape;
  /** Rows and columns that it was moved by since it was taken hold of. */
  readonly onMove: (from: Shape, by: readonly [number, number]) => void;
}

type DataAt = (event: { clientX: number; clientY: number }) => Vector3;

/** Gives where on the data the pointer is; what is drawn over the canvas can't tell. */
function useDataAt(): DataAt {
  const camera = useThree((state) => state.camera);
  const { canvasArea, htmlToData } = useVisCanvasContext();
  return ({ clientX, clientY }) => {
    const area = canvasArea.getBoundingClientRect();
    return htmlToData(camera, new Vector3(clientX - area.left, clientY - area.top));
  };
}

function Handle<Shape>({
  label,
  className,
  frame,
  style,
  dataAt,
  from,
  onMove,
}: HandleProps<Shape>) {
  const rect = useRef<SVGRectElement>(null);
  const held = useRef<{ from: Shape; at: Vector3 } | undefined>(undefined);

  // The canvas listens itself, before React does: it must not pan at the same time.
  useEffect(() => {
    const element = rect.current;
    const stop = (event: Event) => {
      event.stopPropagation();
    };
    element?.addEventListener("pointerdown", stop);
    return () => {
      element?.removeEventListener("pointerdown", stop);
    };
  }, []);

  return (
    <rect
      ref={rect}
      {...frame}
      className={className}
      style={style}
      aria-label={label}
      onPointerDownCapture={(event: ReactPointerEvent<SVGRectElement>) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        held.current = { from, at: dataAt(event) };
      }}
      onPointerMove={(event) => {
        if (!held.current) return;
        const by = dataAt(event).sub(held.current.at);
        onMove(held.current.from, [by.y, by.x]);
      }}
      onPointerUp={() => {
        held.current = undefined;
      }}
    />
  );
}

const SIZE = 10;

function around(x: number, y: number) {
  return { x: x - SIZE / 2, y: y - SIZE / 2, width: SIZE, height: SIZE };
}
