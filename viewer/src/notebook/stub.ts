/**
 * What a saved notebook holds of the viewer: it asks the kernel for the rest, and shows
 * it apart from the styles and the keys of the notebook.
 */

import { bytesOf, type FromKernel, type Hear, type Model, newId } from "./model";

interface Bundle {
  readonly script: Blob;
  readonly style: string;
}

interface Viewer {
  readonly mount: (place: HTMLElement, model: Model) => () => void;
}

interface Context {
  readonly model: Model;
  readonly el: HTMLElement;
}

const BUSY = "Waiting for the kernel: it is busy, or no longer runs.";
const PATIENCE = 3000;
/** The viewers that this page has already, by digest; a notebook may show it many times. */
const KNOWN = Symbol.for("beamio.viewers");

async function render({ model, el }: Context): Promise<() => void> {
  const { host, place, style } = planted(el, String(model.get("height")));
  const ended = new AbortController();
  const busy = setTimeout(() => {
    place.textContent = BUSY;
  }, PATIENCE);
  const close = () => {
    ended.abort();
    clearTimeout(busy);
    host.remove();
  };
  const shown = bundle(model)
    .then(async (found) => {
      const viewer = await evaluated(found.script);
      clearTimeout(busy);
      if (ended.signal.aborted) return;
      style.textContent = found.style;
      place.textContent = "";
      ended.signal.addEventListener("abort", viewer.mount(place, model));
    })
    .catch((error: unknown) => {
      clearTimeout(busy);
      place.textContent = error instanceof Error ? error.message : String(error);
    });
  void shown; // a cell is complete before the kernel has answered
  return Promise.resolve(close);
}

/** The place of the page in a tree of its own, which no style of the notebook reaches. */
function planted(el: HTMLElement, height: string) {
  const host = document.createElement("div");
  host.className = "beamio-viewer";
  // Or JupyterLab takes keys as its own, such as D D, which deletes the cell.
  host.setAttribute("data-lm-suppress-shortcuts", "true");
  host.setAttribute("data-jp-suppress-context-menu", "");
  for (const name of ["keydown", "keypress", "keyup"]) {
    host.addEventListener(name, (event) => {
      event.stopPropagation();
    });
  }
  Object.assign(host.style, { display: "block", height, minHeight: "240px" });
  const tree = host.attachShadow({ mode: "open" });
  const style = document.createElement("style");
  const place = document.createElement("div");
  place.id = "root";
  tree.append(style, place);
  el.append(host);
  return { host, place, style };
}

function bundle(model: Model): Promise<Bundle> {
  const page = globalThis as unknown as Record<
    symbol,
    Map<string, Promise<Bundle>> | undefined
  >;
  const known = (page[KNOWN] ??= new Map<string, Promise<Bundle>>());
  const digest = String(model.get("bundle"));
  const found = known.get(digest) ?? asked(model);
  known.set(digest, found);
  found.catch(() => known.delete(digest));
  return found;
}

function asked(model: Model): Promise<Bundle> {
  return new Promise((resolve, reject) => {
    const id = newId();
    const hear: Hear = (message, buffers = []) => {
      const said = message as FromKernel;
      if (said.id !== id) return;
      model.off("msg:custom", hear);
      if (said.kind === "error") reject(new Error(said.message));
      else unpacked(buffers.map(bytesOf)).then(resolve, reject);
    };
    model.on("msg:custom", hear);
    model.send({ kind: "bundle", id });
  });
}

async function unpacked(parts: readonly ArrayBuffer[]): Promise<Bundle> {
  const [script = "", style = ""] = await Promise.all(
    parts.map((part) => {
      const plain = new DecompressionStream("gzip");
      return new Response(new Blob([part]).stream().pipeThrough(plain)).text();
    }),
  );
  return { script: new Blob([script], { type: "text/javascript" }), style };
}

/** The viewer, evaluated anew: the state of its page is not shared with other cells. */
async function evaluated(script: Blob): Promise<Viewer> {
  const url = URL.createObjectURL(script);
  try {
    return (await import(/* @vite-ignore */ url)) as Viewer;
  } finally {
    URL.revokeObjectURL(url);
  }
}

export default { render };
