/** What a key does to the image. */
export type Action =
  | { readonly kind: "step"; readonly by: number }
  | { readonly kind: "end"; readonly side: 0 | 1 }
  | { readonly kind: "zoom"; readonly factor: number }
  | { readonly kind: "fit" | "play" };

const ACTIONS: Readonly<Record<string, Action>> = {
  ArrowRight: { kind: "step", by: 1 },
  ArrowLeft: { kind: "step", by: -1 },
  ArrowUp: { kind: "step", by: 1 },
  ArrowDown: { kind: "step", by: -1 },
  PageUp: { kind: "step", by: 10 },
  PageDown: { kind: "step", by: -10 },
  Home: { kind: "end", side: 0 },
  End: { kind: "end", side: 1 },
  "+": { kind: "zoom", factor: 1.25 },
  "=": { kind: "zoom", factor: 1.25 },
  "-": { kind: "zoom", factor: 0.8 },
  f: { kind: "fit" },
  "0": { kind: "fit" },
  " ": { kind: "play" },
};

const TYPED = new Set(["INPUT", "SELECT", "TEXTAREA", "BUTTON"]);

/** The action of a key; none where it is meant for what has the focus. */
export function actionOf(key: string, focused: string): Action | undefined {
  return TYPED.has(focused) ? undefined : ACTIONS[key];
}
