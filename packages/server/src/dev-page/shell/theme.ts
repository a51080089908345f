const stored = "twinwire-theme";
type Theme = "light" | "dark";

/**
 * The theme follows the system until the switch says otherwise. Switching back to what the system has follows it
 * again.
 */
export function switchesTheme(button: HTMLButtonElement): void {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const ofSystem = (): Theme => (system.matches ? "dark" : "light");
  const shown = (): Theme => {
    const { theme } = document.documentElement.dataset;
    return theme === "light" || theme === "dark" ? theme : ofSystem();
  };
  const label = (): void => {
    const other = shown() === "dark" ? "light" : "dark";
    button.setAttribute("aria-label", `Switch to the ${other} theme`);
    button.title = `Switch to the ${other} theme`;
  };
  button.addEventListener("click", () => {
    const next = shown() === "dark" ? "light" : "dark";
    if (next === ofSystem()) delete document.documentElement.dataset["theme"];
    else document.documentElement.dataset["theme"] = next;
    remember(next === ofSystem() ? undefined : next);
    label();
  });
  system.addEventListener("change", label);
  label();
}

function remember(theme: Theme | undefined): void {
  try {
    if (theme === undefined) localStorage.removeItem(stored);
    else localStorage.setItem(stored, theme);
  } catch {
    // Storage is switched off: the theme then lasts as long as the page.
  }
}
