//! P: presence records: written by many, and listed among very many; and an event published to many clients of a channel.

use std::cell::RefCell;
use std::io::Result;
use std::rc::Rc;
use std::time::{Duration, Instant};

use baton::domain::effect::Write;
use baton::domain::id::WorkspaceId;
use baton::domain::realtime::{Json, Permission, PresenceRecord, Source};
use baton::domain::time::Timestamp;
use memchr::memmem;
use tokio::task::{JoinHandle, JoinSet, spawn_local};
use tokio::time::{Instant as Due, sleep_until};

use crate::Size;
use crate::figures::{Row, Samples, Table};
use crate::pace::pause;
use crate::server::Server;
use crate::wire::{Conn, Http, digits};
use crate::world::{Person, World, now_ms};

/// Connections over which records are written, each with one call under way.
const WRITERS: usize = 64;
/// Users that write.
const USERS: usize = 1_000;
/// Records of the large list, and how many of them the caller may read.
const RECORDS: (usize, usize) = (100_000, 1_000);
/// Times that the list is asked for.
const LISTS: usize = 200;
/// Events published a second.
const EVENTS_PER_SECOND: f64 = 20.0;
/// Before the moment of publishing, in microseconds since the start.
const MARK: &[u8] = b"\"t\":";

/// All of P.
pub async fn run(size: &Size, table: &mut Table) -> Result<()> {
    upserts(size, table).await?;
    list(table).await?;
    events(size, table).await
}

async fn upserts(size: &Size, table: &mut Table) -> Result<()> {
    let world = World::make(1, USERS).await?;
    let server = Server::baton(world.path())?;
    let path = format!("/workspaces/{}/presences", world.places[0]);
    let samples = Rc::new(RefCell::new(Samples::default()));
    let mut writers = JoinSet::new();
    let (begun, end) = (Instant::now(), Instant::now() + Duration::from_secs_f64(size.seconds + 1.0));
    let warm = begun + Duration::from_secs(1);
    for writer in 0..WRITERS {
        let own: Vec<Person> = world.people.iter().skip(writer).step_by(WRITERS).cloned().collect();
        let (path, samples) = (path.clone(), Rc::clone(&samples));
        let mut http = Http::open(server.address, &own[0].token).await?;
        writers.spawn_local(async move {
            for n in 0.. {
                let person = &own[n % own.len()];
                http.speak_for(&person.token);
                let body = format!(
                    r#"{{"status":"busy {n}","permissions":["read(\"users\")"],"metadata":{{"page":"/orders","n":{n}}}}}"#
                );
                let began = Instant::now();
                http.put(&format!("{path}/{}", person.user), &body).await?;
                if began >= warm {
                    samples.borrow_mut().add(u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX));
                }
                if Instant::now() >= end {
                    break;
                }
            }
            Ok::<(), std::io::Error>(())
        });
    }
    while let Some(done) = writers.join_next().await {
        done.map_err(std::io::Error::other)??;
    }
    let took = (Instant::now() - warm).as_secs_f64();
    let mut samples = samples.take();
    let row = Row::new(format!("P upsert by {USERS} users, {WRITERS} at once"), "baton")
        .with("upserts_s", samples.len() as f64 / took)
        .with("p95_ms", samples.at(0.95))
        .latency(&mut samples);
    table.add(row);
    Ok(())
}

async fn list(table: &mut Table) -> Result<()> {
    let (all, visible) = RECORDS;
    let world = World::make(1, all).await?;
    let place = world.places[0];
    let now = Timestamp(now_ms());
    let record = |(n, person): (usize, &Person)| {
        // Those that everybody reads stand all over the list.
        let shown = n % (all / visible) == 0;
        let read = if shown { Permission::parse("read(\"users\")") } else { None };
        Write::PresenceRecord(std::sync::Arc::new(PresenceRecord {
            id: format!("record-{n}").into(),
            sequence: n as u64 + 1,
            user: person.user,
            status: format!("status {}", n % 7),
            metadata: Json::new(r#"{"page":"/orders"}"#),
            permissions: read.unwrap_or_else(|| Permission::of_owner(person.user)),
            source: Source::Rest,
            created: now,
            updated: now,
            expires: now.plus(24 * 60 * 60 * 1_000),
            bound: false,
        }))
    };
    // The caller, who is the first, may read one of those by being its owner.
    world.write(WorkspaceId(place), world.people.iter().enumerate().map(record).collect()).await?;
    let began = Instant::now();
    let server = Server::baton(world.path())?;
    let mut http = Http::open(server.address, &world.people[0].token).await?;
    let plain = r#"[{"method":"limit","values":[1000]}]"#;
    let sorted = r#"[{"method":"orderDesc","attribute":"status"},{"method":"limit","values":[1000]}]"#;
    http.get(&format!("/workspaces/{place}/presences?queries=[]")).await?;
    let start = began.elapsed().as_secs_f64();
    for (what, queries) in [("in the order of making", plain), ("sorted by status", sorted)] {
        let path = format!("/workspaces/{place}/presences?queries={}", escaped(queries));
        let (mut samples, mut bytes) = (Samples::default(), 0);
        for _ in 0..LISTS {
            let began = Instant::now();
            bytes = http.get(&path).await?.len();
            samples.add(u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX));
        }
        let row = Row::new(format!("P list of {visible} among {all}, {what}"), "baton")
            .with("start_s", start)
            .with("kib", bytes as f64 / 1024.0)
            .latency(&mut samples);
        table.add(row);
    }
    Ok(())
}

