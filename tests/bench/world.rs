//! A data folder with people, workspaces and sign-ins, written through the store; objects come in over HTTP.

use std::io::{Error, Result};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use baton::auth::Tokens;
use baton::domain::effect::Write;
use baton::domain::id::{UserId, WorkspaceId};
use baton::domain::role::{Member, Role};
use baton::domain::time::Timestamp;
use baton::store::{
    AccountWrite, Batch, CommitOutcome, SignIn, SqliteSettings, Store, User, Writer, WriterSettings,
    open_sqlite,
};
use memchr::memmem;
use tokio::sync::mpsc;
use uuid::Uuid;

use crate::pace::pause;
use crate::server::{SECRET, Server};
use crate::wire::{Conn, Http, after};

/// Life of a token in seconds: longer than any run.
const TOKEN_S: u64 = 86_400;
/// Pause before a call that was put off is made again, in seconds.
pub const AGAIN_S: f64 = 0.05;

/// Who may come into every workspace.
#[derive(Clone)]
pub struct Person {
    /// The account.
    pub user: UserId,
    /// Access token.
    pub token: String,
}

/// The folder, who may sign in, and where.
pub struct World {
    folder: tempfile::TempDir,
    /// The first owns every workspace.
    pub people: Vec<Person>,
    /// Workspaces.
    pub places: Vec<Uuid>,
}

fn failed(error: impl std::fmt::Debug) -> Error {
    Error::other(format!("{error:?}"))
}

/// The wall clock, in milliseconds.
pub fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(0)
}

fn now_s() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

async fn write(writer: &Writer, workspace: WorkspaceId, writes: Vec<Write>) -> Result<()> {
    let (done, mut answers) = mpsc::channel(1);
    writer.open_room(workspace, 1, done);
    writer.submit(Batch { workspace, incarnation: 1, n: 1, writes }).map_err(failed)?;
    if answers.recv().await.is_none_or(|answer| answer.outcome != CommitOutcome::Ok) {
        return Err(Error::other("a workspace could not be written"));
    }
    writer.close_room(workspace, 1);
    Ok(())
}

/// The digest of a refresh token that nobody has; no two people share one.
fn token_of(n: usize) -> [u8; 32] {
    let mut digest = [0; 32];
    digest[..8].copy_from_slice(&(n as u64).to_le_bytes());
    digest
}

impl World {
    /// On the disk that the build is on, so that a commit costs what it costs there.
    pub async fn make(places: usize, people: usize) -> Result<World> {
        World::make_in(Path::new(env!("CARGO_TARGET_TMPDIR")), places, people).await
    }

    /// In memory: the same SQLite, but a sync costs nothing there.
    pub async fn make_in_memory(places: usize, people: usize) -> Result<World> {
        World::make_in(Path::new("/dev/shm"), places, people).await
    }

    async fn make_in(parent: &Path, places: usize, people: usize) -> Result<World> {
        let folder = tempfile::tempdir_in(parent)?;
        let database: PathBuf = folder.path().join("baton.db");
        let (store, connection) = open_sqlite(SqliteSettings::new(database)).await.map_err(failed)?;
        let writer = Writer::start(connection, WriterSettings::default());
        let tokens = Tokens::new(SECRET.as_bytes(), None, TOKEN_S).map_err(failed)?;
        let now = Timestamp(i64::try_from(now_s()).unwrap_or(0) * 1_000);
        let mut facts = Vec::new();
        let mut folk = Vec::new();
        let mut members = Vec::new();
        for n in 0..people {
            let (user, name) = (UserId(Uuid::now_v7()), format!("Person {n}"));
            let email = format!("person{n}@bench.test");
            let account = User {
                id: user,
                email,
                name: name.clone(),
                password: String::new(),
                created: now,
                suspended: None,
            };
            let sign_in = SignIn {
                id: Uuid::now_v7(),
                user,
                token: token_of(n),
                previous: None,
                device: "bench".to_owned(),
                created: now,
                used: now,
                expires: now.plus(TOKEN_S * 1_000),
                revoked: None,
            };
            let token = tokens.sign(user, sign_in.id, now_s()).map_err(failed)?;
            let role = if n == 0 { Role::Owner } else { Role::Developer };
            members.push(Member { user, name, role, custom: None, colour: 0 });
            facts.extend([AccountWrite::UserAdded(account), AccountWrite::SignedIn(sign_in)]);
            folk.push(Person { user, token });
        }
        let ids: Vec<Uuid> = (0..places).map(|_| Uuid::now_v7()).collect();
        facts.extend(ids.iter().enumerate().map(|(n, id)| AccountWrite::WorkspaceMade {
            workspace: WorkspaceId(*id),
            name: format!("Place {n}"),
            at: now,
            owner: members[0].clone(),
        }));
        writer.accounts(facts).await.map_err(failed)?;
        for id in &ids {
            let others = members.iter().skip(1).cloned().map(Write::Member).collect();
            write(&writer, WorkspaceId(*id), others).await?;
        }
        writer.close().await;
        store.close().await;
        Ok(World { folder, people: folk, places: ids })
    }

