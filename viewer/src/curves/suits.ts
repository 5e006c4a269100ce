import type { Described } from "../api/answers";

const NUMBERS = /^[<>|=]?[biufc]/;

/** How well curves suit an object: best where it has one axis of numbers. */
export function suitsCurves(item: Described): number {
  const { plots } = item;
  if (plots) return plots.is_curve ? 20 : 2;
  const { shape, dtype } = item;
  if (!shape?.length || !dtype || !isNumbers(dtype) || shape.includes(0)) return 0;
  return shape.length === 1 && (shape[0] ?? 0) > 1 ? 20 : 2;
}

function isNumbers(dtype: string): boolean {
  return NUMBERS.test(dtype) || /^(u?int|float|complex|bool)/.test(dtype);
}
