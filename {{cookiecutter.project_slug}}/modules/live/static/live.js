// A client of Socket.IO (protocol 5, over Engine.IO 4): https://socket.io/docs/v4/engine-io-protocol/
//
//   live.on("chat.message", (message) => …)     what the server pushes
//   await live.emit("chat.post", {…})           its answer; an error has `status` and `errors`
//   live.join("chat:5")                         what is pushed to a room, also after a reconnection
//
// It is an EventTarget, too; "connect", "disconnect" and "refused" say how the connection fares.
(() => {
  const PATIENCE = 10_000; // for an answer
  const [OPEN, CLOSE, PING, PONG, MESSAGE] = "01234";
  const [CONNECT, DISCONNECT, EVENT, ACK, REFUSED] = "01234";

  class Socket {
    constructor(url, receive, lose) {
      url.protocol = url.protocol.replace("http", "ws");
      url.searchParams.set("transport", "websocket");
      this.socket = new WebSocket(url);
      this.socket.onmessage = (event) => receive(event.data);
      this.socket.onclose = lose;
    }
    send(packet) {
      this.socket.send(packet);
    }
    close() {
      this.socket.onclose = null;
      this.socket.close();
    }
  }

  // Where WebSocket is blocked: one request waits for packets, others bring some.
  class Polling {
    constructor(url, receive, lose) {
      url.searchParams.set("transport", "polling");
      Object.assign(this, { url, receive, lose, sent: Promise.resolve() });
      this.stop = new AbortController();
      this.poll();
    }
    async request(options) {
      const response = await fetch(this.url, { signal: this.stop.signal, cache: "no-store", ...options });
      if (!response.ok) throw new Error(response.statusText);
      return response.text();
    }
    async poll() {
      try {
        for (;;) {
          for (const packet of (await this.request()).split("\x1e")) {
            if (packet[0] === OPEN) this.url.searchParams.set("sid", JSON.parse(packet.slice(1)).sid);
            this.receive(packet);
          }
        }
      } catch {
        if (!this.stop.signal.aborted) this.lose();
      }
    }
    send(packet) {
      this.sent = this.sent.then(() => this.request({ method: "POST", body: packet }));
      this.sent.catch(() => this.stop.signal.aborted || this.lose());
    }
    close() {
      this.stop.abort();
      if (!this.url.searchParams.has("sid")) return;
      fetch(this.url, { method: "POST", body: CLOSE, keepalive: true }).catch(() => {});
    }
  }

  class Live extends EventTarget {
    state = "connecting";
    #transport = null;
    #polling = false;
    #patience = PATIENCE; // how long the server may be silent
    #heard = 0; // when it was last heard
    #failures = 0;
    #timer = 0;
    #number = 0;
    #answers = new Map();
    #unsent = [];
    #rooms = new Set();

    constructor(path) {
      super();
      this.path = path;
      this.connect();
      // After a sleep, timers are late and the connection is dead without anybody having said so.
      for (const sign of ["online", "pageshow"]) window.addEventListener(sign, () => this.#wake());
      document.addEventListener("visibilitychange", () => document.hidden || this.#wake());
      window.addEventListener("pagehide", () => this.#end("waiting"));
    }

    on(event, listener) {
      this.addEventListener(event, ({ detail }) => listener(detail));
      return this;
    }

    emit(event, data) {
      return new Promise((resolve, reject) => {
        const id = this.#number++;
        const timer = setTimeout(() => this.#answer(id, { status: 0, detail: "There is no answer." }), PATIENCE);
        this.#answers.set(id, { resolve, reject, timer });
        const packet = MESSAGE + EVENT + id + JSON.stringify(data === undefined ? [event] : [event, data]);
        if (this.state === "connected") this.#transport.send(packet);
        else this.#unsent.push([id, packet]);
      });
    }

    join(room) {
      this.#rooms.add(room);
      if (this.state === "connected") this.#ask("live.join", room);
    }

    leave(room) {
      this.#rooms.delete(room);
      if (this.state === "connected") this.#ask("live.leave", room);
    }

    connect() {
      clearTimeout(this.#timer);
      this.#transport?.close();
      this.state = "connecting";
      const url = new URL(this.path, location);
      url.searchParams.set("EIO", "4");
      const transport = new (this.#polling ? Polling : Socket)(
        url,
        (packet) => this.#transport === transport && this.#receive(packet),
        () => this.#transport === transport && this.#lose(),
      );
      this.#transport = transport;
      this.#hear();
    }

    #hear() {
      this.#heard = Date.now();
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#lose(), this.#patience);
    }

    #wake() {
      if (this.state === "waiting" || Date.now() - this.#heard > this.#patience) this.connect();
    }

    #receive(packet) {
      this.#hear();
      const [type, kind] = packet;
      if (type === OPEN) {
        const { pingInterval, pingTimeout } = JSON.parse(packet.slice(1));
        this.#patience = pingInterval + pingTimeout;
        this.#transport.send(MESSAGE + CONNECT);
      } else if (type === PING) this.#transport.send(PONG);
      else if (type === CLOSE || (type === MESSAGE && kind === DISCONNECT)) this.#lose();
      else if (type === MESSAGE) this.#take(kind, packet.slice(2));
    }

    #take(kind, text) {
      const [, id, json] = /^(\d*)(.*)$/s.exec(text);
      const data = JSON.parse(json);
      if (kind === EVENT) this.#tell(data[0], data[1]);
      else if (kind === ACK) this.#answer(Number(id), data[0]);
      else if (kind === CONNECT) this.#connected();
      else if (kind === REFUSED) this.#end("refused", data);
    }

    #connected() {
      this.state = "connected";
      this.#failures = 0;
      for (const room of this.#rooms) this.#ask("live.join", room);
      for (const [id, packet] of this.#unsent.splice(0)) if (this.#answers.has(id)) this.#transport.send(packet);
      this.#tell("connect");
    }

    #ask(event, room) {
      this.emit(event, { room }).catch((error) => error.status === 403 && this.#rooms.delete(room));
    }

    #lose() {
      const was = this.state;
      this.#end("waiting");
      // What never connected may be blocked: try the other way, the first time without a pause.
      if (was === "connecting") this.#polling = !this.#polling;
      const pause = was === "connecting" && !this.#failures ? 0 : Math.min(30_000, 500 * 2 ** this.#failures);
      this.#failures += 1;
      this.#timer = setTimeout(() => this.connect(), pause * (0.5 + Math.random() / 2));
      if (was === "connected") this.#tell("disconnect");
    }

    #end(state, detail) {
      clearTimeout(this.#timer);
      this.#transport?.close();
      this.#transport = null;
      const unsent = new Set(this.#unsent.map(([id]) => id));
      for (const id of [...this.#answers.keys()]) {
        if (state === "refused" || !unsent.has(id)) this.#answer(id, { status: 0, detail: "The connection was lost." });
      }
      this.state = state;
      if (state === "refused") this.#tell("refused", detail);
    }

    #answer(id, { status, detail, data, errors }) {
      const { resolve, reject, timer } = this.#answers.get(id) ?? {};
      clearTimeout(timer);
      this.#answers.delete(id);
      if (status === 200) resolve?.(data);
      else reject?.(Object.assign(new Error(detail), { status, errors }));
    }

    #tell(event, detail) {
      this.dispatchEvent(new CustomEvent(event, { detail }));
    }
  }

  window.live = new Live(document.querySelector("[data-live]").dataset.live);
})();
