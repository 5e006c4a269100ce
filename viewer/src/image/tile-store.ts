import { arrayOf } from "../api/array";
import type { Client } from "../api/client";
import { isAbort } from "../api/errors";
import type { Tile, TileFacts } from "./facts";

/** Which part of which frame, at which resolution. */
export interface TileRequest {
  readonly slice: string;
  readonly transposed?: boolean;
  readonly level: number;
  readonly row: number;
  readonly column: number;
  readonly contrast?: boolean;
}

const MOST = 512 << 20;

function keyOf({ slice, transposed, level, row, column }: TileRequest): string {
  return `${slice}|${transposed ? 1 : 0}|${level}|${row}|${column}`;
}

/**
 * The tiles of a dataset: loaded once each, and kept up to a number of bytes.
 *
 * A tile that is asked for with its contrast is loaded again where it came without.
 */
export class TileStore {
  readonly #client: Client;
  readonly #place: { readonly file: string; readonly path: string };
  readonly #most: number;
  readonly #kept = new Map<string, Tile>();
  readonly #loading = new Map<
    string,
    { tile: Promise<Tile>; abort: AbortController }
  >();

  constructor(client: Client, file: string, path: string, most = MOST) {
    this.#client = client;
    this.#place = { file, path };
    this.#most = most;
  }

  /** How many tiles are on their way. */
  get pending(): number {
    return this.#loading.size;
  }

  /** A tile that is there already. */
  peek(request: TileRequest): Tile | undefined {
    const tile = this.#kept.get(keyOf(request));
    return request.contrast && !tile?.facts.contrast ? undefined : tile;
  }

  /** A tile, now or when it has come. */
  async load(request: TileRequest): Promise<Tile> {
    const key = keyOf(request);
    const kept = this.peek(request);
    if (kept) {
      this.#kept.delete(key); // to be the last that is dropped
      this.#kept.set(key, kept);
      return kept;
    }
    const name = request.contrast ? `${key}|contrast` : key;
    const known = this.#loading.get(name);
    if (known) return known.tile;
    const abort = new AbortController();
    const tile = this.#fetch(request, abort.signal).finally(() => {
      this.#loading.delete(name);
    });
    this.#loading.set(name, { tile, abort });
    return tile;
  }

  /** Loads a tile that will be wanted; that it fails is told when it is. */
  prefetch(request: TileRequest): void {
    this.load(request).catch(() => undefined);
  }

  /** Gives up the tiles of other frames that have not come yet. */
  focus(slices: ReadonlySet<string>): void {
    for (const [name, { abort }] of this.#loading) {
      if (!slices.has(name.slice(0, name.indexOf("|")))) abort.abort();
    }
  }

  /** Gives up everything. */
  close(): void {
    this.focus(new Set());
    this.#kept.clear();
  }

  async #fetch(request: TileRequest, signal: AbortSignal): Promise<Tile> {
    const query = { ...this.#place, ...request };
    const tile = arrayOf<TileFacts>(
      await this.#client.bytes("tile", query, { signal }),
    );
    this.#kept.set(keyOf(request), tile);
    this.#drop();
    return tile;
  }

  #drop(): void {
    let size = 0;
    for (const tile of this.#kept.values()) size += tile.data.byteLength;
    for (const [key, tile] of this.#kept) {
      if (size <= this.#most || this.#kept.size === 1) return;
      this.#kept.delete(key);
      size -= tile.data.byteLength;
    }
  }
}

/** What is told of an error while a tile is loaded; nothing where it was given up. */
export function problemOf(error: unknown): unknown {
  return isAbort(error) ? undefined : error;
}
