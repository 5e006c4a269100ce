const OPAQUE = 0.5;
const MIDDLE = 0.5;
/** Of red, green and blue in what looks bright (ITU-R BT.709). */
const WEIGHTS = [0.2126, 0.7152, 0.0722] as const;

/** Keeps the theme of a place in a shadow tree that of the notebook around it. */
export function followTheme(place: HTMLElement): () => void {
  const tree = place.getRootNode();
  const host = tree instanceof ShadowRoot ? tree.host : place;
  const set = () => {
    host.setAttribute("data-theme", isDarkBehind(host) ? "dark" : "light");
  };
  set();
  // Front ends change an attribute of the body, or style sheets, for another theme.
  const bodies = new MutationObserver(set);
  for (const part of [document.documentElement, document.body]) {
    bodies.observe(part, { attributes: true });
  }
  bodies.observe(document.head, { childList: true });
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  system.addEventListener("change", set);
  return () => {
    bodies.disconnect();
    system.removeEventListener("change", set);
  };
}

/** Whether what is seen behind an element is dark. */
export function isDarkBehind(element: Element): boolean {
  for (let at: Node | null = element.parentNode; at !== null; at = above(at)) {
    if (!(at instanceof Element)) continue;
    const colour = getComputedStyle(at).backgroundColor;
    const [red = 0, green = 0, blue = 0, opacity = 1] = numbersIn(colour);
    if (opacity < OPAQUE || colour === "") continue;
    const bright = [red, green, blue].reduce(
      (sum, part, axis) => sum + (WEIGHTS[axis] ?? 0) * part,
      0,
    );
    return bright / 255 < MIDDLE;
  }
  return window.matchMedia("(prefers-color-scheme: dark)").matches;
}

function above(node: Node): Node | null {
  return node instanceof ShadowRoot ? node.host : node.parentNode;
}

/** The numbers of a computed colour, such as `rgba(17, 17, 17, 0.5)`. */
function numbersIn(colour: string): number[] {
  return (colour.match(/[\d.]+/g) ?? []).map(Number);
}
