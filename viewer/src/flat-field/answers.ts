/** What the server tells of a correction. */

export interface SeriesFound {
  readonly position: number;
  readonly images: number;
  readonly name: string;
  readonly places: readonly string[];
}

export interface ScanFound {
  /** Labels and lines of text, as `beamio flatfield --dry-run` prints them. */
  readonly plan: readonly (readonly [string, string])[];
  readonly warnings: readonly string[];
  readonly raw: string;
  readonly dtype: string;
  /** Frames, rows, columns. */
  readonly shape: readonly [number, number, number];
  /** Names of the frames that are corrected. */
  readonly frames: readonly string[];
  readonly positions: readonly number[];
  /** What the positions are, such as "number" or "rotation_angle". */
  readonly placed_by: string;
  readonly unit: string;
  readonly flats: readonly SeriesFound[];
  readonly darks: readonly SeriesFound[];
  readonly has_current: boolean;
  readonly is_nxtomo: boolean;
  /** A name for the result. */
  readonly output: string;
}

export interface FrameFacts {
  /** Every n-th pixel of rows and columns is given. */
  readonly step: number;
  readonly rows: number;
  readonly columns: number;
  readonly name: string;
  readonly position: number;
  readonly invalid?: number;
}
