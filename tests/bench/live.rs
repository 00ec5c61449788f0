//! A and B: people who move. A delivery is one new place of one person told to one session; what a tick leaves out because a
//! newer one is there is not counted.

use std::cell::RefCell;
use std::io::Result;
use std::net::SocketAddr;
use std::os::fd::AsFd;
use std::rc::Rc;
use std::time::{Duration, Instant};

use memchr::memmem;
use tokio::task::{JoinHandle, spawn_local};
use tokio::time::timeout;

use crate::Size;
use crate::figures::{Row, Samples, Table};
use crate::pace::{Pacer, pause};
use crate::peers::Peer;
use crate::server::Server;
use crate::wire::{Conn, digits, frame};
use crate::world::{Seat, Stack, World};

/// Steps among which people move.
const STEPS: usize = 20;
/// Members of a room; each is there on several tabs if need be.
const PEOPLE: usize = 20;
/// How long a peer is waited for until everybody is in.
const PATIENCE: Duration = Duration::from_secs(30);
/// Stands before the intended time.
pub const MARK: &[u8] = b"\"field\":\"t";

#[derive(Default)]
struct Count {
    deliveries: u64,
    frames: u64,
    samples: Samples,
}

/// One shape of the load.
struct Load {
    what: String,
    rooms: usize,
    people: usize,
    per_second: f64,
}

/// Both workloads, on Baton and on every peer that is here, one after the other.
pub async fn run(size: &Size, round: usize, table: &mut Table) -> Result<()> {
    let peers = Peer::of_round(size, round);
    for load in loads(size) {
        for peer in &peers {
            let server = peer.start()?;
            match timeout(PATIENCE, peer_seats(*peer, server.address, &load)).await {
                Ok(seats) => {
                    let frames = peer_frames(*peer, &load);
                    measure(&load, peer.name(), &server, seats?, frames, size.seconds, table).await?;
                }
                Err(_) => eprintln!("{}: {} is left out, not everybody got in", load.what, peer.name()),
            }
        }
        let world = World::make(load.rooms, load.people.min(PEOPLE)).await?;
        let server = Server::baton(world.path())?;
        let (seats, stacks) = baton_seats(&server, &world, &load).await?;
        let frames = baton_frames(&load, stacks);
        measure(&load, "baton", &server, seats, frames, size.seconds, table).await?;
    }
    Ok(())
}

fn loads(size: &Size) -> Vec<Load> {
    let mut loads = Vec::new();
    if size.wants("A") {
        for (people, per_second) in [(10, 20.0), (100, 5.0), (1_000, 0.05)] {
            let what = format!("A one room of {people}, {per_second}/s each");
            loads.push(Load { what, rooms: 1, people, per_second });
        }
        loads.push(Load {
            what: "A saturated, 1000, 3/s each".into(),
            rooms: 1,
            people: 1_000,
            per_second: 3.0,
        });
    }
    if size.wants("B") {
        let rooms = size.places(200);
        for (what, per_second) in [("B", 10.0), ("B saturated,", 30.0)] {
            let what = format!("{what} {rooms} workspaces of 5, {per_second}/s each");
            loads.push(Load { what, rooms, people: 5, per_second });
        }
    }
    loads
}

/// The sessions of a case. Each is read from the moment it is there: who is silent while the others join is cut.
struct Crowd {
    start: Instant,
    count: Rc<RefCell<Count>>,
    sockets: Vec<std::net::TcpStream>,
    readers: Vec<JoinHandle<()>>,
}

impl Crowd {
    fn new() -> Crowd {
        Crowd { start: Instant::now(), count: Rc::default(), sockets: Vec::new(), readers: Vec::new() }
    }

    fn push(&mut self, seat: Conn) -> Result<()> {
        self.sockets.push(std::net::TcpStream::from(seat.stream().as_fd().try_clone_to_owned()?));
        self.readers.push(spawn_local(read(seat, self.start, Rc::clone(&self.count))));
        Ok(())
    }
}

