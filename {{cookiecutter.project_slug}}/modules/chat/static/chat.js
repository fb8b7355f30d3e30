// The room, live: what others write appears, and what one writes is sent without a new page.
const find = (selector, root = document) => root.querySelector(selector);
const chat = find("#chat");
const room = Number(chat.dataset.room);
const me = Number(chat.dataset.person);
const list = () => find("#chat-messages");
const shown = (id) => document.getElementById(`message-${id}`);
const log = () => find("#chat-log");
const isAtEnd = () => log().scrollHeight - log().scrollTop - log().clientHeight < 80;
const toEnd = () => (log().scrollTop = log().scrollHeight);

function fill(element, { html, previews, edited }) {
  find(".chat-text", element).innerHTML = html; // made safe by the server
  find(".chat-edited", element).hidden = !edited;
  find(".chat-previews", element).replaceChildren(...previews.map(({ url, title, text }) => {
    const quote = document.createElement("blockquote");
    quote.className = "chat-preview";
    const link = Object.assign(document.createElement("a"), { href: url, textContent: title });
    link.rel = "nofollow noopener noreferrer ugc";
    quote.append(link);
    if (text) quote.append(Object.assign(document.createElement("p"), { textContent: text }));
    return quote;
  }));
}

function add(message) {
  if (message.room_id !== room || shown(message.id) || chat.dataset.newer === "1") return;
  const element = find("#chat-message").content.firstElementChild.cloneNode(true);
  element.id = `message-${message.id}`;
  for (const link of element.querySelectorAll("a")) link.href = link.dataset.href.replace("/0", `/${message.id}`);
  const name = find(".chat-name", element);
  name.textContent = message.person.nickname;
  name.className = `chat-name chat-ink-${message.person.ink}`;
  const time = find("time", element);
  time.dateTime = message.created_at;
  time.textContent = new Date(message.created_at).toLocaleTimeString(document.documentElement.lang, { timeStyle: "short" });
  if (message.person.id !== me) find(".chat-tools", element).remove();
  fill(element, message);
  const follow = isAtEnd() || message.person.id === me;
  list().append(element);
  find(".chat-silence").hidden = true;
  if (follow) toEnd();
  read();
}

// Only what somebody has before them is read.
function read() {
  const last = list().lastElementChild;
  if (!me || !last || document.hidden || chat.dataset.newer === "1") return;
  const message_id = Number(last.id.replace("message-", ""));
  live.emit("chat.read", { room_id: room, message_id }).catch(() => {});
}

// What came while nobody listened.
async function refresh() {
  const response = await fetch(location.href);
  if (!response.ok) return;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const follow = isAtEnd();
  for (const id of ["#chat-page", "#chat-people", ".chat-rooms"]) find(id).replaceWith(find(id, page));
  if (follow) toEnd();
}

function showPerson({ id, nickname, ink, online }) {
  const people = find("#chat-people");
  find(`[data-person="${id}"]`, people)?.remove();
  if (!online) return;
  const item = Object.assign(document.createElement("li"), { textContent: nickname, className: `chat-ink-${ink}` });
  item.dataset.person = id;
  const later = [...people.children].find((one) => one.textContent.localeCompare(nickname) > 0);
  people.insertBefore(item, later ?? null);
}

function markUnread({ room_id }) {
  const mark = find(`.chat-rooms [data-room="${room_id}"] .chat-unread`);
  if (mark && room_id !== room) mark.hidden = false;
}

let quiet = 0;
function showTyping({ id, nickname }) {
  if (id === me) return;
  const sign = find("#chat-typing");
  sign.textContent = `${nickname} ${sign.dataset.text}`;
  clearTimeout(quiet);
  quiet = setTimeout(() => (sign.textContent = ""), 4000);
}

let before = false;
function say(state, text = "") {
  chat.dataset.live = state;
  find("#chat-state").textContent = text;
}
live.on("chat.message", (message) => (add(message), (find("#chat-typing").textContent = "")))
  .on("chat.changed", (message) => shown(message.id) && fill(shown(message.id), message))
  .on("chat.deleted", ({ id }) => shown(id)?.remove())
  .on("chat.person", showPerson)
  .on("chat.news", markUnread)
  .on("chat.typing", showTyping)
  .on("disconnect", () => say("off", chat.dataset.lost))
  .on("refused", ({ message }) => say("off", me ? message : ""))
  .on("connect", () => {
    say("on");
    if (before) refresh();
    before = true;
  });
live.join(`chat:${room}`);
if (chat.dataset.newer === "0" && !location.hash) toEnd();
document.addEventListener("visibilitychange", read);
setInterval(() => me && live.state === "connected" && live.emit("chat.ping").catch(() => {}), 30_000);

const form = find(".chat-main form");
if (form) {
  const text = form.elements.text;
  let told = 0;
  form.addEventListener("submit", async (event) => {
    if (live.state !== "connected" || !text.value.trim()) return; // the form does it by itself
    event.preventDefault();
    try {
      add(await live.emit("chat.post", { room_id: room, text: text.value }));
      text.value = "";
      if (chat.dataset.newer === "1") location = location.pathname;
    } catch (error) {
      text.setCustomValidity(error.errors?.text?.[0] ?? error.message);
      text.reportValidity();
    }
    text.focus();
  });
  text.addEventListener("input", () => {
    text.setCustomValidity("");
    if (Date.now() - told < 3000 || live.state !== "connected") return;
    told = Date.now();
    live.emit("chat.typing", { room_id: room }).catch(() => {});
  });
  text.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });
}
