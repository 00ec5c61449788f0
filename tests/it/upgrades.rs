//! Upgrades: what is granted, what is refused, and what a stop does to those who are connected.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use serde_json::{Value, json};
use tokio::sync::oneshot;
use tokio::task::{JoinHandle, spawn_blocking};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::{self, Message};
use uuid::Uuid;

use crate::api_support::{PASSWORD, Server, answer};
use crate::support::client::Client;
use crate::support::server::{self, Setup};

/// Joins, and stays until the server closes, and then until `goes` ends. The close code, and its words.
fn stay(
    stream: impl Read + Write,
    hello: &Value,
    joined: oneshot::Sender<()>,
    goes: &Receiver<()>,
) -> (u16, String) {
    let mut request = "ws://localhost/api/v1/socket".into_client_request().expect("an address");
    request.headers_mut().insert("sec-websocket-protocol", HeaderValue::from_static("baton.v1"));
    let (mut ws, _) = tungstenite::client(request, stream).expect("an upgrade");
    ws.send(Message::text(hello.to_string())).expect("sent");
    let mut joined = Some(joined);
    loop {
        match ws.read().expect("a frame") {
            Message::Text(text) if text.contains("\"welcome\"") => {
                joined.take().expect("one welcome").send(()).expect("somebody waits");
            }
            Message::Close(frame) => {
                let frame = frame.expect("a code");
                goes.recv().expect_err("nothing is ever sent");
                return (frame.code.into(), frame.reason.to_string());
            }
            _ => {}
        }
    }
}

/// Somebody who stays, in the clear or with a server of that certificate.
async fn guest(
    address: SocketAddr,
    certificate: Option<CertificateDer<'static>>,
    hello: Value,
    goes: Receiver<()>,
) -> JoinHandle<(u16, String)> {
    let (joined, told) = oneshot::channel();
    let stays = spawn_blocking(move || {
        let tcp = TcpStream::connect(address).expect("a connection");
        let Some(certificate) = certificate else { return stay(tcp, &hello, joined, &goes) };
        let mut roots = RootCertStore::empty();
        roots.add(certificate).expect("a certificate");
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_root_certificates(roots)
            .with_no_client_auth();
        let name = ServerName::try_from("localhost").expect("a name");
        let tls = ClientConnection::new(Arc::new(config), name).expect("a client");
        stay(StreamOwned::new(tls, tcp), &hello, joined, &goes)
    });
    told.await.expect("a welcome");
    stays
}

fn hello(token: &str, workspace: &str) -> Value {
    json!({
        "id": 1, "type": "hello", "token": token, "workspace": workspace, "instance": Uuid::now_v7(),
        "device": "test",
    })
}

#[actix_web::test]
async fn a_stop_tells_everybody_why_and_is_clean() {
    let server = Server::start(&[]).await;
    let (ana, workspace) = server.found().await;
    let address = server.running.address;
    let one = guest(address, None, hello(&ana.token, &workspace), channel().1).await;
    let two = guest(address, None, hello(&ana.token, &workspace), channel().1).await;
    assert!(server.running.stop().await, "every step was done in time");
    for stays in [one, two] {
        assert_eq!(stays.await.expect("an end"), (4000, "restart".to_owned()));
    }
}

#[actix_web::test]
async fn a_stop_waits_a_second_for_who_does_not_go() {
    let server = Server::start(&[]).await;
    let (ana, workspace) = server.found().await;
    let (held, goes) = channel();
    let stays = guest(server.running.address, None, hello(&ana.token, &workspace), goes).await;
    let began = Instant::now();
    assert!(server.running.stop().await, "every step was done in time");
    assert!(began.elapsed() > Duration::from_millis(900), "{:?}", began.elapsed());
    drop(held);
    assert_eq!(stays.await.expect("an end"), (4000, "restart".to_owned()));
}

