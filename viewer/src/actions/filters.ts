/** Filters that are offered; all others can be used on the shell. */
export const FILTERS = [
  ["none", "none, fastest"],
  ["lz4", "LZ4"],
  ["bitshuffle-lz4", "bitshuffle and LZ4"],
  ["zstd", "Zstandard, smallest"],
  ["gzip", "gzip, read everywhere"],
] as const satisfies readonly (readonly [string, string])[];

export type Filter = (typeof FILTERS)[number][0];
