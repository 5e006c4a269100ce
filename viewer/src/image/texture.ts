import {
  ByteType,
  DataTexture,
  FloatType,
  IntType,
  NearestFilter,
  type PixelFormat,
  RedFormat,
  RedIntegerFormat,
  ShortType,
  type TextureDataType,
  UnsignedByteType,
  UnsignedIntType,
  UnsignedShortType,
} from "three";

import type { TypedArray } from "../api/array";

/** What the shader reads from a texture: integers as they are, or floats. */
export type Sampler = "usampler2D" | "isampler2D" | "sampler2D";

interface Form {
  readonly type: TextureDataType;
  readonly sampler: Sampler;
}

/** Arrays as textures: integers are not made floats, so nothing of them is lost. */
function formOf(data: TypedArray): Form | undefined {
  if (data instanceof Uint8Array) {
    return { type: UnsignedByteType, sampler: "usampler2D" };
  }
  if (data instanceof Uint16Array) {
    return { type: UnsignedShortType, sampler: "usampler2D" };
  }
  if (data instanceof Uint32Array) {
    return { type: UnsignedIntType, sampler: "usampler2D" };
  }
  if (data instanceof Int8Array) return { type: ByteType, sampler: "isampler2D" };
  if (data instanceof Int16Array) return { type: ShortType, sampler: "isampler2D" };
  if (data instanceof Int32Array) return { type: IntType, sampler: "isampler2D" };
  if (data instanceof Float32Array) return { type: FloatType, sampler: "sampler2D" };
  return undefined;
}

/** The array as the graphics card can hold it; 64 bits become floats of 32. */
function drawable(data: TypedArray, invalid: number | null): TypedArray {
  if (formOf(data)) return data;
  if (data instanceof Float64Array) return Float32Array.from(data);
  const found = new Float32Array(data.length);
  for (let n = 0; n < found.length; n += 1) {
    const value = Number(data[n]);
    found[n] = value === invalid ? NaN : value;
  }
  return found;
}

/** A tile as a texture; a frame of the same form is put into the same one. */
export class TileTexture {
  readonly texture: DataTexture;
  readonly sampler: Sampler;
  readonly #rows: number;
  readonly #columns: number;
  readonly #form: TextureDataType;

  constructor(data: TypedArray, rows: number, columns: number, invalid: number | null) {
    const held = drawable(data, invalid);
    const { type, sampler } = formOf(held) ?? {
      type: FloatType,
      sampler: "sampler2D" as const,
    };
    const format: PixelFormat = sampler === "sampler2D" ? RedFormat : RedIntegerFormat;
    this.texture = new DataTexture(
      held as Uint8Array<ArrayBuffer>, // three knows what `type` says
      columns,
      rows,
      format,
      type,
    );
    this.texture.magFilter = this.texture.minFilter = NearestFilter;
    this.texture.unpackAlignment = 1;
    this.texture.needsUpdate = true;
    this.sampler = sampler;
    this.#form = type;
    this.#rows = rows;
    this.#columns = columns;
  }

  /** Takes other values of the same shape and type; false where they are not. */
  take(
    data: TypedArray,
    rows: number,
    columns: number,
    invalid: number | null,
  ): boolean {
    if (rows !== this.#rows || columns !== this.#columns) return false;
    const held = drawable(data, invalid);
    if (formOf(held)?.type !== this.#form) return false;
    this.texture.image.data = held as Uint8Array<ArrayBuffer>;
    this.texture.needsUpdate = true;
    return true;
  }

  dispose(): void {
    this.texture.dispose();
  }
}
