//! F: a team's day. People move, lock, ask for locks, edit and chat; teams are added until a class of answers is too slow.
//! S, the soak: so many of them for so long, and nothing may grow.

use std::cell::{Cell, RefCell};
use std::io::{Error, Result};
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::{Duration, Instant};

use memchr::memmem;
use tokio::task::JoinSet;
use tokio::time::sleep_until;
use uuid::Uuid;

use crate::Size;
use crate::figures::{Row, Samples, Table};
use crate::live::{MARK, place};
use crate::pace::pause;
use crate::server::{Server, own_cpu};
use crate::wire::{digits, number};
use crate::world::{Person, Seat, Stack, World};

/// People of a team.
const TEAM: usize = 5;
/// People after each step of growth.
const STEPS: [usize; 9] = [250, 500, 1_000, 1_500, 2_000, 2_500, 3_000, 4_000, 5_000];
/// A round of work: take a step, edit it, give it back, look around; in seconds.
const ROUND: u32 = 15;
/// Everybody opens their page anew after so many seconds, whole rounds of them; one of each team publishes before.
const PAGE: u32 = 20 * ROUND;
/// People whose loss is explained, of all that are lost.
const REASONS: usize = 5;
/// Rows that the soak shows.
const LOOKS: usize = 24;
/// The load is short of CPU beyond this part of its core, and the figures are its own.
const LOAD_FULL: f64 = 0.9;

/// What people wait for: how long 99 of 100 may take, in milliseconds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Class {
    Place,
    Lock,
    Edit,
    Chat,
}

const CLASSES: [(Class, &str, f64); 4] = [
    (Class::Place, "place_p99_ms", 100.0),
    (Class::Lock, "lock_p99_ms", 20.0),
    (Class::Edit, "edit_p99_ms", 50.0),
    (Class::Chat, "chat_p99_ms", 50.0),
];

/// What all people measure.
struct Day {
    start: Instant,
    over: Cell<bool>,
    samples: RefCell<[Samples; 4]>,
    lost: Cell<usize>,
}

impl Day {
    fn begin() -> Rc<Day> {
        let (over, lost) = (Cell::new(false), Cell::new(0));
        Rc::new(Day { start: Instant::now(), over, samples: RefCell::default(), lost })
    }

    fn note(&self, class: Class, micros: u64) {
        self.samples.borrow_mut()[class as usize].add(micros);
    }

    fn micros(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_micros()).unwrap_or(u64::MAX)
    }
}

/// Adds teams until a budget is broken, then says how many people were carried.
pub async fn run(size: &Size, table: &mut Table) -> Result<()> {
    let most = size.places(STEPS[STEPS.len() - 1] / TEAM);
    let world = World::make(most, TEAM).await?;
    let server = Server::baton(world.path())?;
    let day = Day::begin();
    let (mut people, mut carried) = (JoinSet::new(), 0);
    let mut limit = "nothing";
    for step in STEPS {
        let teams = size.places(step / TEAM);
        for at in people.len() / TEAM..teams {
            hire(&world, &server, at, &day, &mut people).await?;
        }
        pause(1.0).await;
        let there = people.len();
        let row = measure(&server, &day, there, size.seconds.max(5.0)).await;
        let broken = broken(&row);
        table.add(row);
        if let Some(by) = broken {
            limit = by;
            break;
        }
        carried = there;
    }
    day.over.set(true);
    while people.join_next().await.is_some() {}
    table.add(
        Row::new(format!("F people within budget (then {limit})"), "baton").with("people", carried as f64),
    );
    Ok(())
}

/// S: `people` work for all the seconds of the run, a row now and then.
pub async fn soak(size: &Size, people: usize, table: &mut Table) -> Result<()> {
    let teams = people.div_ceil(TEAM);
    let world = World::make(teams, TEAM).await?;
    let server = Server::baton(world.path())?;
    let (day, mut staff) = (Day::begin(), JoinSet::new());
    for at in 0..teams {
        hire(&world, &server, at, &day, &mut staff).await?;
    }
    for look in 1..=LOOKS {
        let mut row = measure(&server, &day, staff.len(), size.seconds / LOOKS as f64).await;
        row =
            row.with("descriptors", server.entries("fd") as f64).with("tasks", server.entries("task") as f64);
        table.add(row.named(format!("S {people} people, part {look} of {LOOKS}")));
    }
    day.over.set(true);
    while staff.join_next().await.is_some() {}
    Ok(())
}

