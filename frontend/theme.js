// Runs before the first paint. The same key and values are in src/state/preferences.rs.
try {
  const theme = localStorage.getItem("callboard.theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Storage is switched off: the system decides.
}
