/** Hands files to the user; the server is not asked, so it works in notebooks as well. */

const SHOWN = [
  "fill",
  "stroke",
  "stroke-width",
  "font-family",
  "font-size",
  "opacity",
] as const;

/** Lets the browser save a file. */
export function save(name: string, content: BlobPart, type: string): void {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name.replaceAll(/[^\w.+-]+/g, "-").replace(/^-+/, "");
  link.click();
  setTimeout(() => {
    URL.revokeObjectURL(url);
  }, 10_000);
}

/** The numbers of a curve as lines of text, with a head. */
export function csvOf(
  xLabel: string,
  yLabel: string,
  curve: { readonly x: readonly number[]; readonly y: readonly (number | null)[] },
): string {
  const lines = curve.x.map((x, n) => `${x},${curve.y[n] ?? "nan"}`);
  return [`${field(xLabel)},${field(yLabel)}`, ...lines, ""].join("\n");
}

function field(text: string): string {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A picture as a file of its own, with the colours that the page gives it. */
export function svgFile(svg: SVGSVGElement): string {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const [from, to] = [svg, copy].map((root) => [
    root,
    ...root.querySelectorAll<SVGElement>("*"),
  ]);
  from?.forEach((element, n) => {
    const style = getComputedStyle(element);
    for (const name of SHOWN) {
      to?.[n]?.setAttribute(name, style.getPropertyValue(name));
    }
    to?.[n]?.removeAttribute("class");
  });
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  return new XMLSerializer().serializeToString(copy);
}
