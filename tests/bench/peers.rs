//! The peers: how each is started, joined and spoken to. Only what the load needs of their protocols.

use std::io::{Error, Result};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::Size;
use crate::server::{PEERS, Server};
use crate::wire::{Conn, binary, frame};

/// A server that broadcasts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Peer {
    /// Our own, which checks nothing.
    Floor,
    /// node `ws`.
    Ws,
    /// Socket.IO.
    SocketIo,
    /// Hocuspocus.
    Hocuspocus,
    /// Mosquitto over WebSocket.
    Mosquitto,
}

/// Socket.IO's and the floor's, which every run has.
const ALWAYS: [Peer; 2] = [Peer::Floor, Peer::SocketIo];
const OTHERS: [Peer; 3] = [Peer::Ws, Peer::Hocuspocus, Peer::Mosquitto];

/// Whether a program can be run.
pub fn program(name: &str, argument: &str) -> bool {
    let quiet = Command::new(name).arg(argument).stdout(Stdio::null()).stderr(Stdio::null()).status();
    quiet.is_ok()
}

impl Peer {
    /// Those of this round that can be run here.
    pub fn of_round(size: &Size, round: usize) -> Vec<Peer> {
        let others: &[Peer] = if size.quick || round > 0 { &[] } else { &OTHERS };
        let wanted = ALWAYS.iter().chain(others).copied();
        wanted.filter(|peer| peer.missing().is_none()).collect()
    }

    /// Tells what is not here and how to have it.
    pub fn tell_missing(size: &Size) {
        let others: &[Peer] = if size.quick { &[] } else { &OTHERS };
        for peer in ALWAYS.iter().chain(others) {
            if let Some(install) = peer.missing() {
                eprintln!("{} is left out; to have it: {install}", peer.name());
            }
        }
        if !size.quick && !program("redis-server", "--version") {
            eprintln!("redis is left out; to have it: apt-get install -y redis-server");
        }
    }

    fn missing(self) -> Option<&'static str> {
        let node = |package: &str| Path::new(PEERS).join("node_modules").join(package).exists();
        let (there, install) = match self {
            Peer::Floor => (true, ""),
            Peer::Ws => (node("ws"), "npm --prefix tests/bench/peers ci"),
            Peer::SocketIo => (node("socket.io"), "npm --prefix tests/bench/peers ci"),
            Peer::Hocuspocus => (node("@hocuspocus/server"), "npm --prefix tests/bench/peers ci"),
            Peer::Mosquitto => (program("mosquitto", "-h"), "apt-get install -y mosquitto"),
        };
        (!there).then_some(install)
    }

    /// As it stands in the table.
    pub fn name(self) -> &'static str {
        match self {
            Peer::Floor => "floor",
            Peer::Ws => "ws",
            Peer::SocketIo => "socket.io",
            Peer::Hocuspocus => "hocuspocus",
            Peer::Mosquitto => "mosquitto",
        }
    }

    /// Starts it.
    pub fn start(self) -> Result<Server> {
        match self {
            Peer::Floor => Server::floor(),
            Peer::Ws => Server::node("ws"),
            Peer::SocketIo => Server::node("socketio"),
            Peer::Hocuspocus => Server::node("hocuspocus"),
            Peer::Mosquitto => mosquitto(),
        }
    }

    /// Connects somebody and brings them into a room.
    pub async fn join(self, address: SocketAddr, room: usize) -> Result<Conn> {
        match self {
            Peer::Floor | Peer::Ws => Conn::open(address, &format!("/room/{room}"), "").await,
            Peer::SocketIo => {
                let mut conn = Conn::open(address, "/socket.io/?EIO=4&transport=websocket", "").await?;
                conn.say("40").await?;
                conn.wait_for(b"40{").await?;
                conn.say(&format!(r#"420["join","room {room}"]"#)).await?;
                conn.wait_for(b"430").await?;
                Ok(conn)
            }
            Peer::Hocuspocus => {
                let mut conn = Conn::open(address, "/", "").await?;
                let mut hello = document(room);
                // Kind 2 is authentication, of which 0 is a token; an empty one will do.
                hello.extend([2, 0, 0]);
                conn.send(&binary(&hello)).await?;
                conn.wait_for(&document(room)).await?;
                Ok(conn)
            }
            Peer::Mosquitto => {
                let mut conn = Conn::open(address, "/", "mqtt").await?;
                // CONNECT, version 3.1.1, clean session, no keep-alive, no name.
                conn.send(&binary(&[0x10, 12, 0, 4, b'M', b'Q', b'T', b'T', 4, 2, 0, 0, 0, 0])).await?;
                conn.wait_for(&[0x20]).await?;
                let mut subscribe = vec![0, 1];
                subscribe.extend(topic(room));
                subscribe.push(0);
                conn.send(&binary(&packet(0x82, &subscribe))).await?;
                conn.wait_for(&[0x90]).await?;
                Ok(conn)
            }
        }
    }

    /// The frame with which somebody tells their room where they are; `clock` grows from one to the next.
    pub fn says(self, room: usize, who: usize, clock: u64, place: &str) -> Vec<u8> {
        match self {
            Peer::Floor | Peer::Ws => frame(place),
            Peer::SocketIo => frame(&format!(r#"42["move",{place}]"#)),
            Peer::Hocuspocus => {
                let mut update = vec![1];
                varint(who as u64 + 1, &mut update);
                varint(clock, &mut update);
                varint(place.len() as u64, &mut update);
                update.extend_from_slice(place.as_bytes());
                let mut message = document(room);
                // Kind 1 is awareness.
                message.push(1);
                varint(update.len() as u64, &mut message);
                message.extend(update);
                binary(&message)
            }
            Peer::Mosquitto => {
                let mut publish = topic(room);
                publish.extend_from_slice(place.as_bytes());
                binary(&packet(0x30, &publish))
            }
        }
    }
}

/// lib0's and MQTT's variable numbers are the same.
fn varint(mut number: u64, out: &mut Vec<u8>) {
    while number >= 0x80 {
        out.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// The name of a room's document, with which every message of Hocuspocus begins.
fn document(room: usize) -> Vec<u8> {
    let name = format!("room {room}");
    let mut out = Vec::new();
    varint(name.len() as u64, &mut out);
    out.extend_from_slice(name.as_bytes());
    out
}

fn topic(room: usize) -> Vec<u8> {
    let name = format!("room/{room}");
    let mut out = u16::try_from(name.len()).unwrap_or(0).to_be_bytes().to_vec();
    out.extend_from_slice(name.as_bytes());
    out
}

fn packet(first: u8, content: &[u8]) -> Vec<u8> {
    let mut out = vec![first];
    varint(content.len() as u64, &mut out);
    out.extend_from_slice(content);
    out
}

fn mosquitto() -> Result<Server> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let file = folder.join("mosquitto.conf");
    Server::on_port(|port| {
        // Debian's Mosquitto ends when WebSocket is all it listens for, so it also has a plain listener, which nobody uses.
        let settings = format!(
            "listener {port} 127.0.0.2\nlistener {port} 127.0.0.1\nsocket_domain ipv4\nprotocol websockets\n\
             allow_anonymous true\nset_tcp_nodelay true\n\
             max_queued_messages 100000\npersistence false\nlog_type error\n"
        );
        // If it cannot be written the server does not start, which is told.
        let _ = std::fs::write(&file, settings);
        vec!["mosquitto".to_owned(), "-c".to_owned(), file.to_string_lossy().into_owned()]
    })
    .map_err(|error| Error::other(format!("mosquitto: {error}")))
}
