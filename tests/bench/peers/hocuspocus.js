// Hocuspocus: a document for each room, places in its awareness.
import { Server } from "@hocuspocus/server";

const server = new Server({ address: "127.0.0.1", port: 0, quiet: true });
await server.listen();
console.log(`listening on 127.0.0.1:${server.address.port}`);
