//! D: lock decisions, each announced after its commit, and a long queue for one lock.

use std::cell::Cell;
use std::io::{Error, Result};
use std::rc::Rc;
use std::time::Instant;

use memchr::memmem;
use tokio::task::{JoinSet, spawn_local};
use uuid::Uuid;

use crate::Size;
use crate::figures::{Row, Samples, Table};
use crate::pace::pause;
use crate::rivals;
use crate::server::Server;
use crate::wire::{Http, number};
use crate::world::{AGAIN_S, Seat, Stack, World};

/// Connections over which the waiting ask.
const ASKING: usize = 16;

/// All of D: on Baton, committed to a disk, to a disk in memory and not at all, and on the peers, which keep locks in memory only.
pub async fn run(size: &Size, round: usize, table: &mut Table) -> Result<()> {
    let places = size.places(100);
    let many = format!("{places} workspaces");
    for (what, places, clients) in
        [("1 client", 1, 1), ("64 clients, one workspace", 1, 64), (many.as_str(), places, 1)]
    {
        rivals::run(size, round, what, places, clients, table).await?;
        decide(size, what, Kept::InMemory, places, clients, None, table).await?;
        if !size.quick {
            decide(size, what, Kept::OnDiskInMemory, places, clients, None, table).await?;
        }
        decide(size, what, Kept::OnDisk, places, clients, None, table).await?;
    }
    // At full speed 64 clients wait for each other; this is what a busy team feels.
    decide(size, "64 clients, 10/s each", Kept::OnDisk, 1, 64, Some(10.0), table).await?;
    if round == 0 {
        for waiting in [250, 500, 1_000] {
            queue(waiting, table).await?;
        }
    }
    Ok(())
}

/// Where decisions are kept.
#[derive(Clone, Copy)]
enum Kept {
    /// In SQLite, on the disk that the build is on.
    OnDisk,
    /// In SQLite, where a sync costs nothing.
    OnDiskInMemory,
    /// In the room, as the peers keep them.
    InMemory,
}