async fn events(size: &Size, table: &mut Table) -> Result<()> {
    let clients = size.sessions(1_000);
    let world = World::make(1, 1).await?;
    let server = Server::baton(world.path())?;
    let place = world.places[0];
    let mut http = Http::open(server.address, &world.people[0].token).await?;
    let settings = r#"{"pattern":"news","anonymous":true}"#;
    http.put(&format!("/workspaces/{place}/channels"), settings).await?;
    let hash = baton::compat::xano::connection_hash(WorkspaceId(place));
    let (start, samples) = (Instant::now(), Rc::new(RefCell::new(Samples::default())));
    let mut readers: Vec<JoinHandle<()>> = Vec::new();
    for _ in 0..clients {
        let conn = Conn::open(server.address, &format!("/rt/{hash}"), "").await?;
        conn.say(
            r#"{"action":"join","options":{"channel":"news"},"payload":{"history":false,"presence":false}}"#,
        )
        .await?;
        readers.push(spawn_local(read(conn, start, Rc::clone(&samples))));
    }
    let path = format!("/workspaces/{place}/channels/news/events");
    let (gap, mut answered) = (Duration::from_secs_f64(1.0 / EVENTS_PER_SECOND), Samples::default());
    let events = (size.seconds * EVENTS_PER_SECOND) as u32;
    // All of them are in before the first one counts.
    loop {
        let receivers = http.post(&path, "", r#"{"data":{}}"#).await?;
        if crate::wire::number(&receivers, "\"receivers\":") == Some(clients as u64) {
            break;
        }
        pause(0.05).await;
    }
    samples.take();
    let (cpu, first) = (server.cpu(), Instant::now() + gap);
    for n in 0..events {
        let due = first + gap * n;
        sleep_until(Due::from_std(due)).await;
        let at = due.duration_since(start).as_micros();
        http.post(&path, "", &format!(r#"{{"data":{{"t":{at},"order":17,"state":"paid"}}}}"#)).await?;
        answered.add(u64::try_from(due.elapsed().as_micros()).unwrap_or(u64::MAX));
    }
    let cpu = server.cpu() - cpu;
    pause(0.5).await;
    let lost = readers.iter().filter(|reader| reader.is_finished()).count();
    if lost > 0 {
        eprintln!("P events: {lost} clients were lost; the figures count for nothing");
    }
    readers.iter().for_each(JoinHandle::abort);
    let mut samples = samples.take();
    let deliveries = samples.len() as f64;
    let row = Row::new(format!("P event to {clients} clients, {EVENTS_PER_SECOND}/s"), "baton")
        .with("heard_of_sent", deliveries / (f64::from(events) * clients as f64))
        .with("answered_p99_ms", answered.at(0.99))
        .with("cpu_us_per_delivery", cpu / deliveries * 1e6)
        .latency(&mut samples);
    table.add(row);
    Ok(())
}

async fn read(mut conn: Conn, start: Instant, samples: Rc<RefCell<Samples>>) {
    let finder = memmem::Finder::new(MARK);
    loop {
        let took = conn
            .read(|content| {
                let now = u64::try_from(start.elapsed().as_micros()).unwrap_or(0);
                if let Some(at) = finder.find(content).and_then(|at| digits(&content[at + MARK.len()..])) {
                    samples.borrow_mut().add(now.saturating_sub(at));
                }
            })
            .await;
        if took.is_err() {
            return;
        }
    }
}

fn escaped(text: &str) -> String {
    use std::fmt::Write as _;
    text.bytes().fold(String::new(), |mut all, byte| {
        let _ = write!(all, "%{byte:02X}");
        all
    })
}
