//! H: pages of a long log, and a revert of everything beside a colleague who goes on working.

use std::cell::Cell;
use std::io::{Error, Result};
use std::rc::Rc;
use std::time::Instant;

use baton::domain::command::{Change, ChangeKind, Numbers};
use baton::domain::effect::Write;
use baton::domain::id::{ItemId, ObjectId, UserId, WorkspaceId};
use baton::domain::stack::Revision;
use baton::domain::time::Timestamp;
use baton::store::{Batch, CommitOutcome, SqliteSettings, Store, Writer, WriterSettings, open_sqlite};
use tokio::sync::mpsc;
use uuid::Uuid;

use crate::Size;
use crate::figures::{Row, Samples, Table};
use crate::pace::pause;
use crate::server::Server;
use crate::wire::{Http, number};
use crate::world::{Seat, Stack, World};

/// Changes of the long log.
const LONG: u64 = 100_000;
/// Changes of one commit while it is written.
const BATCH: u64 = 2_000;
/// Pages read of each kind.
const PAGES: u64 = 60;
/// Changes that are taken back at once.
const TAKEN: u64 = 5_000;

/// What is added to the address of the nth page.
type Filter<'a> = Box<dyn Fn(u64) -> String + 'a>;

/// All of H.
pub async fn run(size: &Size, table: &mut Table) -> Result<()> {
    pages(table).await?;
    revert_all(size, table).await
}

fn failed(error: impl std::fmt::Debug) -> Error {
    Error::other(format!("{error:?}"))
}

fn micros(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_micros()).unwrap_or(u64::MAX)
}

