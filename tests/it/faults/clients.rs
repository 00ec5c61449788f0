//! Clients that do not behave: they speak a byte at a time, read a byte at a time, or say nothing.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use baton::socket::SocketSettings;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use uuid::Uuid;

use super::{Hand, Site};
use crate::support::client::{Client, chat, soon};
use crate::support::server::{Server, Setup};

/// actix's own limit for a request's head is 5 s; a busy machine may be late.
const HEAD_WITHIN: Duration = Duration::from_secs(20);

fn upgrade(address: SocketAddr) -> String {
    format!(
        "GET {} HTTP/1.1\r\nHost: {address}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: baton.v1\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        baton::socket::PATH
    )
}

/// A text frame whose mask is zeros.
fn frame(text: &str) -> Vec<u8> {
    let length = u16::try_from(text.len()).unwrap();
    let mut bytes = vec![0x81, 0x80 | 126];
    bytes.extend(length.to_be_bytes());
    bytes.extend([0; 4]);
    bytes.extend(text.as_bytes());
    bytes
}

/// Reads to the end; what came.
async fn end(stream: &mut TcpStream, within: Duration) -> Vec<u8> {
    let mut got = Vec::new();
    let read = tokio::time::timeout(within, stream.read_to_end(&mut got)).await;
    // A reset is an end as well.
    read.expect("the server ends it").ok();
    got
}

#[tokio::test]
async fn a_request_that_comes_a_byte_at_a_time_or_not_at_all_is_ended() {
    let site = Site::start(&[]).await;
    let mut hand = Hand::new(&site, 0).await;
    let address = site.server.address();
    let mut silent = TcpStream::connect(address).await.unwrap();
    let mut dribbling = TcpStream::connect(address).await.unwrap();
    let began = Instant::now();
    let text = upgrade(address);
    // One byte for each answered edit, until the server has enough.
    for byte in text.bytes() {
        let mut one = [0];
        let over = dribbling.try_read(&mut one).is_ok_and(|read| read == 0);
        if over || dribbling.write_all(&[byte]).await.is_err() {
            break;
        }
        assert!(began.elapsed() < HEAD_WITHIN, "a dribbled head was never ended");
        hand.edit(1).await;
        hand.client.pings(u64::from(byte % 16 == 0)).await;
    }
    end(&mut dribbling, HEAD_WITHIN).await;
    end(&mut silent, HEAD_WITHIN).await;
    println!("slow heads: ended within {:?}; {} edits meanwhile", began.elapsed(), hand.count);
    site.server.stop();
}

#[tokio::test]
async fn a_socket_that_does_not_say_hello_is_ended_also_if_it_dribbles() {
    let socket = SocketSettings { hello: Duration::from_millis(700), ..SocketSettings::default() };
    let server = Server::with(Setup { socket, ..Setup::default() }).await;
    let mut one = Client::join(&server, server.owner).await;
    for dribbles in [false, true] {
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        stream.write_all(upgrade(server.address).as_bytes()).await.unwrap();
        if dribbles {
            stream.write_all(&frame("{\"type\":\"hello\"")[..9]).await.unwrap();
        }
        let said = end(&mut stream, Duration::from_secs(10)).await;
        let said = String::from_utf8_lossy(&said);
        assert!(said.contains("hello_timeout"), "{said}");
        assert_eq!(one.call(chat("still here")).await["type"], "reply");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_reader_of_a_byte_at_a_time_is_cut_while_the_others_go_on() {
    let mut setup = Setup::default();
    setup.socket.stall = Duration::from_millis(700);
    setup.socket.rates.frames = 1_000_000;
    setup.socket.rates.bytes = 1 << 30;
    setup.room.limits.chat_burst = 1_000_000;
    let server = Server::with(setup).await;
    let mut one = Client::join(&server, server.owner).await;

    let mut slow = TcpStream::connect(server.address).await.unwrap();
    slow.write_all(upgrade(server.address).as_bytes()).await.unwrap();
    let hello = json!({
        "type": "hello", "id": 1, "token": server.owner.to_string(), "workspace": server.workspace.0,
        "instance": Uuid::now_v7(),
    });
    slow.write_all(&frame(&hello.to_string())).await.unwrap();
    one.until("the other", |replica| replica.sessions.len() == 2).await;
    let line = "x".repeat(2_000);
    let began = Instant::now();
    soon("the cut", async {
        while server.sockets.open() > 1 {
            assert_eq!(one.call(chat(&line)).await["type"], "reply");
            // A byte for every line.
            let mut byte = [0];
            let _ = slow.try_read(&mut byte);
        }
    })
    .await;
    println!(
        "slow reader: cut after {:?}, {} lines went to the others",
        began.elapsed(),
        one.replica.chat.len()
    );
    assert!(one.replica.resyncs.is_empty());
    server.stop().await;
}
