use actix_codec::Encoder;
use actix_http::ws::Message;
use actix_web::rt::net::TcpStream;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::*;

const LARGEST: usize = 1_000;

/// A line, and the client's end of it.
async fn pair() -> (Line, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let client = TcpStream::connect(listener.local_addr().expect("bound")).await.expect("a connection");
    let (served, _) = listener.accept().await.expect("the connection");
    (Line::new(Stream::Plain(served), &[], LARGEST), client)
}

fn encoded(messages: impl IntoIterator<Item = Message>) -> BytesMut {
    let (mut codec, mut bytes) = (Codec::new().client_mode(), BytesMut::new());
    for message in messages {
        codec.encode(message, &mut bytes).expect("encoded");
    }
    bytes
}

/// The next frame that the client gets.
async fn frame(client: &mut TcpStream, read: &mut BytesMut) -> Frame {
    let mut codec = Codec::new().client_mode().max_size(1 << 30);
    loop {
        if let Some(frame) = codec.decode(read).expect("frames") {
            return frame;
        }
        assert_ne!(client.read_buf(read).await.expect("read"), 0, "the end");
    }
}

fn text(heard: Heard) -> String {
    match heard {
        Heard::Text(text) => text.to_string(),
        other => panic!("no text: {other:?}"),
    }
}

#[test]
fn heads_are_as_the_codec_writes_them() {
    for length in [0, 1, 125, 126, 255, 256, 65_535, 65_536, 300_000] {
        let mut whole = BytesMut::new();
        Parser::write_message(&mut whole, vec![b'x'; length], OpCode::Text, true, false);
        let (bytes, count) = head(length);
        assert_eq!(&whole[..whole.len() - length], &bytes[..count], "{length}");
        assert_eq!(declared(&bytes[..count]), Some(length as u64));
    }
}

#[tokio::test]
async fn messages_are_heard_however_they_arrive() {
    let (mut line, mut client) = pair().await;
    let said = encoded([
        Message::Text("one".into()),
        Message::Continuation(Item::FirstText("tw".into())),
        Message::Pong(Bytes::new()),
        Message::Continuation(Item::Continue(Bytes::new())),
        Message::Continuation(Item::Last("o".into())),
        Message::Binary("three".into()),
        Message::Close(Some(CloseCode::Away.into())),
    ]);
    for at_once in [1, 3, said.len()] {
        for bytes in said.chunks(at_once) {
            client.write_all(bytes).await.expect("written");
            if at_once < said.len() {
                // So that it comes as one read.
                tokio::task::yield_now().await;
            }
        }
        assert_eq!(text(line.heard().await), "one");
        assert!(matches!(line.heard().await, Heard::Sign));
        assert_eq!(text(line.heard().await), "two");
        assert!(matches!(line.heard().await, Heard::Binary));
        assert!(matches!(line.heard().await, Heard::Close(Some(reason)) if reason.code == CloseCode::Away));
        assert!(line.tail.is_empty() && line.tail.capacity() == 0 && line.parts.is_none());
    }
    drop(client);
    assert!(matches!(line.heard().await, Heard::Gone));
}

#[tokio::test]
async fn what_was_read_with_the_request_is_heard_first() {
    let (line, mut client) = pair().await;
    let said = encoded([Message::Text("early".into())]);
    let mut line = Line::new(line.stream, &said[..4], LARGEST);
    client.write_all(&said[4..]).await.expect("written");
    assert_eq!(text(line.heard().await), "early");
}

#[tokio::test]
async fn what_is_too_large_is_refused_before_it_is_there() {
    let half = || Bytes::from(vec![b'x'; LARGEST / 2 + 1]);
    let whole = encoded([Message::Text("x".repeat(LARGEST + 1).into())]);
    let parts =
        encoded([Message::Continuation(Item::FirstText(half())), Message::Continuation(Item::Last(half()))]);
    for said in [&whole[..4], &parts[..]] {
        let (mut line, mut client) = pair().await;
        client.write_all(said).await.expect("written");
        assert!(matches!(line.heard().await, Heard::TooLarge));
    }
    let (mut line, mut client) = pair().await;
    client.write_all(&[0x81, 0x01, b'x']).await.expect("written");
    assert!(matches!(line.heard().await, Heard::Broken(ProtocolError::UnmaskedFrame)));
    let (mut line, mut client) = pair().await;
    client.write_all(&encoded([Message::Text("x".repeat(LARGEST).into())])).await.expect("written");
    assert_eq!(text(line.heard().await).len(), LARGEST);
}

#[tokio::test]
async fn what_the_kernel_does_not_take_waits_and_leaves_in_order() {
    let (mut line, mut client) = pair().await;
    socket2::SockRef::from(&client).set_recv_buffer_size(4_096).expect("set");
    if let Stream::Plain(tcp) = &line.stream {
        socket2::SockRef::from(tcp).set_send_buffer_size(4_096).expect("set");
    }
    line.text("x".repeat(1 << 20).into()).await.expect("it is there");
    assert!(line.waiting_since().is_some());
    line.text("after".into()).await.expect("it is there");
    client
        .write_all(&encoded([Message::Ping("1".into()), Message::Ping("2".into())]))
        .await
        .expect("written");
    assert!(matches!(line.heard().await, Heard::Sign));
    assert!(matches!(line.heard().await, Heard::Sign));
    let client = async {
        let mut read = BytesMut::new();
        assert!(matches!(frame(&mut client, &mut read).await, Frame::Text(bytes) if bytes.len() == 1 << 20));
        assert!(matches!(frame(&mut client, &mut read).await, Frame::Text(bytes) if bytes == "after"));
        assert!(matches!(frame(&mut client, &mut read).await, Frame::Pong(bytes) if bytes == "2"));
    };
    let ((), heard) = tokio::join!(client, line.heard());
    assert!(matches!(heard, Heard::Sent) && line.waiting_since().is_none());
    assert_eq!(line.waiting.capacity(), 0);
}

#[tokio::test]
async fn a_close_is_read_although_the_client_still_talks() {
    let (line, mut client) = pair().await;
    let reason = CloseReason { code: CloseCode::Other(4_000), description: Some("ä".repeat(100)) };
    let client = async {
        client.write_all(&vec![0; 1 << 20]).await.expect("written");
        let mut read = BytesMut::new();
        let Frame::Close(Some(reason)) = frame(&mut client, &mut read).await else { panic!("no close") };
        assert_eq!((reason.code, reason.description), (CloseCode::Other(4_000), Some("ä".repeat(61))));
        assert_eq!(client.read_buf(&mut read).await.expect("no reset"), 0);
        drop(client);
    };
    tokio::join!(client, line.close(Some(reason)));
}
