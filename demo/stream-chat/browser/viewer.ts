const stored = "twinwire-viewer";

/** Who reads in this tab. A reload brings the same viewer back; another tab is another one. */
export function viewerId(): number {
  const fresh = 1_000 + Math.floor(Math.random() * 9_000);
  try {
    const known = Number(sessionStorage.getItem(stored));
    if (known >= 1_000 && known < 10_000) return known;
    sessionStorage.setItem(stored, String(fresh));
  } catch {
    // Storage is switched off: every load is somebody new.
  }
  return fresh;
}
