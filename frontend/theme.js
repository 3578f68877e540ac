// Runs before the first paint. The same key and values are in src/state/preferences.rs.
try {
  const theme = localStorage.getItem("callboard.theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Storage is switched off: the system decides.
}

// The bar around the page on phones has the colour of the page's own bar; a theme that was chosen wins over the system's.
(() => {
  const root = document.documentElement;
  const colours = { light: "#ffffff", dark: "#11141a" };
  const follow = () => {
    for (const meta of document.querySelectorAll('meta[name="theme-color"]')) {
      const own = meta.media.includes("dark") ? "dark" : "light";
      meta.content = colours[root.dataset.theme] ?? colours[own];
    }
  };
  follow();
  new MutationObserver(follow).observe(root, { attributes: true, attributeFilter: ["data-theme"] });
})();
