//! E: edits, each acknowledged after its commit, and opening a long stack.

use std::cell::Cell;
use std::io::{Error, Result};
use std::rc::Rc;
use std::time::Instant;

use tokio::task::JoinSet;
use uuid::Uuid;

use crate::Size;
use crate::figures::{Row, Samples, Table};
use crate::pace::pause;
use crate::server::Server;
use crate::wire::number;
use crate::world::{Seat, Stack, World};

/// Steps of the long stack.
const LONG: usize = 1_000;
/// Times that it is opened.
const OPENS: usize = 30;

/// All of E.
pub async fn run(size: &Size, round: usize, table: &mut Table) -> Result<()> {
    edit(size, "1 editor", 1, 1, None, table).await?;
    edit(size, "50 editors, one workspace", 1, 50, None, table).await?;
    edit(size, "50 editors, 2/s each", 1, 50, Some(2.0), table).await?;
    let places = size.places(200);
    edit(size, &format!("{places} workspaces"), places, 1, None, table).await?;
    if round == 0 { open(table).await } else { Ok(()) }
}

/// Everybody holds a step of one stack that all see, and sets its value again and again: at once after the last answer, or
/// so often a second.
async fn edit(
    size: &Size,
    what: &str,
    places: usize,
    editors: usize,
    per_second: Option<f64>,
    table: &mut Table,
) -> Result<()> {
    let world = World::make(places, editors.min(20)).await?;
    let server = Server::baton(world.path())?;
    let over = Rc::new(Cell::new(false));
    let mut tasks = JoinSet::new();
    for place in &world.places {
        let stack = world.import(&server, *place, editors).await?;
        for n in 0..editors {
            let mut seat = Seat::join(server.address, *place, world.person(n)).await?;
            seat.open(&stack.object).await?;
            tasks.spawn_local(editor(seat, stack.clone(), n, per_second, Rc::clone(&over)));
        }
    }
    pause(0.5).await;
    let (cpu, from) = (server.cpu(), Instant::now());
    pause(size.seconds).await;
    let (cpu, took) = (server.cpu() - cpu, from.elapsed().as_secs_f64());
    over.set(true);
    let mut samples = Samples::default();
    while let Some(done) = tasks.join_next().await {
        for (at, micros) in done.map_err(Error::other)?? {
            if at >= from && (at - from).as_secs_f64() <= took {
                samples.add(micros);
            }
        }
    }
    let edits = samples.len() as f64;
    table.add(
        Row::new(format!("E edits, {what}"), "baton")
            .with("edits_s", edits / took)
            .with("cpu_us_each", cpu / edits * 1e6)
            .with("cpu_pct", cpu / took * 100.0)
            .with("p95_ms", samples.at(0.95))
            .latency(&mut samples),
    );
    Ok(())
}

async fn editor(
    mut seat: Seat,
    stack: Stack,
    n: usize,
    per_second: Option<f64>,
    over: Rc<Cell<bool>>,
) -> Result<Vec<(Instant, u64)>> {
    let (object, item) = (&stack.object, &stack.steps[n]);
    let take = format!(
        r#""type":"acquire","op_id":"{}","path":{{"object":"{object}","item":"{item}"}}"#,
        Uuid::now_v7()
    );
    let read = |answer: &[u8]| {
        let found =
            (number(answer, "\"epoch\":"), number(answer, "\"counter\":"), number(answer, "\"revision\":"));
        match found {
            (Some(epoch), Some(counter), Some(revision)) => Some((epoch, counter, revision)),
            _ => None,
        }
    };
    let (epoch, counter, mut revision) =
        seat.call(&take, read).await?.ok_or_else(|| Error::other("no lock"))?;
    let mut done = Vec::new();
    for value in 0.. {
        if over.get() {
            break;
        }
        let began = Instant::now();
        let edit = format!(
            r#""type":"edit","op_id":"{}","object":"{object}","fence":{{"epoch":{epoch},"counter":{counter}}},"base_revision":{revision},"op":{{"op":"set","item":"{item}","field":"value","text":"{value}"}}"#,
            Uuid::now_v7()
        );
        let answer = seat.call(&edit, |answer| number(answer, "\"result\":\"edited\",\"revision\":")).await?;
        revision = answer.ok_or_else(|| Error::other("an edit was not taken"))?;
        done.push((Instant::now(), u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX)));
        if let Some(rate) = per_second {
            pause(1.0 / rate - began.elapsed().as_secs_f64().min(1.0 / rate)).await;
        }
    }
    Ok(done)
}

/// Opening a long stack: the first time it is read from the database.
async fn open(table: &mut Table) -> Result<()> {
    let world = World::make(1, 1).await?;
    let server = Server::baton(world.path())?;
    let stack = world.import(&server, world.places[0], LONG).await?;
    drop(server);
    let server = Server::baton(world.path())?;
    let mut samples = Samples::default();
    let (mut cold, mut bytes) = (0.0, 0);
    let mut seat = Seat::join(server.address, world.places[0], world.person(0)).await?;
    for n in 0..=OPENS {
        let began = Instant::now();
        bytes = seat.open(&stack.object).await?.len();
        let took = began.elapsed();
        if n == 0 {
            cold = took.as_secs_f64() * 1_000.0;
        } else {
            samples.add(u64::try_from(took.as_micros()).unwrap_or(u64::MAX));
        }
    }
    table.add(
        Row::new(format!("E open a stack of {LONG} steps"), "baton")
            .with("cold_ms", cold)
            .with("kib", bytes as f64 / 1024.0)
            .latency(&mut samples),
    );
    Ok(())
}
