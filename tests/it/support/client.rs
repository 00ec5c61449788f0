//! A client with a replica like the UI's: it applies snapshots and deltas, insists that they are gapless, and answers pings.

use std::collections::{BTreeMap, VecDeque};
use std::future::Future;
use std::net::SocketAddr;
use std::time::Duration;

use baton::domain::id::UserId;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::Response;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};
use uuid::Uuid;

use super::replica::Replica;
use super::server::{ORIGIN, Server};

/// Nothing that a test waits for takes longer.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// Waits for something that must come.
pub async fn soon<T>(what: &str, wait: impl Future<Output = T>) -> T {
    match timeout(PATIENCE, wait).await {
        Ok(value) => value,
        Err(_) => panic!("{what} did not come within {PATIENCE:?}"),
    }
}

pub struct Client {
    ws: WebSocketStream<MaybeTlsStream<TcpStream>>,
    pub session: String,
    pub secret: String,
    pub instance: Uuid,
    pub user: UserId,
    /// What the hello says.
    pub token: String,
    pub workspace: Uuid,
    pub arrival: String,
    pub replica: Replica,
    pub answers_pings: bool,
    /// Every frame as it came, if somebody wants to read them all.
    pub frames: Option<Vec<String>>,
    next: u32,
    replies: BTreeMap<u32, Value>,
    errors: VecDeque<Value>,
    closed: Option<(u16, String)>,
}

/// What a page keeps when its network is cut.
pub struct Page {
    token: String,
    workspace: Uuid,
    session: String,
    secret: String,
    instance: Uuid,
    replica: Replica,
}

impl Page {
    /// Comes back to its session.
    pub async fn come_back(self, server: &Server) -> Client {
        let ws = connect(server, Some(ORIGIN), "baton.v1").await.unwrap();
        let Page { token, workspace, session, secret, instance, replica } = self;
        let mut client = Client { session, secret, instance, replica, ..Client::on(ws, token, workspace) };
        let claim = client.claim();
        client.greet(claim).await;
        client
    }
}

/// Connects with that origin and sub-protocol; the server's refusal if it has one.
pub async fn connect(
    server: &Server,
    origin: Option<&str>,
    protocol: &str,
) -> Result<WebSocketStream<MaybeTlsStream<TcpStream>>, Response<Option<Vec<u8>>>> {
    connect_to(server.address, origin, protocol).await
}

/// The same, to an address.
pub async fn connect_to(
    address: SocketAddr,
    origin: Option<&str>,
    protocol: &str,
) -> Result<WebSocketStream<MaybeTlsStream<TcpStream>>, Response<Option<Vec<u8>>>> {
    let mut request = format!("ws://{address}{}", baton::socket::PATH).into_client_request().unwrap();
    let headers = request.headers_mut();
    if let Some(origin) = origin {
        headers.insert("origin", origin.parse().unwrap());
    }
    headers.insert("sec-websocket-protocol", protocol.parse().unwrap());
    match connect_async(request).await {
        Ok((ws, _)) => Ok(ws),
        Err(tokio_tungstenite::tungstenite::Error::Http(response)) => Err(*response),
        Err(error) => panic!("no connection: {error}"),
    }
}

impl Client {
    /// Connects without a word.
    pub async fn open(server: &Server, user: UserId) -> Client {
        let ws = connect(server, Some(ORIGIN), "baton.v1").await.unwrap();
        Client { user, ..Client::on(ws, user.to_string(), server.workspace.0) }
    }

    /// Connects to a real server, as no browser does: without an origin.
    pub async fn at(address: SocketAddr, token: &str, workspace: &str) -> Client {
        let ws = connect_to(address, None, "baton.v1").await.unwrap();
        Client::on(ws, token.to_owned(), workspace.parse().unwrap())
    }

    fn on(ws: WebSocketStream<MaybeTlsStream<TcpStream>>, token: String, workspace: Uuid) -> Client {
        Client {
            ws,
            token,
            workspace,
            session: String::new(),
            secret: String::new(),
            instance: Uuid::now_v7(),
            user: UserId(Uuid::nil()),
            arrival: String::new(),
            replica: Replica::default(),
            answers_pings: true,
            frames: None,
            next: 0,
            replies: BTreeMap::new(),
            errors: VecDeque::new(),
            closed: None,
        }
    }

