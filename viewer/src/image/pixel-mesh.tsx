import { useThree } from "@react-three/fiber";
import { useEffect, useLayoutEffect, useRef } from "react";
import { Mesh, PlaneGeometry, type ShaderMaterial } from "three";

import type { Tile } from "./facts";
import { dress, type Look, materialOf } from "./material";
import { TileTexture } from "./texture";
import type { Placed } from "./visible";

interface PixelMeshProps {
  readonly tile: Tile;
  readonly placed: Placed;
  /** Rows and columns of the whole frame. */
  readonly shape: readonly [number, number];
  /** Width and height of the whole frame on the canvas; negative where flipped. */
  readonly size: readonly [number, number];
  readonly look: Look;
  /** What is drawn after, over the others. */
  readonly order: number;
}

interface Drawn {
  readonly mesh: Mesh<PlaneGeometry, ShaderMaterial>;
  readonly key: string;
  readonly texture: TileTexture;
  tile: Tile;
}

/** A tile on the canvas. */
export function PixelMesh(props: PixelMeshProps) {
  const { tile, placed, shape, size, look, order } = props;
  const scene = useThree((state) => state.scene);
  const invalidate = useThree((state) => state.invalidate);
  const drawn = useRef<Drawn | undefined>(undefined);

  useLayoutEffect(() => {
    const found = textured(drawn.current, tile, look, () => {
      remove(drawn.current);
    });
    if (found !== drawn.current) scene.add(found.mesh);
    drawn.current = found;
    dress(found.mesh.material, found.texture.texture, look);
    place(found.mesh, placed, shape, size);
    found.mesh.renderOrder = order;
    invalidate();
  }, [tile, placed, shape, size, look, order, scene, invalidate]);

  useEffect(
    () => () => {
      remove(drawn.current);
      drawn.current = undefined;
      invalidate();
    },
    [invalidate],
  );
  return null;
}

/** The mesh with the values of a tile: the one before, if it can take them. */
function textured(
  before: Drawn | undefined,
  tile: Tile,
  look: Look,
  drop: () => void,
): Drawn {
  const [rows = 0, columns = 0] = tile.shape;
  const key = `${tile.dtype} ${look.scale}`;
  if (before?.key === key) {
    const isSame = before.tile === tile;
    if (isSame || before.texture.take(tile.data, rows, columns, look.invalid)) {
      before.tile = tile;
      return before;
    }
  }
  drop();
  const texture = new TileTexture(tile.data, rows, columns, look.invalid);
  const material = materialOf(texture.sampler, look.scale);
  return { mesh: new Mesh(new PlaneGeometry(1, 1), material), key, texture, tile };
}

function place(
  mesh: Mesh,
  { top, left, height, width }: Placed,
  [rows, columns]: readonly [number, number],
  [across, down]: readonly [number, number],
): void {
  mesh.scale.set((width / columns) * across, (height / rows) * down, 1);
  mesh.position.set(
    ((left + width / 2) / columns - 0.5) * across,
    ((top + height / 2) / rows - 0.5) * down,
    0,
  );
}

function remove(drawn: Drawn | undefined): void {
  if (!drawn) return;
  drawn.mesh.removeFromParent();
  drawn.mesh.geometry.dispose();
  drawn.mesh.material.dispose();
  drawn.texture.dispose();
}
