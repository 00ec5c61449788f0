//! C: sessions that do nothing, and all of them coming at once.

use std::io::{Error, Result};
use std::time::Instant;

use tokio::task::{JoinSet, LocalSet};

use crate::Size;
use crate::figures::{Row, Samples, Table};
use crate::pace::pause;
use crate::peers::Peer;
use crate::server::Server;
use crate::world::{Seat, World};

/// Sessions of a workspace.
const TOGETHER: usize = 5;
/// After so many seconds the allocator has given back what nobody uses any more, so that neither the sum nor what is taken
/// from it holds what passes.
const SETTLED_S: f64 = 12.0;

/// A storm onto an empty server, then peace: on the peers, then on Baton; and twice as many on Baton.
pub async fn run(size: &Size, table: &mut Table) -> Result<()> {
    let sessions = size.sessions(5_000);
    for peer in Peer::of_round(size, 0) {
        if let Err(error) = storm_on(peer, sessions, table).await {
            eprintln!("C: {} is left out: {error}", peer.name());
        }
    }
    baton(size, sessions, TOGETHER, table).await?;
    if !size.quick {
        baton(size, sessions, 2 * TOGETHER, table).await?;
    }
    Ok(())
}

/// The same storm onto a peer: a memory figure and the time until all are in their rooms.
async fn storm_on(peer: Peer, sessions: usize, table: &mut Table) -> Result<()> {
    let server = peer.start()?;
    // Once through, so that what a server loads at its first connection is not counted.
    drop(peer.join(server.address, sessions).await?);
    pause(0.5).await;
    let (before, from) = (server.resident(), Instant::now());
    let mut storm = JoinSet::new();
    for n in 0..sessions {
        let address = server.address;
        storm.spawn_local(async move {
            let began = Instant::now();
            let conn = peer.join(address, n / TOGETHER).await?;
            Ok::<_, Error>((conn, began.elapsed()))
        });
    }
    let (mut conns, mut samples) = (Vec::new(), Samples::default());
    while let Some(joined) = storm.join_next().await {
        let (conn, took) = joined.map_err(Error::other)??;
        samples.add(u64::try_from(took.as_micros()).unwrap_or(u64::MAX));
        conns.push(conn);
    }
    let took = from.elapsed().as_secs_f64();
    let kib = (server.resident() - before) / conns.len() as f64 / 1024.0;
    table.add(
        Row::new(format!("C {sessions} join at once"), peer.name())
            .with("joins_s", sessions as f64 / took)
            .with("all_joined_s", took)
            .with("kib_per_session", kib)
            .latency(&mut samples),
    );
    Ok(())
}

async fn baton(size: &Size, sessions: usize, together: usize, table: &mut Table) -> Result<()> {
    let world = World::make(sessions / TOGETHER, together).await?;
    let server = Server::baton(world.path())?;
    // Rooms are loaded before, so that memory and time are the sessions' own.
    let mut first = Vec::new();
    for place in &world.places {
        first.push(Seat::join(server.address, *place, world.person(0)).await?);
    }
    pause(SETTLED_S).await;
    let (before, from) = (server.resident(), Instant::now());
    let mut storm = JoinSet::new();
    for (at, place) in world.places.iter().enumerate() {
        for n in 1..=together {
            let (address, place, person) = (server.address, *place, world.person(n + at).clone());
            storm.spawn_local(async move {
                let began = Instant::now();
                let seat = Seat::join(address, place, &person).await?;
                Ok::<_, Error>((seat, began.elapsed()))
            });
        }
    }
    let (mut seats, mut samples) = (Vec::new(), Samples::default());
    while let Some(joined) = storm.join_next().await {
        let (seat, took) = joined.map_err(Error::other)??;
        samples.add(u64::try_from(took.as_micros()).unwrap_or(u64::MAX));
        seats.push(seat);
    }
    let took = from.elapsed().as_secs_f64();
    let joined = seats.len() as f64;
    table.add(
        Row::new(format!("C {} join at once", seats.len()), "baton")
            .with("joins_s", joined / took)
            .with("all_joined_s", took)
            .with("kib_per_session", (server.resident() - before) / joined / 1024.0)
            .latency(&mut samples),
    );
    let readers = LocalSet::new();
    let all = first.len() + seats.len();
    for mut seat in first.into_iter().chain(seats) {
        readers.spawn_local(async move { while seat.conn.read(|_| ()).await.is_ok() {} });
    }
    let (cpu, took) = readers
        .run_until(async {
            // What the storm left to be sent goes first.
            pause(1.0).await;
            let (cpu, from) = (server.cpu(), Instant::now());
            pause(size.seconds.max(SETTLED_S)).await;
            (server.cpu() - cpu, from.elapsed().as_secs_f64())
        })
        .await;
    table.add(
        Row::new(format!("C {all} idle"), "baton")
            .with("kib_per_session", (server.resident() - before) / joined / 1024.0)
            .with("cpu_pct", cpu / took * 100.0)
            .with("resident_mib", server.resident() / 1048576.0),
    );
    Ok(())
}
