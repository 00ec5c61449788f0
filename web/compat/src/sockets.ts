// Xano's client always dials `wss://host/rt/…` without a port: TLS on 443. Here that dial is led to the test's own server.
// Nothing else is changed: the frames, sub-protocols and close codes are the client's and the server's own.

import WebSocket from "ws";

export interface Dialled {
  url: string;
  protocols: string[];
  socket: WebSocket;
  /** Frames as they came and went, in order. */
  frames: { from: "client" | "server"; text: string }[];
  closed?: number;
}

/** Installs a global `WebSocket` that leads `wss://<host>` to the server at `base`; all that is dialled is kept. */
export function redirect(base: string): Dialled[] {
  const dialled: Dialled[] = [];
  class Redirected extends WebSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      const asked = new URL(url);
      const target = new URL(base);
      const path = `${asked.pathname}${asked.search}`;
      super(`ws://${target.host}${path}`, protocols);
      const offered = protocols === undefined ? [] : [protocols].flat();
      const one: Dialled = { url: String(url), protocols: offered, socket: this, frames: [] };
      dialled.push(one);
      this.on("message", (data) => one.frames.push({ from: "server", text: String(data) }));
      this.on("close", (code) => (one.closed = code));
      const send = this.send.bind(this) as (text: string) => void;
      this.send = (text: unknown) => {
        one.frames.push({ from: "client", text: String(text) });
        send(String(text));
      };
    }
  }
  (globalThis as { WebSocket: unknown }).WebSocket = Redirected;
  return dialled;
}

export { WebSocket };
