// node ws: a room for each path, whatever is said there goes to everybody in it; `{"call":…}` is a lock call.
import { WebSocketServer } from "ws";
import { decide } from "./locks.js";

const rooms = new Map();
let ids = 0;

const server = new WebSocketServer({ host: "127.0.0.1", port: 0, backlog: 4096, perMessageDeflate: false }, () => {
  console.log(`listening on 127.0.0.1:${server.address().port}`);
});

server.on("connection", (socket, request) => {
  const id = ++ids;
  const room = rooms.get(request.url) ?? rooms.set(request.url, new Set()).get(request.url);
  room.add(socket);
  const everybody = (bytes) => {
    for (const member of room) member.send(bytes, { binary: false });
  };
  socket.on("message", (bytes) => {
    // Told apart without a look into what is only passed on.
    if (bytes[2] === 0x63 && bytes[3] === 0x61) {
      const said = JSON.parse(bytes);
      const answer = decide(id, said, (news) => everybody(JSON.stringify(news)));
      socket.send(JSON.stringify({ re: said.call, ...answer }));
    } else {
      everybody(bytes);
    }
  });
  socket.on("close", () => room.delete(socket));
  socket.on("error", () => room.delete(socket));
});
