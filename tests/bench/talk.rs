//! T: carets where people are many, and coming where many are. A delivery is one new place of one person told to one session;
//! what a tick leaves out because a newer one is there is not counted.

use std::cell::RefCell;
use std::io::Result;
use std::os::fd::AsFd;
use std::rc::Rc;
use std::time::Instant;

use memchr::memmem;
use tokio::task::{JoinHandle, spawn_local};
use uuid::Uuid;

use crate::Size;
use crate::figures::{Row, Samples, Table};
use crate::live::MARK;
use crate::pace::{Pacer, pause};
use crate::server::Server;
use crate::wire::{Conn, Http, digits, frame};
use crate::world::{Seat, World};

/// Says of one person, a second.
const PER_SECOND: f64 = 10.0;
/// Objects over which the members of the large room are spread.
const OBJECTS: usize = 50;
/// The last of so many joins are measured.
const JOINS: usize = 50;

#[derive(Default)]
struct Count {
    deliveries: u64,
    frames: u64,
    bytes: u64,
    samples: Samples,
}

/// One room of many members over many objects, and many rooms of few.
pub async fn run(size: &Size, table: &mut Table) -> Result<()> {
    let members = size.sessions(1_000);
    let what = format!("T {members} members over {OBJECTS} objects, 10/s");
    carets(size, &what, 1, members, OBJECTS, table).await?;
    let rooms = size.places(200);
    carets(size, &format!("T {rooms} workspaces of 5, 10/s"), rooms, 5, 1, table).await
}

/// Puts so many functions into a workspace; their ids.
async fn import(server: &Server, world: &World, place: Uuid, count: usize) -> Result<Vec<String>> {
    let files: Vec<String> = (0..count)
        .map(|n| {
            let text = format!(
                "function talk_{n} {{\\n  input {{\\n  }}\\n\\n  stack {{\\n  }}\\n\\n  response = null\\n}}\\n"
            );
            format!(r#"{{"name":"talk_{n}.xs","text":"{text}"}}"#)
        })
        .collect();
    let body = format!(r#"{{"op_id":"{}","files":[{}]}}"#, Uuid::now_v7(), files.join(","));
    let mut http = Http::open(server.address, &world.people[0].token).await?;
    let answer = http.post(&format!("/workspaces/{place}/import"), "", &body).await?;
    let mark = b"\"object\":\"";
    let id = |at: usize| String::from_utf8_lossy(&answer[at + mark.len()..at + mark.len() + 36]).into_owned();
    Ok(memmem::find_iter(&answer, mark).map(id).collect())
}

/// Sessions, each read from the moment it is there.
#[derive(Default)]
struct Crowd {
    count: Rc<RefCell<Count>>,
    sockets: Vec<std::net::TcpStream>,
    readers: Vec<JoinHandle<()>>,
    /// The object of each.
    homes: Vec<String>,
    joins: Samples,
}

impl Crowd {
    /// So many members come into a workspace and spread over its objects.
    async fn come(
        &mut self,
        server: &Server,
        world: &World,
        place: Uuid,
        members: usize,
        objects: &[String],
        start: Instant,
    ) -> Result<()> {
        for n in 0..members {
            let began = Instant::now();
            let mut seat = Seat::join(server.address, place, world.person(n)).await?;
            if n + JOINS >= members {
                self.joins.add(u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX));
            }
            let object = objects[n % objects.len()].clone();
            seat.open(&object).await?;
            self.homes.push(object);
            self.sockets.push(std::net::TcpStream::from(seat.conn.stream().as_fd().try_clone_to_owned()?));
            self.readers.push(spawn_local(read(seat.conn, start, Rc::clone(&self.count))));
        }
        Ok(())
    }
}

async fn carets(
    size: &Size,
    what: &str,
    rooms: usize,
    members: usize,
    objects: usize,
    table: &mut Table,
) -> Result<()> {
    let world = World::make(rooms, members).await?;
    let server = Server::baton(world.path())?;
    let (start, mut crowd) = (Instant::now(), Crowd::default());
    for place in &world.places {
        let ids = import(&server, &world, *place, objects).await?;
        crowd.come(&server, &world, *place, members, &ids, start).await?;
    }
    let Crowd { count, sockets, readers, homes, mut joins } = crowd;
    if rooms == 1 {
        let row = Row::new(format!("T join as one of {members}"), "baton").with("joins", joins.len() as f64);
        table.add(row.with("max_ms", joins.at(1.0)).latency(&mut joins));
    }
    let said = move |who: usize, at: u64| {
        let (object, head) = (&homes[who], at / 100_000 % 90);
        let place = format!(r#""page":"object","object":"{object}","item":"settings","field":"t{at}""#);
        let cursor = format!(r#""anchor":{head},"head":{head},"length":90"#);
        frame(&format!(r#"{{"type":"locate","location":{{{place},"cursor":{{{cursor}}}}}}}"#))
    };
    let pacer = Pacer::start(sockets, PER_SECOND, start, said);
    // The first moves change the place for good, and the processor's caches are cold.
    pause(2.0).await;
    let (sent, cpu, from) = (pacer.sent(), server.cpu(), Instant::now());
    count.take();
    pause(size.seconds).await;
    let mut count = count.take();
    let (sent, cpu, took) = (pacer.sent() - sent, server.cpu() - cpu, from.elapsed().as_secs_f64());
    pacer.stop();
    let lost = readers.iter().filter(|reader| reader.is_finished()).count();
    if lost > 0 {
        eprintln!("{what}: {lost} sessions were lost; the figures count for nothing");
    }
    readers.iter().for_each(JoinHandle::abort);
    let (deliveries, others) = (count.deliveries as f64, (members / objects).max(2) as f64 - 1.0);
    let row = Row::new(what, "baton")
        .with("cpu_us_per_update", cpu / deliveries * 1e6)
        .with("bytes_per_update", count.bytes as f64 / deliveries)
        .with("updates_s", deliveries / took)
        .with("told_of_sent", deliveries / (sent as f64 * others))
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
                count.bytes += content.len() as u64;
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