    /// Connects and joins.
    pub async fn join(server: &Server, user: UserId) -> Client {
        let mut client = Client::open(server, user).await;
        client.hello(server, json!(null)).await;
        client
    }

    /// A page comes back on a new socket.
    pub async fn resume_as(self, server: &Server, instance: Uuid) -> Client {
        let claim = self.claim();
        let ws = connect(server, Some(ORIGIN), "baton.v1").await.unwrap();
        let mut client = Client { ws, instance, closed: None, ..self };
        client.hello(server, claim).await;
        client
    }

    /// The network is gone, before anybody looks for another.
    pub fn cut(self) -> Page {
        let Client { token, workspace, session, secret, instance, replica, .. } = self;
        Page { token, workspace, session, secret, instance, replica }
    }

    /// The client's end of the connection.
    pub fn local_port(&self) -> u16 {
        match self.ws.get_ref() {
            MaybeTlsStream::Plain(tcp) => tcp.local_addr().unwrap().port(),
            _ => unreachable!("tests use no TLS"),
        }
    }

    /// The claim to this session.
    pub fn claim(&self) -> Value {
        let (stream, upto) = (&self.replica.stream, self.replica.upto);
        json!({"session": self.session, "secret": self.secret, "stream": stream, "upto": upto})
    }

    pub async fn hello(&mut self, _: &Server, resume: Value) {
        self.greet(resume).await;
    }

    /// Says hello, and insists on a welcome.
    pub async fn greet(&mut self, resume: Value) {
        let mut hello = json!({
            "type": "hello", "token": self.token, "workspace": self.workspace, "instance": self.instance,
            "device": "test",
        });
        if !resume.is_null() {
            hello["resume"] = resume;
        }
        let welcome = self.call(hello).await;
        assert_eq!(welcome["type"], "welcome", "{welcome}");
    }

    /// Sends a message with an id and waits for its answer: a `reply`, an `error` or a `welcome`.
    pub async fn call(&mut self, message: Value) -> Value {
        let re = self.post(message).await;
        self.answer(re).await
    }

    /// The same page on another server: it comes back to its session, if that is there.
    pub async fn return_to(self, address: SocketAddr) -> Client {
        let claim = self.claim();
        let ws = connect_to(address, None, "baton.v1").await.unwrap();
        let mut client = Client { ws, closed: None, replies: BTreeMap::new(), ..self };
        client.greet(claim).await;
        client
    }

    /// Sends a message to a server that may die; whether it left.
    pub async fn try_post(&mut self, mut message: Value) -> Option<u32> {
        self.next += 1;
        message["id"] = self.next.into();
        self.ws.send(Message::text(message.to_string())).await.ok().map(|()| self.next)
    }

    /// The answer of a server that may die.
    pub async fn try_answer(&mut self, re: u32) -> Option<Value> {
        soon("an answer or the end", async {
            loop {
                let answer = self.replies.remove(&re);
                if answer.is_some() || !self.next().await {
                    return answer;
                }
            }
        })
        .await
    }

    /// Sends a message with an id.
    pub async fn post(&mut self, mut message: Value) -> u32 {
        self.next += 1;
        message["id"] = self.next.into();
        self.raw(&message.to_string()).await;
        self.next
    }

    /// The answer to an earlier message.
    pub async fn answer(&mut self, re: u32) -> Value {
        soon("an answer", async {
            loop {
                if let Some(answer) = self.replies.remove(&re) {
                    return answer;
                }
                assert!(self.next().await, "closed before the answer: {:?}", self.closed);
            }
        })
        .await
    }

    /// The answer to an earlier message, or nothing if the room is held before it comes.
    pub async fn answer_or_held(&mut self, re: u32) -> Option<Value> {
        soon("an answer or the hold", async {
            loop {
                let answer = self.replies.remove(&re);
                if answer.is_some() || self.replica.held.last() == Some(&true) {
                    return answer;
                }
                assert!(self.next().await, "closed before the answer: {:?}", self.closed);
            }
        })
        .await
    }

    pub async fn raw(&mut self, text: &str) {
        self.ws.send(Message::text(text)).await.unwrap();
    }

    pub async fn binary(&mut self, bytes: &'static [u8]) {
        self.ws.send(Message::binary(bytes)).await.unwrap();
    }

