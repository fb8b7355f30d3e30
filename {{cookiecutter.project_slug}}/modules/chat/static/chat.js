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

// When it was written, as the server writes it: in the language and the zone of all the page.
const times = new Map(); // messages of one minute have one text
function textOf({ id, created_at }) {
  const minute = created_at.slice(0, 16);
  const asked = times.get(minute) ?? live.emit("chat.time", { message_id: id });
  times.set(minute, asked);
  return asked.catch(() => (times.delete(minute), new Date(created_at).toLocaleString()));
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
  textOf(message).then((text) => (time.textContent = text));
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

// Older messages come above those that are there already, the last of them in sight.
async function showOlder(link) {
  const loading = find("#chat-loading").content.firstElementChild.cloneNode(true);
  link.parentElement.replaceWith(loading);
  const response = await fetch(link.href);
  if (!response.ok) throw new Error(response.statusText);
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  if (!loading.isConnected) return; // the page was refreshed meanwhile
  const before = log().scrollHeight;
  list().prepend(...find("#chat-messages", page).children);
  log().scrollTop = log().scrollHeight - before - log().clientHeight;
  loading.replaceWith(find("[data-older]", page)?.parentElement ?? "");
  (find("[data-older]") ?? log()).focus({ preventScroll: true });
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

let quiet = 0;
function showTyping({ id, nickname }) {
  if (id === me) return;
  const sign = find("#chat-typing");
  sign.textContent = `${nickname} ${sign.dataset.text}`;
  clearTimeout(quiet);
  quiet = setTimeout(() => (sign.textContent = ""), 4000);
}

let follow = true;
function say(state, text = "") {
  chat.dataset.live = state;
  find("#chat-state").textContent = text;
}
live.on("chat.message", (message) => (add(message), (find("#chat-typing").textContent = "")))
  .on("chat.changed", (message) => shown(message.id) && fill(shown(message.id), message))
  .on("chat.deleted", ({ id }) => shown(id)?.remove())
  .on("chat.person", showPerson)
  .on("chat.typing", showTyping)
  .on("disconnect", () => say("off", chat.dataset.lost))
  .on("refused", ({ message }) => say("off", me ? message : ""))
  .on("connect", () => {
    say("on");
    follow = isAtEnd();
  })
  .on("chat.refreshed", () => follow && toEnd());
live.join(`chat:${room}`);
if (chat.dataset.newer === "0" && !location.hash) toEnd();
document.addEventListener("visibilitychange", read);
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-older]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  showOlder(link).catch(() => (location = link.href));
});

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