/// Another team comes to work.
async fn hire(
    world: &World,
    server: &Server,
    at: usize,
    day: &Rc<Day>,
    people: &mut JoinSet<()>,
) -> Result<()> {
    let room = world.places[at];
    let stack = world.import(server, room, TEAM).await?;
    for n in 0..TEAM {
        let (person, address) = (world.person(n).clone(), server.address);
        let desk = Desk { address, room, person, stack: stack.clone(), n, day: Rc::clone(day) };
        let worker = desk.sit_down().await?;
        let (day, first) = (Rc::clone(day), phase(at, n));
        let page = u32::try_from(at).unwrap_or(0) * ROUND % PAGE;
        people.spawn_local(async move {
            if let Err(error) = desk.work(worker, first, page).await {
                if day.lost.get() < REASONS {
                    eprintln!("S: lost somebody: {error}");
                }
                day.lost.set(day.lost.get() + 1);
            }
        });
    }
    Ok(())
}

/// Where somebody works.
struct Desk {
    address: SocketAddr,
    room: Uuid,
    person: Person,
    stack: Stack,
    n: usize,
    day: Rc<Day>,
}

impl Desk {
    async fn sit_down(&self) -> Result<Worker> {
        let mut seat = Seat::join(self.address, self.room, &self.person).await?;
        seat.open(&self.stack.object).await?;
        let (stack, day) = (self.stack.clone(), Rc::clone(&self.day));
        Ok(Worker { seat, stack, n: self.n, day, revision: 0, fence: None })
    }

    /// A second of their round after the other, on one page after the other, until the day is over. `first` is the second they
    /// begin with, `page` how old their first page is.
    async fn work(self, mut worker: Worker, first: u32, page: u32) -> Result<()> {
        let mut due = tokio::time::Instant::now() + Duration::from_millis(u64::from(first) * 67);
        for second in first.. {
            worker.look_until(due).await?;
            if self.day.over.get() {
                break;
            }
            if second > first && (second + page).is_multiple_of(PAGE) {
                if worker.n == 0 {
                    worker.publish().await?;
                }
                worker.seat.leave().await?;
                worker = self.sit_down().await?;
            }
            worker.move_on(second).await?;
            worker.second(second % ROUND).await?;
            due += Duration::from_secs(1);
        }
        Ok(())
    }
}

/// Where in their round a person begins: teams spread over it, the members of one close together.
fn phase(team: usize, n: usize) -> u32 {
    u32::try_from((team * 7 + n) % ROUND as usize).unwrap_or(0)
}

async fn measure(server: &Server, day: &Day, people: usize, seconds: f64) -> Row {
    let (cpu, load, from) = (server.cpu(), own_cpu(), Instant::now());
    *day.samples.borrow_mut() = Default::default();
    pause(seconds).await;
    let (cpu, load, took) = (server.cpu() - cpu, own_cpu() - load, from.elapsed().as_secs_f64());
    let mut samples = std::mem::take(&mut *day.samples.borrow_mut());
    let mut row = Row::new(format!("F {people} people at work"), "baton")
        .with("cpu_pct", cpu / took * 100.0)
        .with("load_pct", load / took * 100.0)
        .with("resident_mib", server.resident() / 1_048_576.0)
        .with("lost", day.lost.get() as f64);
    for (class, name, _) in CLASSES {
        row = row.with(name, samples[class as usize].at(0.99));
    }
    row.with("edits_s", samples[Class::Edit as usize].len() as f64 / took)
}

/// What is too slow, if anything is.
fn broken(row: &Row) -> Option<&'static str> {
    if row.get("load_pct").is_some_and(|pct| pct > LOAD_FULL * 100.0) {
        return Some("the load was short of CPU");
    }
    if row.get("lost").is_some_and(|lost| lost > 0.0) {
        return Some("sessions were lost");
    }
    let over = |name, budget: f64| row.get(name).is_some_and(|p99| p99 > budget);
    CLASSES.iter().find(|(_, name, budget)| over(name, *budget)).map(|(_, name, _)| *name)
}

/// Somebody at work.
struct Worker {
    seat: Seat,
    stack: Stack,
    n: usize,
    day: Rc<Day>,
    revision: u64,
    fence: Option<String>,
}

impl Worker {
    /// Takes in what comes until then.
    async fn look_until(&mut self, due: tokio::time::Instant) -> Result<()> {
        let (finder, day) = (memmem::Finder::new(MARK), Rc::clone(&self.day));
        loop {
            let read = self.seat.conn.read(|content| {
                for at in finder.find_iter(content) {
                    if let Some(sent) = digits(&content[at + MARK.len()..]) {
                        day.note(Class::Place, day.micros().saturating_sub(sent));
                    }
                }
            });
            tokio::select! {
                got = read => got?,
                () = sleep_until(due) => return Ok(()),
            }
        }
    }

