/** What was kept of an earlier visit; a browser may forbid to keep anything. */
export function kept(name: string): string | undefined {
  try {
    return localStorage.getItem(`beamio:${name}`) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Keeps a setting for the next visit. */
export function keep(name: string, value: string): void {
  try {
    localStorage.setItem(`beamio:${name}`, value);
  } catch {
    // Then it holds for this visit.
  }
}
