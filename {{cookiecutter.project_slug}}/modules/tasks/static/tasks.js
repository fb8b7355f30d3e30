// What becomes of jobs, without a new page: at once where `live` tells of it, else a few seconds later.
const SOON = 3_000;
const LATER = 15_000; // while somebody tells; a worker that shares no Redis with the server cannot
const parts = (page) => [...page.querySelectorAll("#jobs [data-part]")];
const key = (one) => one.dataset.part;

function update(page) {
  const [old, fresh] = [parts(document), new Map(parts(page).map((one) => [key(one), one]))];
  if (old.length !== fresh.size || old.some((one) => !fresh.has(key(one)))) {
    document.querySelector("#jobs").replaceWith(page.querySelector("#jobs"));
    return;
  }
  for (const one of old) {
    const now = fresh.get(key(one));
    if (one.isEqualNode(now)) continue;
    one.replaceWith(now); // and nothing around it: the focus stays where it is
    if (now.dataset.news) document.querySelector("#job-news").textContent = now.dataset.news;
  }
}

let timer = 0;
let asking = false;
let askAgain = false;
async function ask() {
  if (asking) {
    askAgain = true;
    return;
  }
  asking = true;
  try {
    const page = new DOMParser().parseFromString(await read(), "text/html");
    if (page.querySelector("#jobs")) update(page);
  } finally {
    asking = false;
    if (askAgain) {
      askAgain = false;
      ask();
    } else wait();
  }
}

function read() {
  const text = fetch(location.href).then((answer) => (answer.ok ? answer.text() : ""));
  return text.catch(() => ""); // there may be no network for a while
}

function wait() {
  clearTimeout(timer);
  if (document.hidden || !document.querySelector("[data-unfinished]")) return;
  timer = setTimeout(ask, window.live?.state === "connected" ? LATER : SOON);
}

window.live?.on("tasks.job", ask).on("connect", ask);
document.addEventListener("visibilitychange", () => document.hidden || ask());
wait();
