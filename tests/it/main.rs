//! Integration tests: the real store, rooms and sockets on a port of their own, clients over WebSocket.

mod support;
mod ws_faults;
mod ws_frames;
mod ws_session;
mod ws_slow;
