// Socket.IO with its rooms and acknowledgements, as its documentation shows them.
import { createServer } from "node:http";
import { Server } from "socket.io";
import { decide } from "./locks.js";

const http = createServer();
const io = new Server(http, { transports: ["websocket"], perMessageDeflate: false });

io.on("connection", (socket) => {
  socket.on("join", (room, done) => {
    socket.join(room);
    socket.data.room = room;
    done();
  });
  socket.on("move", (place) => io.to(socket.data.room).emit("move", place));
  socket.on("lock", (wish, done) => {
    done(decide(socket.id, wish, (news) => io.to(socket.data.room).emit("lock", news)));
  });
});

http.listen({ host: "127.0.0.1", port: 0, backlog: 4096 }, () => {
  console.log(`listening on 127.0.0.1:${http.address().port}`);
});
