import { ApiError } from "./errors";

/** Elements as the browser holds them. */
export type TypedArray =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array
  | BigInt64Array
  | BigUint64Array;

/** An array of the server, with what else it says of it. */
export interface ServerArray<Facts = Record<string, unknown>> {
  readonly data: TypedArray;
  readonly shape: readonly number[];
  /** As NumPy writes it, such as `<u2`. */
  readonly dtype: string;
  readonly facts: Facts;
}

type Maker = new (buffer: ArrayBuffer, offset: number) => TypedArray;

const MAKERS: Readonly<Record<string, Maker>> = {
  "|b1": Uint8Array,
  "|i1": Int8Array,
  "|u1": Uint8Array,
  "<i2": Int16Array,
  "<u2": Uint16Array,
  "<i4": Int32Array,
  "<u4": Uint32Array,
  "<f4": Float32Array,
  "<f8": Float64Array,
  "<i8": BigInt64Array,
  "<u8": BigUint64Array,
};
const LENGTH = 4;

/** The array in an answer: a header of JSON, of a length that comes first, and elements. */
export function arrayOf<Facts = Record<string, unknown>>(
  answer: ArrayBuffer,
): ServerArray<Facts> {
  const length = new DataView(answer).getUint32(0, true);
  const text = new TextDecoder().decode(new Uint8Array(answer, LENGTH, length));
  const { dtype, shape, ...facts } = JSON.parse(text) as {
    dtype: string;
    shape: number[];
  };
  const Elements = MAKERS[dtype];
  if (!Elements) throw new ApiError(`The browser has no arrays of type ${dtype}`, 0);
  const data = new Elements(answer, LENGTH + length);
  return { data, shape, dtype, facts: facts as Facts };
}