#[actix_web::test]
async fn a_stop_tells_encrypted_sockets_as_well() {
    let folder = tempfile::tempdir().expect("a folder");
    let (cert, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).expect("a certificate");
    std::fs::write(&cert, made.cert.pem()).expect("written");
    std::fs::write(&key, made.signing_key.serialize_pem()).expect("written");
    let paths = (cert.display().to_string(), key.display().to_string());
    let server = Server::start(&[("tls_cert", &paths.0), ("tls_key", &paths.1)]).await;
    let root = reqwest::Certificate::from_der(made.cert.der()).expect("a certificate");
    let http = reqwest::Client::builder().no_proxy().tls_certs_only([root]).build().expect("a client");
    let url = server.running.url.replace("127.0.0.1", "localhost");
    let setup = json!({
        "token": server.set_up_token(), "name": "Ana", "email": "ana@acme.example", "password": PASSWORD,
        "workspace": "Acme",
    });
    let told = answer(http.post(format!("{url}/api/v1/setup")).json(&setup)).await.ok();
    let token = told["access_token"].as_str().expect("a token");
    let me = answer(http.get(format!("{url}/api/v1/me")).bearer_auth(token)).await.ok();
    let workspace = me["workspaces"][0]["id"].as_str().expect("an id");
    let certificate = Some(made.cert.der().clone());
    let stays = guest(server.running.address, certificate, hello(token, workspace), channel().1).await;
    drop(http);
    assert!(server.running.stop().await, "every step was done in time");
    assert_eq!(stays.await.expect("an end"), (4000, "restart".to_owned()));
}

/// Sends bytes as they are. The head of the answer, and its body: as long as it says, or to the end of the connection.
async fn raw(address: SocketAddr, request: String) -> (String, Vec<u8>) {
    spawn_blocking(move || {
        let mut stream = TcpStream::connect(address).expect("a connection");
        stream.write_all(request.as_bytes()).expect("sent");
        let (mut stream, mut head) = (BufReader::new(stream), String::new());
        while !head.ends_with("\r\n\r\n") {
            assert!(stream.read_line(&mut head).expect("a line") > 0, "a head that ends: {head}");
        }
        let head = head.to_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
        let mut body = Vec::new();
        stream.take(length.unwrap_or(u64::MAX)).read_to_end(&mut body).expect("a body");
        (head, body)
    })
    .await
    .expect("an answer")
}

fn upgrade(path: &str, more: &str) -> String {
    format!(
        "GET {path} HTTP/1.1\r\nHost: baton.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{more}\r\n"
    )
}

const PATH: &str = baton::socket::PATH;
const OFFER: &str = "Sec-WebSocket-Protocol: baton.v1\r\n";

#[actix_web::test]
async fn an_upgrade_that_is_refused_is_answered_as_a_whole() {
    let server = Server::start(&[]).await;
    let foreign = format!("{OFFER}Origin: https://elsewhere.test\r\n");
    let length = format!("{OFFER}Content-Length: 2\r\n\r\nhi");
    let chunked = format!("{OFFER}Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n");
    for (more, status, code) in [
        (foreign.as_str(), " 403 ", "foreign_origin"),
        ("", " 400 ", "bad_request"),
        // With a body it is a request as any other.
        (&length, " 400 ", "bad_request"),
        (&chunked, " 400 ", "bad_request"),
    ] {
        let (head, body) = raw(server.running.address, upgrade(PATH, more)).await;
        assert!(head.lines().next().unwrap_or_default().contains(status), "{more}: {head}");
        let told: Value = serde_json::from_slice(&body).expect("an error as JSON");
        assert_eq!(told["code"], code, "{more}");
    }
    assert!(server.running.stop().await);
}

#[actix_web::test]
async fn an_upgrade_where_there_is_none_is_answered_as_any_other_request() {
    let server = Server::start(&[]).await;
    let request = upgrade("/api/v1/openapi.json", "Accept-Encoding: gzip\r\n");
    let (head, body) = raw(server.running.address, request).await;
    assert!(head.contains(" 200 ") && head.contains("content-encoding: gzip"), "{head}");
    assert!(!head.contains("transfer-encoding"), "its end is that of the connection: {head}");
    let mut text = String::new();
    flate2::read::GzDecoder::new(&body[..]).read_to_string(&mut text).expect("all of it");
    let told: Value = serde_json::from_str(&text).expect("a document");
    assert_eq!(told["info"]["title"], "Baton");
    assert!(server.running.stop().await);
}

#[tokio::test]
async fn one_socket_too_many_is_told_to_come_again() {
    let mut setup = Setup::default();
    setup.socket.most = 2;
    let server = server::Server::with(setup).await;
    let one = Client::join(&server, server.owner).await;
    let two = Client::join(&server, server.owner).await;
    let from = format!("{OFFER}Origin: {}\r\n", server::ORIGIN);
    let (head, body) = raw(server.address, upgrade(PATH, &from)).await;
    assert!(head.lines().next().unwrap_or_default().contains(" 503 "), "{head}");
    let told: Value = serde_json::from_slice(&body).expect("an error");
    assert_eq!(told["code"], "busy");
    drop((one, two));
    server.sockets.ended().await;
    Client::join(&server, server.owner).await;
    server.stop().await;
}
