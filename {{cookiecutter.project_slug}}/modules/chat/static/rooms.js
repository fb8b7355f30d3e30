// The list of rooms, live, and signs of life from whoever has it before them.
const list = () => document.querySelector("#chat-rooms");
const item = (id) => list().querySelector(`[data-room="${id}"]`);
const me = Number(list().dataset.person);

function showRoom({ id, name, topic }) {
  const element = item(id) ?? document.querySelector("#chat-room").content.firstElementChild.cloneNode(true);
  element.dataset.room = id;
  const link = element.querySelector("a");
  if (link.dataset.href) link.href = link.dataset.href.replace("/0", `/${id}`);
  element.querySelector(".chat-room-name").textContent = name;
  const about = element.querySelector(".chat-topic");
  if (about) about.textContent = topic;
  const nameOf = (one) => one.querySelector(".chat-room-name").textContent;
  const later = [...list().children].find((one) => one !== element && nameOf(one).localeCompare(name) > 0);
  list().insertBefore(element, later ?? null);
  document.querySelector("#chat-no-rooms")?.remove();
}

function markUnread({ room_id, person_id }) {
  const link = item(room_id)?.querySelector("a:not([aria-current])");
  if (me && link && person_id !== me) link.querySelector(".chat-unread").hidden = false;
}

function ping() {
  if (me && live.state === "connected") live.emit("chat.ping").catch(() => {});
}

// What came while nobody listened.
async function refresh() {
  const response = await fetch(location.href);
  if (!response.ok) return;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  for (const part of document.querySelectorAll("[data-refresh]")) part.replaceWith(page.getElementById(part.id));
  live.dispatchEvent(new CustomEvent("chat.refreshed"));
}

let before = false;
live.on("chat.news", markUnread)
  .on("chat.room", showRoom)
  .on("chat.person", ({ id, online }) => id === me && !online && ping()) // another page was closed
  .on("connect", () => {
    ping();
    if (before) refresh();
    before = true;
  });
live.join("chat:all");
setInterval(ping, 30_000);
