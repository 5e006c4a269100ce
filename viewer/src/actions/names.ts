/** Names that are proposed for outputs. Pure. */

/** The last part of a name, without its suffixes and without a path in the file. */
export function stemOf(file: string): string {
  const name = file.split("::")[0]?.split("/").pop() ?? "";
  return name.replace(/(\.[A-Za-z]\w{0,4}){1,2}$/, "") || name;
}

/** The suffix of a file, such as ".nx"; empty for none. */
export function suffixOf(file: string): string {
  return /\.\w+$/.exec(file)?.[0] ?? "";
}

/** The series that an image belongs to, as a pattern: scan_0012.edf is scan_*.edf. */
export function seriesOf(file: string): string | undefined {
  const numbered = /^(.*?)\d+(\.(?:edf|cbf|tiff?|img|mccd)(?:\.gz|\.bz2)?)$/i;
  const found = numbered.exec(file);
  return found ? `${found[1] ?? ""}*${found[2] ?? ""}` : undefined;
}