    async fn move_on(&mut self, second: u32) -> Result<()> {
        let item = &self.stack.steps[(second as usize + self.n) % self.stack.steps.len()];
        let place = place(&self.stack.object, item, self.day.micros());
        self.seat.conn.say(&format!(r#"{{"type":"locate","location":{place}}}"#)).await
    }

    async fn second(&mut self, second: u32) -> Result<()> {
        let own = self.stack.steps[self.n].clone();
        match second {
            0 => self.take(&own).await,
            1..=8 => self.edit(&own).await,
            9 => self.give(&own).await,
            // One of five wants what a colleague holds, asks for it and thinks better of it.
            11 if self.n == TEAM - 1 => self.ask().await,
            13 if self.n == 0 => {
                let text = format!(r#""type":"chat","client_id":"{}","text":"Done with it""#, Uuid::now_v7());
                self.timed(Class::Chat, &text, |_| ()).await
            }
            _ => Ok(()),
        }
    }

    async fn timed<T>(&mut self, class: Class, body: &str, take: impl Fn(&[u8]) -> T) -> Result<T> {
        let began = Instant::now();
        let answer = self.seat.call(body, take).await?;
        self.day.note(class, u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX));
        Ok(answer)
    }

    fn path(&self, item: &str) -> String {
        format!(r#""path":{{"object":"{}","item":"{item}"}}"#, self.stack.object)
    }

    async fn take(&mut self, item: &str) -> Result<()> {
        let body = format!(r#""type":"acquire","op_id":"{}",{}"#, Uuid::now_v7(), self.path(item));
        let read = |answer: &[u8]| {
            let fence = (number(answer, "\"epoch\":")?, number(answer, "\"counter\":")?);
            Some((fence, number(answer, "\"revision\":")?))
        };
        let taken = self.timed(Class::Lock, &body, read).await?;
        self.fence = taken.map(|((epoch, counter), revision)| {
            self.revision = self.revision.max(revision);
            format!(r#""fence":{{"epoch":{epoch},"counter":{counter}}}"#)
        });
        Ok(())
    }

    /// Sets a value that was never there: a draft that equals what is published would be no work for a publish.
    async fn edit(&mut self, item: &str) -> Result<()> {
        let Some(fence) = self.fence.clone() else { return Ok(()) };
        let value = self.day.micros();
        let body = format!(
            r#""type":"edit","op_id":"{}","object":"{}",{fence},"base_revision":{},"op":{{"op":"set","item":"{item}","field":"value","text":"{value}"}}"#,
            Uuid::now_v7(),
            self.stack.object,
            self.revision
        );
        let read = |answer: &[u8]| number(answer, "\"result\":\"edited\",\"revision\":");
        let revision = self.timed(Class::Edit, &body, read).await?;
        self.revision = revision.ok_or_else(|| Error::other("an edit was not taken"))?;
        Ok(())
    }

    /// Makes live what the team has done.
    async fn publish(&mut self) -> Result<()> {
        loop {
            let body = format!(
                r#""type":"publish","op_id":"{}","object":"{}","revision":{},"description":"so far""#,
                Uuid::now_v7(),
                self.stack.object,
                self.revision
            );
            let Err(error) = self.seat.call(&body, |_| ()).await else { return Ok(()) };
            // Colleagues edit meanwhile: a refusal says how far they are.
            self.revision = number(error.to_string().as_bytes(), "it is at revision ").ok_or(error)?;
        }
    }

    async fn give(&mut self, item: &str) -> Result<()> {
        let Some(fence) = self.fence.take() else { return Ok(()) };
        let body = format!(r#""type":"release","op_id":"{}",{},{fence}"#, Uuid::now_v7(), self.path(item));
        self.timed(Class::Lock, &body, |_| ()).await
    }

    async fn ask(&mut self) -> Result<()> {
        let (request, wanted) = (Uuid::now_v7(), self.stack.steps[0].clone());
        let body = format!(
            r#""type":"request_lock","op_id":"{}","request":"{request}",{}"#,
            Uuid::now_v7(),
            self.path(&wanted)
        );
        let read = |answer: &[u8]| {
            Some((number(answer, "\"epoch\":")?, number(answer, "\"counter\":")?))
                .filter(|_| memmem::find(answer, b"\"result\":\"acquired\"").is_some())
        };
        match self.timed(Class::Lock, &body, read).await? {
            // Nobody held it: it is given back at once.
            Some((epoch, counter)) => {
                self.fence = Some(format!(r#""fence":{{"epoch":{epoch},"counter":{counter}}}"#));
                self.give(&wanted).await
            }
            None => {
                let body = format!(r#""type":"cancel_request","request":"{request}""#);
                self.timed(Class::Lock, &body, |_| ()).await
            }
        }
    }
}
