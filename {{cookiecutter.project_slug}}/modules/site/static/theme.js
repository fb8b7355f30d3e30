// Runs before the page is painted: the visitor's choice, or else what the system prefers.
(() => {
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const root = document.documentElement;
  const system = () => (dark.matches ? "dark" : "light");
  const stored = () => {
    try {
      return localStorage.getItem("theme");
    } catch {
      return null; // storage is switched off
    }
  };
  const apply = () => {
    root.dataset.bsTheme = stored() || system();
    root.dispatchEvent(new CustomEvent("themechange"));
  };

  window.toggleTheme = () => {
    const next = root.dataset.bsTheme === "dark" ? "light" : "dark";
    try {
      // Who chooses what the system prefers follows the system again.
      if (next === system()) localStorage.removeItem("theme");
      else localStorage.setItem("theme", next);
    } catch {
      // The choice lasts as long as the page.
    }
    root.dataset.bsTheme = next;
    root.dispatchEvent(new CustomEvent("themechange"));
  };

  root.classList.add("has-script");
  apply();
  dark.addEventListener("change", apply);
  window.addEventListener("storage", apply); // another tab
})();