    /// Reads until the replica is as wished.
    pub async fn until(&mut self, what: &str, mut wish: impl FnMut(&Replica) -> bool) {
        soon(what, async {
            while !wish(&self.replica) {
                assert!(self.next().await, "closed before {what}: {:?}", self.closed);
            }
        })
        .await;
    }

    /// Reads until an error without a call's id comes.
    pub async fn error(&mut self) -> Value {
        soon("an error", async {
            loop {
                if let Some(error) = self.errors.pop_front() {
                    return error;
                }
                assert!(self.next().await, "closed before the error: {:?}", self.closed);
            }
        })
        .await
    }

    /// Reads until the server closes, and how it did.
    pub async fn closed(&mut self) -> (u16, String) {
        soon("the close", async { while self.next().await {} }).await;
        self.closed.clone().unwrap_or((0, String::new()))
    }

    /// Reads until so many pings have come and been answered.
    pub async fn pings(&mut self, count: u64) {
        let wanted = self.replica.pings + count;
        self.until("a ping", |replica| replica.pings >= wanted).await;
    }

    /// Takes one frame. False at the end.
    async fn next(&mut self) -> bool {
        match self.ws.next().await {
            Some(Ok(Message::Text(text))) => {
                if let Some(frames) = &mut self.frames {
                    frames.push(text.to_string());
                }
                let messages: Vec<Value> = serde_json::from_str(&text).expect("a frame is an array");
                for message in messages {
                    self.take(message).await;
                }
                true
            }
            Some(Ok(Message::Close(frame))) => {
                self.closed = frame.map(|frame| (frame.code.into(), frame.reason.to_string()));
                true
            }
            Some(Ok(_)) => true,
            Some(Err(_)) | None => false,
        }
    }

    async fn take(&mut self, message: Value) {
        match message["type"].as_str().expect("a message has a type") {
            "welcome" => self.welcome(message),
            "reply" => {
                let re = u32::try_from(message["re"].as_u64().unwrap()).unwrap();
                if message["ok"]["kind"] == "snapshot" {
                    let stream = message["ok"]["stream"].clone();
                    self.replica.replace(&stream, &message["ok"]["snapshot"]);
                }
                self.replies.insert(re, message);
            }
            "error" => match message["re"].as_u64() {
                Some(re) => drop(self.replies.insert(u32::try_from(re).unwrap(), message)),
                None => self.errors.push_back(message["error"].clone()),
            },
            "deltas" => self.replica.deltas(&message),
            "resync" => {
                self.replica.resyncs.push(message["why"].as_str().unwrap().to_owned());
                self.replica.replace(&message["stream"], &message["snapshot"]);
            }
            "live" => self.replica.live(&message),
            "channel" | "presence_record" => self.replica.posts.push(message),
            "held" => self.replica.held.push(message["held"].as_bool().unwrap()),
            "ping" => {
                assert_eq!(message["upto"], self.replica.upto, "a ping knows what was sent");
                self.replica.pings += 1;
                if self.answers_pings {
                    // A server that dies meanwhile takes no answer.
                    let _ = self.ws.send(Message::text(r#"{"type":"pong"}"#)).await;
                }
            }
            other => panic!("unknown message {other}"),
        }
    }

    fn welcome(&mut self, message: Value) {
        self.session = message["session"].as_str().unwrap().to_owned();
        if let Some(secret) = message["secret"].as_str() {
            self.secret = secret.to_owned();
        }
        self.arrival = message["arrival"].as_str().unwrap().to_owned();
        if message["snapshot"].is_object() {
            self.replica.replace(&message["stream"], &message["snapshot"]);
        }
        for delta in message["replay"].as_array().unwrap() {
            self.replica.delta(delta);
        }
        assert_eq!(message["stream"], self.replica.stream.as_str());
        self.replica.upto = message["upto"].as_u64().unwrap();
        let re = u32::try_from(message["re"].as_u64().unwrap()).unwrap();
        self.replies.insert(re, message);
    }
}

/// A line for the chat.
pub fn chat(text: &str) -> Value {
    json!({"type": "chat", "client_id": Uuid::now_v7(), "text": text})
}

/// Take the lock on a whole object.
pub fn acquire(object: baton::domain::id::ObjectId) -> Value {
    json!({"type": "acquire", "op_id": Uuid::now_v7(), "path": {"object": object.0}})
}
