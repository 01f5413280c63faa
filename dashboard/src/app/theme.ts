/** The theme: that of the system, or one that was chosen in this browser. theme.js applies it before anything is drawn. */
import { signal } from "~/api/signal";

export type Theme = "auto" | "light" | "dark";
export const THEMES: readonly Theme[] = ["auto", "light", "dark"];
const KEY = "tocsin.theme";

function kept(): Theme {
  const said = document.documentElement.dataset.theme as Theme;
  return THEMES.includes(said) ? said : "auto";
}

export const theme = signal<Theme>(kept());

theme.watch((value) => {
  document.documentElement.dataset.theme = value;
  try {
    localStorage.setItem(KEY, value);
  } catch {
    // A browser that keeps nothing has it until the next load.
  }
});

/** Whether it is dark now, whoever chose it. */
export function isDark(): boolean {
  const said = theme.get();
  return said === "dark" || (said === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
}

/** Hears of every change of the colours: canvases must be drawn anew. */
export function onColours(heard: () => void): () => void {
  const system = matchMedia("(prefers-color-scheme: dark)");
  system.addEventListener("change", heard);
  const stop = theme.watch(heard);
  return () => {
    stop();
    system.removeEventListener("change", heard);
  };
}
