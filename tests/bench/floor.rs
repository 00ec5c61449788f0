//! The floor: a broadcaster that checks, parses and keeps nothing. One thread, one send per member for what one read brought.

use std::cell::RefCell;
use std::collections::HashMap;
use std::io::Result;
use std::rc::Rc;

use memchr::memmem;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::spawn_local;

use crate::wire::{length, send, whole};

type Room = Rc<RefCell<Vec<Rc<TcpStream>>>>;

/// Runs until it is killed. The path names the room.
pub async fn run() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("floor on {}", listener.local_addr()?);
    let rooms: Rc<RefCell<HashMap<String, Room>>> = Rc::default();
    loop {
        let (stream, _) = listener.accept().await?;
        let rooms = Rc::clone(&rooms);
        spawn_local(async move {
            // A member that is gone is gone.
            let _ = member(stream, &rooms).await;
        });
    }
}

async fn member(mut stream: TcpStream, rooms: &RefCell<HashMap<String, Room>>) -> Result<()> {
    stream.set_nodelay(true)?;
    let mut head = Vec::new();
    while memmem::find(&head, b"\r\n\r\n").is_none() {
        if stream.read_buf(&mut head).await? == 0 {
            return Ok(());
        }
    }
    let path = String::from_utf8_lossy(&head).split(' ').nth(1).unwrap_or_default().to_owned();
    // The answer to the one key that the load uses.
    let yes = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
               Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
    stream.write_all(yes.as_bytes()).await?;
    let stream = Rc::new(stream);
    let room = Rc::clone(rooms.borrow_mut().entry(path).or_default());
    room.borrow_mut().push(Rc::clone(&stream));
    let mut got = vec![0; 16 * 1024];
    let mut rest: Vec<u8> = Vec::new();
    let mut out = Vec::new();
    loop {
        stream.readable().await?;
        let read = match stream.try_read(&mut got) {
            Ok(0) => return Ok(()),
            Ok(read) => read,
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => continue,
            Err(error) => return Err(error),
        };
        rest.extend_from_slice(&got[..read]);
        out.clear();
        let mut at = 0;
        while let Some((_, begin, end)) = whole(&rest[at..]) {
            out.push(0x81);
            length(end - begin, 0, &mut out);
            out.extend_from_slice(&rest[at + begin..at + end]);
            at += end;
        }
        rest.drain(..at);
        broadcast(&room, &out).await;
    }
}

async fn broadcast(room: &Room, bytes: &[u8]) {
    for at in 0.. {
        let Some(member) = room.borrow().get(at).cloned() else { return };
        if member.try_write(bytes).is_ok_and(|sent| sent == bytes.len()) {
            continue;
        }
        // Rare at the rates of the benchmark: the reader is waited for.
        let _ = send(&member, bytes).await;
    }
}