/// Clients that take and give back a lock of their own, one decision after the other, or so many a second.
async fn decide(
    size: &Size,
    what: &str,
    kept: Kept,
    places: usize,
    clients: usize,
    per_second: Option<f64>,
    table: &mut Table,
) -> Result<()> {
    let people = clients.min(20);
    let (world, name) = match kept {
        Kept::OnDisk => (World::make(places, people).await?, "baton"),
        Kept::OnDiskInMemory => (World::make_in_memory(places, people).await?, "baton-shm"),
        Kept::InMemory => (World::make(places, people).await?, "baton-memory"),
    };
    let server = match kept {
        Kept::OnDisk | Kept::OnDiskInMemory => Server::baton(world.path())?,
        Kept::InMemory => Server::forgetful(world.path())?,
    };
    let over = Rc::new(Cell::new(false));
    let mut tasks = JoinSet::new();
    // Before the first lock, with which one of them begins to forget.
    let mut stacks = Vec::new();
    for place in &world.places {
        stacks.push(world.import(&server, *place, clients).await?);
    }
    for (place, stack) in world.places.iter().zip(&stacks) {
        for n in 0..clients {
            let seat = Seat::join(server.address, *place, world.person(n)).await?;
            tasks.spawn_local(client(seat, stack.clone(), n, per_second, Rc::clone(&over)));
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
    let decisions = samples.len() as f64;
    table.add(
        Row::new(format!("D locks, {what}"), name)
            .with("decisions_s", decisions / took)
            .with("cpu_us_each", cpu / decisions * 1e6)
            .with("cpu_pct", cpu / took * 100.0)
            .latency(&mut samples),
    );
    Ok(())
}

/// When each decision ended, and how many microseconds it took.
type Decisions = Vec<(Instant, u64)>;

async fn client(
    mut seat: Seat,
    stack: Stack,
    n: usize,
    per_second: Option<f64>,
    over: Rc<Cell<bool>>,
) -> Result<Decisions> {
    // The next decision is due one gap after the last one began; without a rate, at once.
    let rest = async |began: Instant| {
        if let Some(rate) = per_second {
            pause((1.0 / rate - began.elapsed().as_secs_f64()).max(0.0)).await;
        }
    };
    let path = format!(r#""path":{{"object":"{}","item":"{}"}}"#, stack.object, stack.steps[n]);
    let mut decisions = Vec::new();
    let mut note = |began: Instant| {
        decisions.push((Instant::now(), u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX)));
    };
    while !over.get() {
        let began = Instant::now();
        let take = format!(r#""type":"acquire","op_id":"{}",{path}"#, Uuid::now_v7());
        let fence =
            seat.call(&take, |answer| (number(answer, "\"epoch\":"), number(answer, "\"counter\":"))).await?;
        note(began);
        rest(began).await;
        let (Some(epoch), Some(counter)) = fence else { return Err(Error::other("no fence")) };
        let began = Instant::now();
        let fence = format!(r#""fence":{{"epoch":{epoch},"counter":{counter}}}"#);
        let give = format!(r#""type":"release","op_id":"{}",{path},{fence}"#, Uuid::now_v7());
        seat.call(&give, |_| ()).await?;
        note(began);
        rest(began).await;
    }
    Ok(decisions)
}

/// One holder, and so many programs that ask for the same lock one after the other: sessions without a socket, so that what
/// grows is the queue and not the audience.
async fn queue(waiting: usize, table: &mut Table) -> Result<()> {
    let world = World::make(1, waiting / 40 + 2).await?;
    let server = Server::baton(world.path())?;
    let place = world.places[0];
    let stack = world.import(&server, place, 1).await?;
    let path = format!(r#""path":{{"object":"{}","item":"{}"}}"#, stack.object, stack.steps[0]);
    let mut holder = Seat::join(server.address, place, world.person(0)).await?;
    holder.call(&format!(r#""type":"acquire","op_id":"{}",{path}"#, Uuid::now_v7()), |_| ()).await?;
    spawn_local(async move { while holder.conn.read(|_| ()).await.is_ok() {} });
    let mut keys = Vec::new();
    for n in 0..waiting {
        let person = world.people[1 + n % (world.people.len() - 1)].clone();
        let mut http = Http::open(server.address, &person.token).await?;
        let key = http.post(&format!("/workspaces/{place}/sessions"), "", "{}").await?;
        let text = |mark| crate::wire::after(&key, mark, b'"').map(str::to_owned);
        let (Some(session), Some(secret)) = (text("\"session\":\""), text("\"secret\":\"")) else {
            return Err(Error::other("no session"));
        };
        keys.push((person, format!("Baton-Session: {session}:{secret}\r\n")));
    }
    let (cpu, from) = (server.cpu(), Instant::now());
    let mut tasks = JoinSet::new();
    for chunk in keys.chunks(waiting.div_ceil(ASKING)) {
        let (chunk, path, address) = (chunk.to_vec(), path.clone(), server.address);
        tasks.spawn_local(async move {
            let mut samples = Samples::default();
            for (person, key) in chunk {
                let mut http = Http::open(address, &person.token).await?;
                let began = Instant::now();
                let body =
                    format!(r#"{{"op_id":"{}","request":"{}",{path}}}"#, Uuid::now_v7(), Uuid::now_v7());
                let to = format!("/workspaces/{place}/locks/requests");
                let answer = loop {
                    match http.post(&to, &key, &body).await {
                        Err(error) if error.to_string().contains("retry_later") => pause(AGAIN_S).await,
                        answer => break answer?,
                    }
                };
                if memmem::find(&answer, b"waiting").is_none() {
                    return Err(Error::other(String::from_utf8_lossy(&answer).into_owned()));
                }
                samples.add(u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX));
            }
            Ok(samples)
        });
    }
    let mut samples = Samples::default();
    while let Some(done) = tasks.join_next().await {
        samples.join(done.map_err(Error::other)??);
    }
    let (cpu, took) = (server.cpu() - cpu, from.elapsed().as_secs_f64());
    let each = waiting as f64;
    table.add(
        Row::new(format!("D {waiting} wait for one lock"), "baton")
            .with("asks_s", each / took)
            .with("cpu_us_each", cpu / each * 1e6)
            .latency(&mut samples),
    );
    Ok(())
}
