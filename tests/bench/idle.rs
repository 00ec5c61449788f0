//! C: sessions that do nothing, and all of them coming at once.

use std::io::{Error, Result};
use std::time::Instant;

use tokio::task::{JoinSet, LocalSet};

use crate::Size;
use crate::figures::{Row, Samples, Table};
use crate::pace::pause;
use crate::server::Server;
use crate::world::{Seat, World};

/// Sessions of a workspace.
const TOGETHER: usize = 5;

/// A storm onto an empty server, then peace.
pub async fn run(size: &Size, table: &mut Table) -> Result<()> {
    let sessions = size.sessions(5_000);
    let world = World::make(sessions / TOGETHER, TOGETHER).await?;
    let server = Server::baton(world.path())?;
    // Rooms are loaded before, so that memory and time are the sessions' own.
    let mut first = Vec::new();
    for place in &world.places {
        first.push(Seat::join(server.address, *place, world.person(0)).await?);
    }
    let (before, from) = (server.resident(), Instant::now());
    let mut storm = JoinSet::new();
    for (at, place) in world.places.iter().enumerate() {
        for n in 1..=TOGETHER {
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
    table.add(
        Row::new(format!("C {} join at once", seats.len()), "baton")
            .with("joins_s", seats.len() as f64 / took)
            .with("all_joined_s", took)
            .latency(&mut samples),
    );
    let kib = (server.resident() - before) / seats.len() as f64 / 1024.0;
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
            pause(size.seconds.max(8.0)).await;
            (server.cpu() - cpu, from.elapsed().as_secs_f64())
        })
        .await;
    table.add(
        Row::new(format!("C {all} idle"), "baton")
            .with("kib_per_session", kib)
            .with("cpu_pct", cpu / took * 100.0)
            .with("resident_mib", server.resident() / 1048576.0),
    );
    Ok(())
}
