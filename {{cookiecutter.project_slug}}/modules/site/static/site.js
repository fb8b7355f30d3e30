(() => {
  const find = (selector) => document.querySelector(selector);

  // The theme button says what it will do.
  const theme = find(".site-theme-button");
  const root = document.documentElement;
  const label = () => {
    const text = root.dataset.bsTheme === "dark" ? theme.dataset.light : theme.dataset.dark;
    theme.querySelector("span").textContent = text;
    theme.title = text;
  };
  theme.hidden = false;
  theme.addEventListener("click", window.toggleTheme);
  root.addEventListener("themechange", label);
  label();

  // The menu folds on small screens; Escape closes it.
  const button = find(".site-menu-button");
  const open = (state) => {
    button.setAttribute("aria-expanded", state);
    find(".site-menu").classList.toggle("is-open", state);
  };
  if (button) {
    button.addEventListener("click", () => open(button.getAttribute("aria-expanded") !== "true"));
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && button.getAttribute("aria-expanded") === "true") {
        open(false);
        button.focus();
      }
    });
  }

  // After a form was refused, what is wrong comes first.
  find(".form-errors")?.focus();

  // <button data-copy="#id" hidden>Copy</button>
  for (const copy of document.querySelectorAll("[data-copy]")) {
    if (!navigator.clipboard) continue; // only where the page is served safely
    const text = copy.textContent;
    copy.hidden = false;
    copy.addEventListener("click", async () => {
      await navigator.clipboard.writeText(find(copy.dataset.copy).textContent.trim());
      copy.textContent = copy.dataset.copied || "Copied";
      setTimeout(() => (copy.textContent = text), 2000);
    });
  }
})();