    /// Writes into a workspace past the server, which must not run yet.
    pub async fn write(&self, workspace: WorkspaceId, writes: Vec<Write>) -> Result<()> {
        let settings = SqliteSettings::new(self.path().join("baton.db"));
        let (store, connection) = open_sqlite(settings).await.map_err(failed)?;
        let writer = Writer::start(connection, WriterSettings::default());
        write(&writer, workspace, writes).await?;
        writer.close().await;
        store.close().await;
        Ok(())
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Who is the n-th to come.
    pub fn person(&self, n: usize) -> &Person {
        &self.people[n % self.people.len()]
    }

    /// Puts a function of so many steps into a workspace.
    pub async fn import(&self, server: &Server, place: Uuid, steps: usize) -> Result<Stack> {
        let mut text = String::from("function bench {\\n  input {\\n  }\\n\\n  stack {\\n");
        for n in 0..steps {
            text += &format!("    var $x{n} {{\\n      value = {n}\\n    }}\\n\\n");
        }
        text += "  }\\n\\n  response = $x0\\n}\\n";
        let body =
            format!(r#"{{"op_id":"{}","files":[{{"name":"bench.xs","text":"{text}"}}]}}"#, Uuid::now_v7());
        let mut http = Http::open(server.address, &self.people[0].token).await?;
        let answer = http.post(&format!("/workspaces/{place}/import"), "", &body).await?;
        let words = || Error::other(String::from_utf8_lossy(&answer).into_owned());
        let object = after(&answer, "\"object\":\"", b'"').ok_or_else(words)?.to_owned();
        let mut seat = Seat::join(server.address, place, self.person(0)).await?;
        let content = seat.open(&object).await?;
        let mark = b"\",\"kind\":\"step\"";
        let text = |end: usize| String::from_utf8_lossy(&content[end - 36..end]).into_owned();
        let steps = memmem::find_iter(&content, mark).map(text).collect();
        seat.leave().await?;
        Ok(Stack { object, steps })
    }
}

/// An object with its steps.
#[derive(Clone)]
pub struct Stack {
    /// Its id.
    pub object: String,
    /// Ids of its steps.
    pub steps: Vec<String>,
}

/// A session over a socket.
pub struct Seat {
    /// Its socket.
    pub conn: Conn,
    /// Calls made.
    pub calls: u32,
}

impl Seat {
    /// Connects and says hello.
    pub async fn join(address: SocketAddr, place: Uuid, person: &Person) -> Result<Seat> {
        let mut seat = Seat { conn: Conn::open(address, baton::socket::PATH, "baton.v1").await?, calls: 0 };
        let hello = format!(
            r#""type":"hello","token":"{}","workspace":"{place}","instance":"{}","device":"bench""#,
            person.token,
            Uuid::now_v7()
        );
        seat.call(&hello, |_| ()).await?;
        Ok(seat)
    }

    /// A call, given without its braces and id.
    pub async fn call<T>(&mut self, body: &str, take: impl Fn(&[u8]) -> T) -> Result<T> {
        loop {
            self.calls += 1;
            let re = self.calls;
            match self.conn.call(re, &format!(r#"{{"id":{re},{body}}}"#), &take).await {
                // No answer but a wish to be asked again; the time counts.
                Err(error) if error.to_string().contains("\"retry_later\"") => pause(AGAIN_S).await,
                answer => return answer,
            }
        }
    }

    /// Opens an object; the answer's bytes.
    pub async fn open(&mut self, object: &str) -> Result<Vec<u8>> {
        self.call(&format!(r#""type":"open","object":"{object}""#), <[u8]>::to_vec).await
    }

    /// Leaves for good.
    pub async fn leave(&mut self) -> Result<()> {
        self.call(r#""type":"leave""#, |_| ()).await.or(Ok(()))
    }
}
