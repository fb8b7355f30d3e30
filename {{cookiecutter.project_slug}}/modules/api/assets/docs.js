// Opens what a link leads to, and finds operations by what is written in them.
(() => {
  const open = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target instanceof HTMLDetailsElement) {
      target.open = true;
      target.scrollIntoView();
    }
  };
  window.addEventListener("hashchange", open);
  open();

  // On a narrow screen the list of operations would push them out of sight.
  if (!window.matchMedia("(min-width: 62rem)").matches) {
    for (const one of document.querySelectorAll("nav details")) one.open = false;
  }

  const find = document.getElementById("find");
  const operations = [...document.querySelectorAll(".operation")];
  const texts = operations.map((one) => one.textContent.toLowerCase().replace(/\s+/g, " "));
  find.addEventListener("input", () => {
    const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    let found = 0;
    operations.forEach((one, index) => {
      const fits = words.every((word) => texts[index].includes(word));
      one.hidden = !fits;
      document.querySelector(`nav a[href="#${one.id}"]`).closest("li").hidden = !fits;
      found += fits;
    });
    document.getElementById("nothing").hidden = found > 0;
  });
})();
