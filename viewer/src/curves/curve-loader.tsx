import { useEffect } from "react";

import type { CurveRef } from "./chosen";
import type { Domain } from "./scales";
import { type Curve, useCurve } from "./use-curves";

interface CurveLoaderProps {
  readonly curve: CurveRef;
  readonly shown: Domain | undefined;
  readonly age: number;
  readonly onLoad: (curve: Omit<Curve, "colour">) => void;
}

/** Reads one curve, and tells what it has: there may be any number of them. */
export function CurveLoader({ curve, shown, age, onLoad }: CurveLoaderProps) {
  const loaded = useCurve(curve, shown, age);
  const { facts, whole, points, problem } = loaded;
  useEffect(() => {
    onLoad(loaded);
    // What `loaded` is made of; it is itself another one each time.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [curve, facts, whole, points, problem, onLoad]);
  return null;
}
