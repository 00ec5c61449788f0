//! A client with a replica like the UI's: it applies snapshots and deltas, insists that they are gapless, and answers pings.

use std::collections::{BTreeMap, VecDeque};
use std::future::Future;
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

/// What the client knows of the room.
#[derive(Default)]
pub struct Replica {
    pub stream: String,
    pub upto: u64,
    pub members: BTreeMap<String, Value>,
    pub sessions: BTreeMap<String, Value>,
    pub objects: BTreeMap<String, Value>,
    pub locks: BTreeMap<String, Value>,
    pub chat: BTreeMap<u64, Value>,
    pub locations: BTreeMap<String, Value>,
    pub typing: BTreeMap<String, bool>,
    /// Kinds of all deltas that came, in order.
    pub log: Vec<String>,
    /// Why the replica was replaced, each time.
    pub resyncs: Vec<String>,
    pub held: Vec<bool>,
    pub pings: u64,
}

pub struct Client {
    ws: WebSocketStream<MaybeTlsStream<TcpStream>>,
    pub session: String,
    pub secret: String,
    pub instance: Uuid,
    pub user: UserId,
    pub arrival: String,
    pub replica: Replica,
    pub answers_pings: bool,
    next: u32,
    replies: BTreeMap<u32, Value>,
    errors: VecDeque<Value>,
    closed: Option<(u16, String)>,
}

/// Connects with that origin and sub-protocol; the server's refusal if it has one.
pub async fn connect(
    server: &Server,
    origin: Option<&str>,
    protocol: &str,
) -> Result<WebSocketStream<MaybeTlsStream<TcpStream>>, Response<Option<Vec<u8>>>> {
    let mut request =
        format!("ws://{}{}", server.address, baton::socket::PATH).into_client_request().unwrap();
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
        Client {
            ws,
            session: String::new(),
            secret: String::new(),
            instance: Uuid::now_v7(),
            user,
            arrival: String::new(),
            replica: Replica::default(),
            answers_pings: true,
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

    pub async fn hello(&mut self, server: &Server, resume: Value) {
        let mut hello = json!({
            "type": "hello", "token": self.user.to_string(), "workspace": server.workspace.0, "instance": self.instance,
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
            "held" => self.replica.held.push(message["held"].as_bool().unwrap()),
            "ping" => {
                assert_eq!(message["upto"], self.replica.upto, "a ping knows what was sent");
                self.replica.pings += 1;
                if self.answers_pings {
                    self.raw(r#"{"type":"pong"}"#).await;
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

fn by(list: &Value, key: impl Fn(&Value) -> String) -> BTreeMap<String, Value> {
    list.as_array().unwrap().iter().map(|one| (key(one), one.clone())).collect()
}

fn id(of: &Value) -> String {
    of.as_str().unwrap().to_owned()
}

impl Replica {
    fn replace(&mut self, stream: &Value, picture: &Value) {
        self.stream = id(stream);
        self.upto = picture["upto"].as_u64().unwrap();
        self.members = by(&picture["members"], |one| id(&one["user"]));
        self.sessions = by(&picture["sessions"], |one| id(&one["id"]));
        self.objects = by(&picture["objects"], |one| id(&one["id"]));
        self.locks = by(&picture["locks"], |one| one["path"].to_string());
        self.chat = picture["chat"]
            .as_array()
            .unwrap()
            .iter()
            .map(|line| (line["number"].as_u64().unwrap(), line.clone()))
            .collect();
    }

    fn deltas(&mut self, message: &Value) {
        assert_eq!(message["stream"], self.stream.as_str(), "another stream without a snapshot");
        assert_eq!(message["after"], self.upto, "a gap: {message}");
        let upto = message["upto"].as_u64().unwrap();
        assert!(upto > self.upto, "numbers grow");
        self.upto = upto;
        for delta in message["deltas"].as_array().unwrap() {
            self.delta(delta);
        }
    }

    fn delta(&mut self, delta: &Value) {
        let kind = delta["d"].as_str().unwrap();
        self.log.push(kind.to_owned());
        match kind {
            "member" => drop(self.members.insert(id(&delta["user"]), delta.clone())),
            "session" => drop(self.sessions.insert(id(&delta["id"]), delta.clone())),
            "session_ended" => drop(self.sessions.remove(&id(&delta["session"]))),
            "object" => drop(self.objects.insert(id(&delta["id"]), delta.clone())),
            "object_deleted" => drop(self.objects.remove(&id(&delta["object"]))),
            "lock" => drop(self.locks.insert(delta["path"].to_string(), delta.clone())),
            "lock_ended" => drop(self.locks.remove(&delta["path"].to_string())),
            "chat" => drop(self.chat.insert(delta["number"].as_u64().unwrap(), delta.clone())),
            _ => {}
        }
    }

    fn live(&mut self, message: &Value) {
        for one in message["locations"].as_array().into_iter().flatten() {
            self.locations.insert(id(&one["session"]), one["location"].clone());
        }
        for one in message["typing"].as_array().into_iter().flatten() {
            self.typing.insert(id(&one["session"]), one["on"].as_bool().unwrap());
        }
        for one in message["updates"].as_array().into_iter().flatten() {
            self.delta(one);
        }
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
