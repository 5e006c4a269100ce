import type { Described } from "../api/answers";

const NUMBERS = /^[<>=|]?[biuf]\d/;

/** Any images can be compared, but nothing is until one asks for it. */
export function suitsCompare({ dtype, shape }: Described): number {
  if (!dtype || !shape || shape.length < 2 || shape.includes(0)) return 0;
  return NUMBERS.test(dtype) ? 1.5 : 0;
}