/// Pages of 50 at random places of a log of 100,000 changes: as it stands, and by author, item, kind and time.
async fn pages(table: &mut Table) -> Result<()> {
    let world = World::make(1, 1).await?;
    let server = Server::baton(world.path())?;
    let stack = world.import(&server, world.places[0], 1).await?;
    drop(server);
    let authors: Vec<Uuid> = (0..10).map(|_| Uuid::now_v7()).collect();
    let items: Vec<Uuid> = (0..1_000).map(|_| Uuid::now_v7()).collect();
    write_log(&world, &stack, &authors, &items).await?;
    let server = Server::baton(world.path())?;
    let mut http = Http::open(server.address, &world.person(0).token).await?;
    let at = format!("/workspaces/{}/objects/{}/changes", world.places[0], stack.object);
    let kinds: [(&str, Filter<'_>); 5] = [
        ("any", Box::new(|_| String::new())),
        ("of an author", Box::new(|n| format!("&author={}", authors[n as usize % authors.len()]))),
        ("of an item", Box::new(|n| format!("&item={}", items[n as usize % items.len()]))),
        ("of a rare kind", Box::new(|_| "&kind=restore".to_owned())),
        ("of a minute", Box::new(|n| format!("&since={}&until={}", n * 1_000_000, n * 1_000_000 + 60_000))),
    ];
    for (what, filter) in kinds {
        let mut samples = Samples::default();
        for n in 0..PAGES {
            let before = LONG - n * LONG / PAGES;
            let before = if what == "of a minute" { LONG + 2 } else { before };
            let began = Instant::now();
            http.get(&format!("{at}?before={before}{}", filter(n))).await?;
            samples.add(micros(began));
        }
        table.add(Row::new(format!("H page of {LONG} changes, {what}"), "baton").latency(&mut samples));
    }
    Ok(())
}

async fn write_log(world: &World, stack: &Stack, authors: &[Uuid], items: &[Uuid]) -> Result<()> {
    let database = SqliteSettings::new(world.path().join("baton.db"));
    let (store, connection) = open_sqlite(database).await.map_err(failed)?;
    let writer = Writer::start(connection, WriterSettings::default());
    let (done, mut answers) = mpsc::channel(1);
    let workspace = WorkspaceId(world.places[0]);
    let object = ObjectId(stack.object.parse().map_err(failed)?);
    writer.open_room(workspace, 1, done);
    let change = |number: u64| Change {
        number,
        user: UserId(authors[number as usize % authors.len()]),
        began: Timestamp(i64::try_from(number * 1_000).unwrap_or(0)),
        ended: Timestamp(i64::try_from(number * 1_000 + 400).unwrap_or(0)),
        words: "Changed `value` of *Create Variable $x*".to_owned(),
        kind: if number.is_multiple_of(5_000) { ChangeKind::Restore } else { ChangeKind::Edit },
        item: Some(ItemId::Node(items[number as usize % items.len()])),
        field: Some("value".to_owned()),
        from: Revision(number),
        to: Revision(number),
        reverted_by: None,
        taken: Numbers::default(),
        published: Some(1),
    };
    for n in 0..LONG / BATCH {
        let writes = (n * BATCH..(n + 1) * BATCH).map(|at| Write::Change { object, change: change(at + 2) });
        let batch = Batch { workspace, incarnation: 1, n: n + 1, writes: writes.collect() };
        writer.submit(batch).map_err(failed)?;
        if answers.recv().await.is_none_or(|answer| answer.outcome != CommitOutcome::Ok) {
            return Err(Error::other("the log could not be written"));
        }
    }
    writer.close_room(workspace, 1);
    writer.close().await;
    store.close().await;
    Ok(())
}

/// One sets thousands of fields and takes all of it back; another edits on in another object of the same workspace.
async fn revert_all(size: &Size, table: &mut Table) -> Result<()> {
    let world = World::make(1, 2).await?;
    let server = Server::baton(world.path())?;
    let place = world.places[0];
    let stack = world.import(&server, place, 100).await?;
    let other = {
        let body = format!(
            r#"{{"op_id":"{}","files":[{{"name":"o.xs","text":"function other {{\n  input {{\n  }}\n\n  stack {{\n  }}\n\n  response = 1\n}}\n"}}]}}"#,
            Uuid::now_v7()
        );
        let mut http = Http::open(server.address, &world.person(0).token).await?;
        let answer = http.post(&format!("/workspaces/{place}/import"), "", &body).await?;
        crate::wire::after(&answer, "\"object\":\"", b'"').unwrap_or_default().to_owned()
    };
    let mut seat = Seat::join(server.address, place, world.person(0)).await?;
    seat.open(&stack.object).await?;
    let mut revision = 1;
    for n in 0..TAKEN {
        // Another item each time: each is a change of its own.
        let item = &stack.steps[usize::try_from(n).unwrap_or(0) % stack.steps.len()];
        revision = set(&mut seat, &stack.object, item, "value", n, revision).await?;
    }
    let over = Rc::new(Cell::new(false));
    let mut colleague = Seat::join(server.address, place, world.person(1)).await?;
    let stop = Rc::clone(&over);
    let beside = tokio::task::spawn_local(async move {
        let (mut samples, mut revision) = (Samples::default(), 1);
        for n in 0.. {
            if stop.get() {
                break;
            }
            let began = Instant::now();
            revision = set(&mut colleague, &other, "response", "@value", n, revision).await?;
            samples.add(micros(began));
        }
        Ok::<_, Error>(samples)
    });
    pause(size.seconds.min(2.0)).await;
    let look = format!(r#""type":"check_revert","object":"{}""#, stack.object);
    let began = Instant::now();
    seat.call(&look, |_| ()).await?;
    let looked = began.elapsed();
    let revert = format!(r#""type":"revert","op_id":"{}","object":"{}""#, Uuid::now_v7(), stack.object);
    let began = Instant::now();
    seat.call(&revert, |_| ()).await?;
    let took = began.elapsed();
    pause(0.5).await;
    over.set(true);
    let mut samples = beside.await.map_err(Error::other)??;
    table.add(
        Row::new(format!("H revert all of {TAKEN} changes"), "baton")
            .with("revert_ms", took.as_secs_f64() * 1_000.0)
            .with("look_ms", looked.as_secs_f64() * 1_000.0)
            .with("beside_max_ms", samples.at(1.0))
            .latency(&mut samples),
    );
    Ok(())
}

async fn set(seat: &mut Seat, object: &str, item: &str, field: &str, n: u64, base: u64) -> Result<u64> {
    let edit = format!(
        r#""type":"edit","op_id":"{}","object":"{object}","base_revision":{base},"op":{{"op":"set","item":"{item}","field":"{field}","text":"{n}"}}"#,
        Uuid::now_v7()
    );
    let answer = seat.call(&edit, |answer| number(answer, "\"result\":\"edited\",\"revision\":")).await?;
    answer.ok_or_else(|| Error::other("an edit was not taken"))
}