async fn peer_seats(peer: Peer, address: SocketAddr, load: &Load) -> Result<Crowd> {
    let mut seats = Crowd::new();
    for room in 0..load.rooms {
        for _ in 0..load.people {
            seats.push(peer.join(address, room).await?)?;
        }
    }
    Ok(seats)
}

async fn baton_seats(server: &Server, world: &World, load: &Load) -> Result<(Crowd, Vec<Stack>)> {
    let (mut seats, mut stacks) = (Crowd::new(), Vec::new());
    for place in &world.places {
        let stack = world.import(server, *place, STEPS).await?;
        for n in 0..load.people {
            let mut seat = Seat::join(server.address, *place, world.person(n)).await?;
            seat.open(&stack.object).await?;
            seats.push(seat.conn)?;
        }
        stacks.push(stack);
    }
    Ok((seats, stacks))
}

/// Where somebody is: the step changes ten times a second, and the field is the intended time.
pub fn place(object: &str, item: &str, at: u64) -> String {
    format!(r#"{{"page":"object","object":"{object}","item":"{item}","field":"t{at}"}}"#)
}

/// The frame with which a person who moves says so.
fn baton_frames(load: &Load, stacks: Vec<Stack>) -> impl Fn(usize, u64) -> Vec<u8> + Send + 'static {
    let people = load.people;
    move |who, at| {
        let stack = &stacks[(who / people) % stacks.len()];
        let step = usize::try_from(at / 100_000).unwrap_or(0) + who;
        let place = place(&stack.object, &stack.steps[step % stack.steps.len()], at);
        frame(&format!(r#"{{"type":"locate","location":{place}}}"#))
    }
}

/// The same over a peer.
fn peer_frames(peer: Peer, load: &Load) -> impl Fn(usize, u64) -> Vec<u8> + Send + 'static {
    const SOME: &str = "01234567-0123-0123-0123-0123456789ab";
    let people = load.people;
    move |who, at| peer.says(who / people, who, at, &place(SOME, SOME, at))
}

async fn measure(
    load: &Load,
    name: &'static str,
    server: &Server,
    seats: Crowd,
    frames: impl Fn(usize, u64) -> Vec<u8> + Send + 'static,
    seconds: f64,
    table: &mut Table,
) -> Result<()> {
    let Crowd { start, count, sockets, readers } = seats;
    let sessions = sockets.len() as f64;
    let pacer = Pacer::start(sockets, load.per_second, start, frames);
    // The first moves change the place for good, and the processor's caches are cold.
    pause(1.5).await;
    let (sent, cpu, from) = (pacer.sent(), server.cpu(), Instant::now());
    count.take();
    pause(seconds).await;
    let mut count = count.take();
    let (sent, cpu, took) = (pacer.sent() - sent, server.cpu() - cpu, from.elapsed().as_secs_f64());
    pacer.stop();
    let lost = readers.iter().filter(|reader| reader.is_finished()).count();
    if lost > 0 {
        eprintln!("{}: {lost} sessions were lost; the figures count for nothing", load.what);
    }
    readers.iter().for_each(JoinHandle::abort);
    let deliveries = count.deliveries as f64;
    let row = Row::new(load.what.clone(), name)
        .with("cpu_s_per_m", cpu / deliveries * 1e6)
        .with("deliveries_s", deliveries / took)
        .with("told_of_sent", deliveries / (sent as f64 * sessions / load.rooms as f64))
        .with("frames_s", count.frames as f64 / took)
        .with("cpu_pct", cpu / took * 100.0)
        .latency(&mut count.samples);
    table.add(row);
    Ok(())
}

async fn read(mut seat: Conn, start: Instant, count: Rc<RefCell<Count>>) {
    let finder = memmem::Finder::new(MARK);
    loop {
        let took = seat
            .read(|content| {
                let now = u64::try_from(start.elapsed().as_micros()).unwrap_or(0);
                let mut count = count.borrow_mut();
                count.frames += 1;
                for at in finder.find_iter(content) {
                    count.deliveries += 1;
                    if let Some(intended) = digits(&content[at + MARK.len()..]) {
                        count.samples.add(now.saturating_sub(intended));
                    }
                }
            })
            .await;
        if took.is_err() {
            return;
        }
    }
}
