import type { ViewProps } from "./views";

/** Attributes of an object, and how it is stored. */
export function AboutView({ item }: ViewProps) {
  return <pre>{JSON.stringify(item, null, 2)}</pre>;
}
