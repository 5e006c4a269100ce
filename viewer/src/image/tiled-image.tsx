import { useCameraState, useVisCanvasContext } from "@h5web/lib";
import { useEffect, useState } from "react";

import type { ImageFacts, Tile } from "./facts";
import { type Frame, queryOf } from "./frame";
import type { Look } from "./material";
import { PixelMesh } from "./pixel-mesh";
import type { TileStore } from "./tile-store";
import type { Shown } from "./use-frame";
import { levelFor, overview, type Placed, tilesIn, type Visible } from "./visible";

interface TiledImageProps {
  readonly store: TileStore;
  readonly facts: ImageFacts;
  readonly shown: Shown;
  readonly look: Look;
  readonly fromTop: boolean;
}

/** A frame on the canvas: its last level at once, and what is looked at in detail. */
export function TiledImage(props: TiledImageProps) {
  const { store, facts, shown, look, fromTop } = props;
  const { visSize, canvasSize, getVisibleDomains } = useVisCanvasContext();
  const visible = useCameraState(
    (camera): Visible => {
      const { xVisibleDomain: x, yVisibleDomain: y } = getVisibleDomains(camera);
      return {
        columns: [Math.min(...x), Math.max(...x)],
        rows: [Math.min(...y), Math.max(...y)],
      };
    },
    [getVisibleDomains],
    isSameArea,
  );
  const { levels } = facts;
  const perPoint = (visible.columns[1] - visible.columns[0]) / canvasSize.width;
  const level = levelFor(perPoint, levels);
  const details = level === levels.length - 1 ? [] : tilesIn(visible, levels, level);
  const shape = levels[0]?.shape ?? [1, 1];
  const size = [visSize.width, visSize.height * (fromTop ? -1 : 1)] as const;
  const same = { shape, size, look };
  return (
    <>
      <PixelMesh {...same} tile={shown.tile} placed={overview(levels)} order={0} />
      {details.map((placed) => (
        <Detail
          key={`${placed.level} ${placed.row} ${placed.column}`}
          {...same}
          store={store}
          frame={shown.frame}
          placed={placed}
          order={levels.length - placed.level}
        />
      ))}
    </>
  );
}

interface DetailProps {
  readonly store: TileStore;
  readonly frame: Frame;
  readonly placed: Placed;
  readonly shape: readonly [number, number];
  readonly size: readonly [number, number];
  readonly look: Look;
  readonly order: number;
}

/** A tile that is drawn once it has come. */
function Detail({ store, frame, placed, ...rest }: DetailProps) {
  const { level, row, column } = placed;
  const [tile, setTile] = useState<{ frame: Frame; tile: Tile }>();
  useEffect(() => {
    let isWanted = true;
    store.load({ ...queryOf(frame), level, row, column }).then(
      (found) => {
        if (isWanted) setTile({ frame, tile: found });
      },
      () => undefined, // what lies below stays, and its error is told
    );
    return () => {
      isWanted = false;
    };
  }, [store, frame, level, row, column]);
  // A tile of another frame than the one around it would be a lie.
  if (tile?.frame !== frame) return null;
  return <PixelMesh tile={tile.tile} placed={placed} {...rest} />;
}

function isSameArea(one: Visible, other: Visible): boolean {
  return (
    one.columns.every((end, n) => end === other.columns[n]) &&
    one.rows.every((end, n) => end === other.rows[n])
  );
}
