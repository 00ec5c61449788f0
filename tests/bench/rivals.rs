//! D on the peers: locks built on their broadcast, in memory, as a team would; and Redis, which has no sockets to browsers.

use std::cell::Cell;
use std::io::{Error, ErrorKind, Result};
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Instant;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::Size;
use crate::figures::{Row, Samples, Table};
use crate::pace::pause;
use crate::peers::{Peer, program};
use crate::server::Server;
use crate::wire::Conn;

/// Who holds locks.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rival {
    SocketIo,
    Ws,
    Redis,
}

impl Rival {
    fn name(self) -> &'static str {
        match self {
            Rival::SocketIo => "socket.io",
            Rival::Ws => "ws",
            Rival::Redis => "redis",
        }
    }

    fn start(self) -> Result<Server> {
        match self {
            Rival::SocketIo => Peer::SocketIo.start(),
            Rival::Ws => Peer::Ws.start(),
            Rival::Redis => Server::on_port(|port| {
                let words = format!("redis-server --port {port} --bind 127.0.0.1 --appendonly no --save");
                words.split(' ').map(str::to_owned).chain([String::new()]).collect()
            }),
        }
    }
}

fn of_round(size: &Size, round: usize) -> Vec<Rival> {
    let peers = Peer::of_round(size, round);
    let mut rivals = Vec::new();
    if peers.contains(&Peer::SocketIo) {
        rivals.push(Rival::SocketIo);
    }
    if peers.contains(&Peer::Ws) {
        rivals.push(Rival::Ws);
    }
    if !size.quick && round == 0 && program("redis-server", "--version") {
        rivals.push(Rival::Redis);
    }
    rivals
}

/// One shape of D on every rival.
pub async fn run(
    size: &Size,
    round: usize,
    what: &str,
    places: usize,
    clients: usize,
    table: &mut Table,
) -> Result<()> {
    for rival in of_round(size, round) {
        let server = rival.start()?;
        let over = Rc::new(Cell::new(false));
        let mut tasks = JoinSet::new();
        for room in 0..places {
            for n in 0..clients {
                let over = Rc::clone(&over);
                tasks.spawn_local(client(rival, server.address, room, n, over));
            }
        }
        pause(0.5).await;
        let (cpu, from) = (server.cpu(), Instant::now());
        pause(size.seconds).await;
        let (cpu, took) = (server.cpu() - cpu, from.elapsed().as_secs_f64());
        over.set(true);
        let mut samples = Samples::default();
        while let Some(done) = tasks.join_next().await {
            for (at, micros) in done.map_err(Error::other)?? {
                if at >= from && (at - from).as_secs_f64() <= took {
                    samples.add(micros);
                }
            }
        }
        let decisions = samples.len() as f64;
        table.add(
            Row::new(format!("D locks, {what}"), rival.name())
                .with("decisions_s", decisions / took)
                .with("cpu_us_each", cpu / decisions * 1e6)
                .with("cpu_pct", cpu / took * 100.0)
                .latency(&mut samples),
        );
    }
    Ok(())
}

enum Line {
    Web(Conn),
    Plain(TcpStream),
}

async fn client(
    rival: Rival,
    address: SocketAddr,
    room: usize,
    n: usize,
    over: Rc<Cell<bool>>,
) -> Result<Vec<(Instant, u64)>> {
    let mut line = match rival {
        Rival::SocketIo => Line::Web(Peer::SocketIo.join(address, room).await?),
        Rival::Ws => Line::Web(Peer::Ws.join(address, room).await?),
        Rival::Redis => Line::Plain(TcpStream::connect(address).await?),
    };
    let mut decisions = Vec::new();
    let mut call = 1;
    while !over.get() {
        for op in ["acquire", "release"] {
            let began = Instant::now();
            line.decide(rival, call, op, &format!("room {room} step {n}")).await?;
            call += 1;
            let micros = u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX);
            decisions.push((Instant::now(), micros));
        }
    }
    Ok(decisions)
}

impl Line {
    async fn decide(&mut self, rival: Rival, call: u32, op: &str, path: &str) -> Result<()> {
        match self {
            Line::Web(conn) if rival == Rival::SocketIo => {
                conn.say(&format!(r#"42{call}["lock",{{"op":"{op}","path":"{path}"}}]"#)).await?;
                conn.wait_for(format!("43{call}[").as_bytes()).await
            }
            Line::Web(conn) => {
                conn.say(&format!(r#"{{"call":{call},"op":"{op}","path":"{path}"}}"#)).await?;
                conn.wait_for(format!("{{\"re\":{call},").as_bytes()).await
            }
            Line::Plain(stream) => {
                let words: &[&str] = match op {
                    "acquire" => &["SET", path, "me", "NX", "PX", "60000"],
                    _ => &["DEL", path],
                };
                let mut text = format!("*{}\r\n", words.len());
                for word in words {
                    text += &format!("${}\r\n{word}\r\n", word.len());
                }
                stream.write_all(text.as_bytes()).await?;
                let mut got = [0; 64];
                match stream.read(&mut got).await? {
                    0 => Err(Error::new(ErrorKind::UnexpectedEof, "closed")),
                    _ => Ok(()),
                }
            }
        }
    }
}
