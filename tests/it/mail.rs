//! Letters, received by a real SMTP server of this process.

use std::io::{BufRead, BufReader, Write};
use std::net::{IpAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use mailin::{Action, Handler, Response, SessionBuilder, response};
use serde_json::json;

use crate::api_support::{Server, person};

/// One letter as it came in.
struct Letter {
    to: String,
    text: String,
}

struct Inbox {
    letters: Sender<Letter>,
    to: String,
    text: Vec<u8>,
}

impl Handler for Inbox {
    fn rcpt(&mut self, to: &str) -> Response {
        to.clone_into(&mut self.to);
        response::OK
    }

    fn data(&mut self, part: &[u8]) -> std::io::Result<()> {
        self.text.extend_from_slice(part);
        Ok(())
    }

    fn data_end(&mut self) -> Response {
        let text = String::from_utf8_lossy(&std::mem::take(&mut self.text)).into_owned();
        // Nobody may be waiting any more.
        let _ = self.letters.send(Letter { to: std::mem::take(&mut self.to), text });
        response::OK
    }
}

fn serve(stream: TcpStream, letters: Sender<Letter>) -> std::io::Result<()> {
    let inbox = Inbox { letters, to: String::new(), text: Vec::new() };
    let mut session = SessionBuilder::new("mail.acme.example").build(IpAddr::from([127, 0, 0, 1]), inbox);
    let mut out = stream.try_clone()?;
    let mut say = |response: &Response| -> std::io::Result<()> {
        let mut text = Vec::new();
        response.write_to(&mut text)?;
        out.write_all(&text)
    };
    say(&session.greeting())?;
    let mut lines = BufReader::new(stream);
    loop {
        let mut line = Vec::new();
        if lines.read_until(b'\n', &mut line)? == 0 {
            return Ok(());
        }
        let told = session.process(&line);
        match told.action {
            Action::Close => return say(&told),
            Action::NoReply => {}
            _ => say(&told)?,
        }
    }
}

/// A mail server on a port of its own.
fn mail_server() -> (String, Receiver<Letter>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("smtp://{}", listener.local_addr().expect("an address"));
    let (letters, inbox) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let letters = letters.clone();
            std::thread::spawn(move || serve(stream, letters));
        }
    });
    (url, inbox)
}

/// The next letter; the link in it.
async fn received(inbox: Receiver<Letter>) -> (Letter, String, Receiver<Letter>) {
    let wait = move || (inbox.recv_timeout(Duration::from_secs(20)), inbox);
    let (letter, inbox) = actix_web::rt::task::spawn_blocking(wait).await.expect("a thread");
    let letter = letter.expect("a letter");
    // Long lines are cut softly, with a `=` at their end.
    let text = letter.text.replace("=\r\n", "").replace("=3D", "=");
    let link = text.lines().find(|line| line.starts_with("https://")).expect("a link").trim().to_owned();
    (letter, link, inbox)
}

#[actix_web::test]
async fn invitations_and_lost_passwords_come_by_mail() {
    let (url, inbox) = mail_server();
    let settings = [
        ("smtp_url", url.as_str()),
        ("mail_from", "Baton <baton@acme.example>"),
        ("public_url", "https://baton.acme.example"),
    ];
    let server = Server::start(&settings).await;
    let (ana, acme) = server.found().await;
    assert_eq!(server.call(None, "GET", "/setup", None).await.ok()["mail"], true);
    let path = format!("/workspaces/{acme}/invitations");
    let body = json!({ "role": "developer", "email": "ben@acme.example" });
    let made = server.post(&ana, &path, body).await.ok();
    assert_eq!(made["mailed"], true);
    let (letter, link, inbox) = received(inbox).await;
    assert_eq!(letter.to, "ben@acme.example");
    assert!(letter.text.contains("Subject: Ana invites you to Acme on Baton"), "{}", letter.text);
    assert!(
        letter.text.contains("From: Baton <baton@acme.example>")
            || letter.text.contains("baton@acme.example")
    );
    assert_eq!(link, made["url"], "where the settings say, not where a request says");
    let token = link.split_once('#').expect("a fragment").1;
    let who = json!({ "name": "Ben", "email": "ben@acme.example", "password": "correct horse battery" });
    let ben = person(server.call(None, "POST", &format!("/invitations/{token}/accept"), Some(who)).await);
    let listed = server.get(&ana, &path).await;
    assert_eq!(listed["invitations"][0]["email"], "ben@acme.example");
    assert_eq!(listed["invitations"][0]["used_by"], ben.id.as_str());
    // Nobody gets a letter for an address without an account, and the answer is the same.
    let forgot = async |email: &str| {
        let evil = [("host", "evil.example"), ("x-forwarded-host", "evil.example")];
        let body = json!({ "email": email });
        server.call_with(None, "POST", "/auth/forgot", Some(body), &evil).await
    };
    assert_eq!(forgot("nobody@acme.example").await.status, 204);
    assert_eq!(forgot("ben@acme.example").await.status, 204);
    let (letter, link, _inbox) = received(inbox).await;
    assert_eq!(letter.to, "ben@acme.example", "the first letter is not for the address without an account");
    let token = link.strip_prefix("https://baton.acme.example/reset#").expect("a reset link");
    let body = json!({ "token": token, "password": "another horse battery" });
    server.call(None, "POST", "/auth/reset", Some(body)).await.ok();
    server.sign_in("ben@acme.example", "another horse battery").await.ok();
}

#[actix_web::test]
async fn without_a_mail_server_it_is_said() {
    let server = Server::start(&[]).await;
    let (ana, acme) = server.found().await;
    let path = format!("/workspaces/{acme}/invitations");
    let body = json!({ "role": "viewer", "email": "ben@acme.example" });
    server.post(&ana, &path, body).await.refused("no_mail");
    let body = json!({ "email": "ana@acme.example" });
    server.call(None, "POST", "/auth/forgot", Some(body)).await.refused("no_mail");
    assert_eq!(server.call(None, "GET", "/setup", None).await.ok()["mail"], false);
}
