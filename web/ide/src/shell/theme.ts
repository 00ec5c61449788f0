/** Light, dark, or what the system says. */

const KEY = "baton.theme";
const THEMES = ["system", "light", "dark"] as const;

/** Puts the chosen theme on the page; called once at the start. */
export function applyTheme(theme = localStorage.getItem(KEY) ?? "system") {
  if (theme === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
}

/** The next of the three. */
export function nextTheme() {
  const now = THEMES.findIndex((one) => one === (localStorage.getItem(KEY) ?? "system"));
  const next = THEMES[(now + 1) % THEMES.length] ?? "system";
  localStorage.setItem(KEY, next);
  applyTheme(next);
}
