// One box ticks all rows of a list.
(() => {
  const all = document.querySelector("[data-admin-all]");
  if (all) {
    all.hidden = false;
    all.addEventListener("change", () => {
      document.querySelectorAll("[name=rowid]").forEach((box) => (box.checked = all.checked));
    });
  }
})();
