//! What a client knows of its room, from snapshots and gapless deltas.

use std::collections::BTreeMap;

use serde_json::Value;

/// What the client knows of the room.
#[derive(Default)]
pub struct Replica {
    pub stream: String,
    pub upto: u64,
    pub members: BTreeMap<String, Value>,
    pub sessions: BTreeMap<String, Value>,
    pub presence: BTreeMap<String, Value>,
    pub objects: BTreeMap<String, Value>,
    pub locks: BTreeMap<String, Value>,
    pub requests: Vec<Value>,
    pub chat: BTreeMap<u64, Value>,
    pub locations: BTreeMap<String, Value>,
    pub typing: BTreeMap<String, bool>,
    /// Kinds of all deltas that came, in order.
    pub log: Vec<String>,
    /// Why the replica was replaced, each time.
    pub resyncs: Vec<String>,
    pub held: Vec<bool>,
    /// What happened in channels and to presence records, as it came.
    pub posts: Vec<Value>,
    pub pings: u64,
}

fn by(list: &Value, key: impl Fn(&Value) -> String) -> BTreeMap<String, Value> {
    list.as_array().unwrap().iter().map(|one| (key(one), one.clone())).collect()
}

fn id(of: &Value) -> String {
    of.as_str().unwrap().to_owned()
}

impl Replica {
    pub fn replace(&mut self, stream: &Value, picture: &Value) {
        self.stream = id(stream);
        self.upto = picture["upto"].as_u64().unwrap();
        self.members = by(&picture["members"], |one| id(&one["user"]));
        self.sessions = by(&picture["sessions"], |one| id(&one["id"]));
        self.presence = by(&picture["presence"], |one| id(&one["user"]));
        self.objects = by(&picture["objects"], |one| id(&one["id"]));
        self.locks = by(&picture["locks"], |one| one["path"].to_string());
        self.requests = picture["requests"].as_array().unwrap().clone();
        self.chat = picture["chat"]
            .as_array()
            .unwrap()
            .iter()
            .map(|line| (line["number"].as_u64().unwrap(), line.clone()))
            .collect();
    }

    pub fn deltas(&mut self, message: &Value) {
        assert_eq!(message["stream"], self.stream.as_str(), "another stream without a snapshot");
        assert_eq!(message["after"], self.upto, "a gap: {message}");
        let upto = message["upto"].as_u64().unwrap();
        assert!(upto > self.upto, "numbers grow");
        self.upto = upto;
        for delta in message["deltas"].as_array().unwrap() {
            self.delta(delta);
        }
    }

    pub fn delta(&mut self, delta: &Value) {
        let kind = delta["d"].as_str().unwrap();
        self.log.push(kind.to_owned());
        match kind {
            "member" => drop(self.members.insert(id(&delta["user"]), delta.clone())),
            "session" => drop(self.sessions.insert(id(&delta["id"]), delta.clone())),
            "session_ended" => drop(self.sessions.remove(&id(&delta["session"]))),
            "presence" => drop(self.presence.insert(id(&delta["user"]), delta.clone())),
            "roster" => {
                for gone in delta["gone"].as_array().into_iter().flatten() {
                    self.sessions.remove(&id(gone));
                }
                for one in delta["sessions"].as_array().into_iter().flatten() {
                    self.sessions.insert(id(&one["id"]), one.clone());
                }
                for one in delta["presence"].as_array().into_iter().flatten() {
                    self.presence.insert(id(&one["user"]), one.clone());
                }
            }
            "object" => drop(self.objects.insert(id(&delta["id"]), delta.clone())),
            "object_deleted" => drop(self.objects.remove(&id(&delta["object"]))),
            "lock" => drop(self.locks.insert(delta["path"].to_string(), delta.clone())),
            "lock_ended" => drop(self.locks.remove(&delta["path"].to_string())),
            "chat" => drop(self.chat.insert(delta["number"].as_u64().unwrap(), delta.clone())),
            _ => {}
        }
    }

    pub fn live(&mut self, message: &Value) {
        for one in message["locations"].as_array().into_iter().flatten() {
            let place = one["location"].clone();
            let number = |place: &Value| place["n"].as_u64().unwrap();
            // Deltas and live updates may pass each other: the higher number is the later place.
            let known = self.locations.get(&id(&one["session"]));
            if known.is_none_or(|known| number(known) <= number(&place)) {
                self.locations.insert(id(&one["session"]), place);
            }
        }
        for one in message["typing"].as_array().into_iter().flatten() {
            self.typing.insert(id(&one["session"]), one["on"].as_bool().unwrap());
        }
        for one in message["updates"].as_array().into_iter().flatten() {
            self.delta(one);
        }
    }
}
