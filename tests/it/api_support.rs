//! A real server on a free port with an empty data folder, and calls to it.

use std::collections::BTreeMap;

use baton::app::{self, Running};
use baton::config::{self, Config, Sources};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use uuid::Uuid;

pub const PASSWORD: &str = "correct horse battery";

/// A server; its data folder goes with it.
pub struct Server {
    pub running: Running,
    pub http: reqwest::Client,
    pub folder: tempfile::TempDir,
}

/// An account that has signed in.
#[derive(Clone)]
pub struct Person {
    pub id: String,
    pub token: String,
    pub cookie: String,
}

/// An answer, taken apart.
pub struct Answer {
    pub status: StatusCode,
    pub headers: reqwest::header::HeaderMap,
    pub body: Value,
}

impl Answer {
    /// The body of a success.
    #[track_caller]
    pub fn ok(self) -> Value {
        assert!(self.status.is_success(), "{} {}", self.status, self.body);
        self.body
    }

    /// Asserts an error of the one table, in its one form.
    #[track_caller]
    pub fn refused(self, code: &str) -> Value {
        assert_eq!(self.body["code"], code, "{} {}", self.status, self.body);
        let row =
            baton::protocol::error::TABLE.iter().find(|row| row.name == code).expect("a code of the table");
        assert_eq!(self.status.as_u16(), row.status);
        assert_eq!(self.headers["content-type"], "application/problem+json");
        assert_eq!(self.body["status"], row.status);
        assert_eq!(self.body["request_id"], self.headers["x-request-id"].to_str().expect("text"));
        self.body
    }
}

/// Settings of a test: small, quick, and with rates that only the tests of rates reach.
pub fn config(folder: &std::path::Path, more: &[(&str, &str)]) -> Config {
    let data = folder.join("data").display().to_string();
    let usual = [
        ("data", data.as_str()),
        ("bind", "127.0.0.1:0"),
        ("workers", "1"),
        ("arbiters", "1"),
        ("rate_address", "10000"),
        ("rate_account", "10000"),
        ("rate_calls", "10000"),
        ("rate_keys", "10000"),
    ];
    let flags: BTreeMap<String, String> =
        usual.iter().chain(more).map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    config::load(&Sources { flags, ..Sources::default() }).expect("the test's settings hold together")
}

impl Server {
    pub async fn start(more: &[(&str, &str)]) -> Server {
        let folder = tempfile::tempdir().expect("a folder");
        let running = app::start(&config(folder.path(), more)).await.expect("a server");
        let http = reqwest::Client::builder().no_proxy().build().expect("a client");
        Server { running, http, folder }
    }

    /// Stops and starts again on the same data.
    pub async fn restart(self, more: &[(&str, &str)]) -> Server {
        assert!(self.running.stop().await, "stopped cleanly");
        let running = app::start(&config(self.folder.path(), more)).await.expect("a server");
        Server { running, ..self }
    }

    /// A call; with a person's token if there is one.
    pub async fn call(&self, who: Option<&Person>, method: &str, path: &str, body: Option<Value>) -> Answer {
        self.call_with(who, method, path, body, &[]).await
    }

    pub async fn call_with(
        &self,
        who: Option<&Person>,
        method: &str,
        path: &str,
        body: Option<Value>,
        headers: &[(&str, &str)],
    ) -> Answer {
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        let mut call = self.http.request(method, format!("{}/api/v1{path}", self.running.url));
        if let Some(who) = who {
            call = call.bearer_auth(&who.token);
        }
        if let Some(body) = body {
            call = call.json(&body);
        }
        for (name, value) in headers {
            call = call.header(*name, *value);
        }
        answer(call).await
    }

    pub async fn get(&self, who: &Person, path: &str) -> Value {
        self.call(Some(who), "GET", path, None).await.ok()
    }

    pub async fn post(&self, who: &Person, path: &str, body: Value) -> Answer {
        self.call(Some(who), "POST", path, Some(body)).await
    }

    /// The token of the set-up link.
    pub fn set_up_token(&self) -> String {
        let link = self.running.greeting.set_up.as_deref().expect("a set-up link");
        link.split_once('#').expect("a fragment").1.to_owned()
    }

    /// Sets the instance up: Ana owns Acme.
    pub async fn found(&self) -> (Person, String) {
        let body = json!({
            "token": self.set_up_token(), "name": "Ana", "email": "ana@acme.example",
            "password": PASSWORD, "workspace": "Acme",
        });
        let ana = person(self.call(None, "POST", "/setup", Some(body)).await);
        let me = self.get(&ana, "/me").await;
        (ana, me["workspaces"][0]["id"].as_str().expect("an id").to_owned())
    }

    /// Somebody new comes in by an invitation.
    pub async fn invite(&self, by: &Person, workspace: &str, name: &str, role: &str) -> Person {
        let path = format!("/workspaces/{workspace}/invitations");
        let link = self.post(by, &path, json!({ "role": role })).await.ok();
        let path = format!("/invitations/{}/accept", link["token"].as_str().expect("a token"));
        let email = format!("{}@acme.example", name.to_lowercase());
        let body = json!({ "name": name, "email": email, "password": PASSWORD });
        person(self.call(None, "POST", &path, Some(body)).await)
    }

    /// A key as who calls; its id is the key's.
    pub async fn key(&self, by: &Person, workspace: &str, scopes: &[&str]) -> Person {
        let body = json!({ "name": "a server", "scopes": scopes });
        let made = self.post(by, &format!("/workspaces/{workspace}/keys"), body).await.ok();
        let text = |name: &str| made[name].as_str().expect("text").to_owned();
        Person { id: text("id"), token: text("key"), cookie: String::new() }
    }

    /// A person with a workspace of their own, on the same instance.
    pub async fn sign_in(&self, email: &str, password: &str) -> Answer {
        self.call(None, "POST", "/auth/sign-in", Some(json!({ "email": email, "password": password }))).await
    }

    /// Brings one file in and gives its object.
    pub async fn bring(&self, who: &Person, workspace: &str, text: &str) -> String {
        let body = json!({ "op_id": Uuid::now_v7(), "files": [{ "name": "a.xs", "text": text }] });
        let told = self.post(who, &format!("/workspaces/{workspace}/import"), body).await.ok();
        assert_eq!(told["files"][0]["ok"], true, "{told}");
        told["files"][0]["object"].as_str().expect("an object").to_owned()
    }
}

/// Sends and takes the answer apart.
pub async fn answer(call: reqwest::RequestBuilder) -> Answer {
    let answer = call.send().await.expect("an answer");
    let (status, headers) = (answer.status(), answer.headers().clone());
    let text = answer.text().await.expect("a body");
    let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
    Answer { status, headers, body }
}

/// Who signed in.
#[track_caller]
pub fn person(answer: Answer) -> Person {
    let cookie = cookie(&answer);
    let body = answer.ok();
    Person {
        id: body["user"]["id"].as_str().expect("an id").to_owned(),
        token: body["access_token"].as_str().expect("a token").to_owned(),
        cookie,
    }
}

/// The refresh cookie of an answer, as a request carries it.
#[track_caller]
pub fn cookie(answer: &Answer) -> String {
    let set = answer.headers.get("set-cookie").unwrap_or_else(|| panic!("no cookie: {}", answer.body));
    let set = set.to_str().expect("text");
    assert!(
        set.contains("HttpOnly") && set.contains("SameSite=Strict") && set.contains("Path=/api/v1/auth"),
        "{set}"
    );
    set.split(';').next().expect("a value").to_owned()
}
