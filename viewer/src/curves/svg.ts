import type { Drawn, PlotAxis, Style } from "./plot";
import { along, type Domain, type Scale, valueAt } from "./scales";

export interface Picture {
  readonly drawn: readonly (Drawn & { readonly label: string })[];
  readonly x: PlotAxis;
  readonly y: PlotAxis;
  readonly title: string;
  readonly style: Style;
  readonly hasGrid: boolean;
  readonly hasErrors: boolean;
}

const WIDTH = 900;
const HEIGHT = 600;
const LEFT = 84;
const RIGHT = 20;
const TOP = 40;
const BOTTOM = 60;
const ROW = 18;
const TICKS = 7;

/** What the plot shows now, as a drawing for a paper: black on white. */
export function svgOf(picture: Picture): string {
  const { drawn, x, y, title, hasGrid } = picture;
  const [w, h] = [WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM];
  const right = (value: number) => LEFT + along(value, x.domain, x.scale) * w;
  const down = (value: number) => TOP + (1 - along(value, y.domain, y.scale)) * h;
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}"` +
      ` viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="13">`,
    `<rect width="100%" height="100%" fill="white"/>`,
    `<clipPath id="area"><rect x="${LEFT}" y="${TOP}" width="${w}" height="${h}"/></clipPath>`,
  ];
  for (const tick of ticksOf(x.domain, x.scale)) {
    const at = fixed(right(tick));
    if (hasGrid) parts.push(line(at, TOP, at, TOP + h, "#ddd"));
    parts.push(line(at, TOP + h, at, TOP + h + 5, "#333"));
    parts.push(text(at, TOP + h + 20, tickText(tick), "middle"));
  }
  for (const tick of ticksOf(y.domain, y.scale)) {
    const at = fixed(down(tick));
    if (hasGrid) parts.push(line(LEFT, at, LEFT + w, at, "#ddd"));
    parts.push(line(LEFT - 5, at, LEFT, at, "#333"));
    parts.push(text(LEFT - 8, Number(at) + 4, tickText(tick), "end"));
  }
  parts.push(`<g clip-path="url(#area)" fill="none" stroke-width="1.5">`);
  for (const each of drawn) parts.push(...curve(each, picture, right, down));
  parts.push("</g>");
  parts.push(
    `<rect x="${LEFT}" y="${TOP}" width="${w}" height="${h}" fill="none" stroke="#333"/>`,
    text(LEFT + w / 2, 24, title, "middle"),
    text(LEFT + w / 2, HEIGHT - 14, x.label, "middle"),
    `<g transform="rotate(-90 18 ${TOP + h / 2})">` +
      `${text(18, TOP + h / 2, y.label, "middle")}</g>`,
  );
  if (drawn.length > 1) {
    drawn.forEach(({ colour, label }, i) => {
      const at = TOP + 18 + i * ROW;
      parts.push(
        `<path d="M${WIDTH - RIGHT - 30} ${at - 4}h22" stroke="${colour}" stroke-width="2.5"/>`,
        text(WIDTH - RIGHT - 36, at, label, "end"),
      );
    });
  }
  return [...parts, "</svg>"].join("\n");
}

function curve(
  { colour, points }: Drawn,
  { style, hasErrors }: Picture,
  right: (value: number) => number,
  down: (value: number) => number,
): string[] {
  const found: string[] = [];
  let path = "";
  let dots = "";
  let bars = "";
  let isBroken = true;
  for (let i = 0; i < points.y.length; i += 1) {
    const [a, b] = [right(points.x[i] ?? NaN), down(points.y[i] ?? NaN)];
    if (!Number.isFinite(a) || !Number.isFinite(b)) {
      isBroken = true;
      continue;
    }
    path += `${isBroken ? "M" : "L"}${fixed(a)} ${fixed(b)}`;
    isBroken = false;
    dots += `M${fixed(a)} ${fixed(b)}h0`;
    const error = points.errors?.[i];
    if (hasErrors && error !== undefined && Number.isFinite(error)) {
      const [low, high] = [
        down((points.y[i] ?? 0) - error),
        down((points.y[i] ?? 0) + error),
      ];
      if (Number.isFinite(low + high))
        bars += `M${fixed(a)} ${fixed(low)}V${fixed(high)}`;
    }
  }
  if (style !== "points") found.push(`<path d="${path}" stroke="${colour}"/>`);
  if (style !== "line") {
    found.push(
      `<path d="${dots}" stroke="${colour}" stroke-width="5" stroke-linecap="round"/>`,
    );
  }
  if (bars) found.push(`<path d="${bars}" stroke="${colour}" stroke-width="1"/>`);
  return found;
}

/** Round values along an axis. */
export function ticksOf([low, high]: Domain, scale: Scale): number[] {
  if (scale === "log") {
    const [first, last] = [Math.ceil(Math.log10(low)), Math.floor(Math.log10(high))];
    const step = Math.max(1, Math.ceil((last - first) / TICKS));
    const found = [];
    for (let i = first; i <= last; i += step) found.push(10 ** i);
    if (found.length > 1) return found;
  }
  if (scale === "symlog") {
    return Array.from({ length: TICKS }, (_, i) =>
      Number(valueAt((i + 0.5) / TICKS, [low, high], scale).toPrecision(2)),
    );
  }
  const rough = (high - low) / TICKS;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((n) => n * power >= rough) ?? 10);
  const found = [];
  for (let i = Math.ceil(low / step); i <= Math.floor(high / step); i += 1) {
    found.push(i * step);
  }
  return found;
}

function tickText(value: number): string {
  return String(Number(value.toPrecision(6)));
}

function fixed(value: number): string {
  return value.toFixed(2).replace(/\.?0+$/, "");
}

function line(
  x1: number | string,
  y1: number | string,
  x2: number | string,
  y2: number | string,
  colour: string,
): string {
  return `<path d="M${x1} ${y1}L${x2} ${y2}" stroke="${colour}" fill="none"/>`;
}

function text(x: number | string, y: number, words: string, anchor: string): string {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}">${escaped(words)}</text>`;
}

function escaped(words: string): string {
  return words.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}
