//! Several rooms, their people, one writer and one clock: everything that happens, happens here and in an order that the
//! seed decides.

mod objects;
mod rest;
mod sockets;
mod store;

use std::collections::VecDeque;

use uuid::Uuid;

use baton::domain::command::Command;
use baton::domain::effect::Write;
use baton::domain::id::{OpId, UserId, WorkspaceId};
use baton::domain::role::{Member, Role};
use baton::domain::time::{Millis, Now, Timestamp};

use crate::bots::{self, Bot};
use crate::disk::Disk;
use crate::model::Client;
use crate::people;
use crate::plan::{Plan, Rng};
use crate::site::{Batch, Site};
use crate::team;

pub use self::objects::{object, secret, seed};

/// Said in every chat line, and never to be found in a write.
pub const EPHEMERAL: &str = "only between us";
/// How long a socket's end, or a slice of time, takes at most, in milliseconds.
const SLICE: u64 = 400;
/// How often a tab says something, in milliseconds.
const BEAT: u64 = 4_000;

pub struct World {
    pub rng: Rng,
    pub plan: Plan,
    pub now: Now,
    epoch: u64,
    pub sites: Vec<Site>,
    pub clients: Vec<Client>,
    pub bots: Vec<Bot>,
    pub users: Vec<UserId>,
    pub owner: UserId,
    next: u64,
    queue: VecDeque<Batch>,
    committing: Option<(Vec<Batch>, u64)>,
    /// Incarnations of which the writer takes nothing more.
    refused: Vec<(usize, u64)>,
    pub healthy: bool,
    pub trace: Option<VecDeque<String>>,
    pub print: bool,
}

impl World {
    pub fn new(seed: u64) -> Self {
        let mut rng = Rng::new(seed);
        let plan = Plan::of(&mut rng);
        let owner = UserId(Uuid::from_u128(1));
        let users: Vec<UserId> = (1..=6).map(|n| UserId(Uuid::from_u128(n))).collect();
        let mut world = World {
            rng,
            now: Now { mono: Millis(10_000), wall: Timestamp(1_700_000_000_000) },
            epoch: 1,
            sites: Vec::new(),
            clients: Vec::new(),
            bots: Vec::new(),
            users,
            owner,
            next: 1_000,
            queue: VecDeque::new(),
            committing: None,
            refused: Vec::new(),
            healthy: false,
            trace: None,
            print: false,
            plan,
        };
        for room in 0..world.plan.rooms {
            let mut disk = Disk::new(WorkspaceId(Uuid::from_u128(room as u128)));
            for (n, user) in world.users.iter().enumerate() {
                let role = [
                    Role::Owner,
                    Role::Admin,
                    Role::Developer,
                    Role::Developer,
                    Role::Developer,
                    Role::Viewer,
                ][n];
                let member =
                    Member { user: *user, name: format!("person {n}"), role, custom: None, colour: 0 };
                disk.write(&Write::Member(member)).expect("an empty disk takes members");
            }
            let mut site = Site::new(room, disk, &world.plan);
            site.load(world.now, world.epoch, &world.plan);
            world.sites.push(site);
        }
        for n in 0..world.plan.clients {
            let user = world.users[world.rng.index(world.users.len())];
            let instance = u128::from(world.number());
            let room = n % world.plan.rooms;
            world.clients.push(Client::new(user, room, instance));
        }
        for n in 0..world.plan.bots {
            let user = world.users[world.rng.index(world.users.len())];
            world.bots.push(Bot { user, room: n % world.plan.rooms, session: None });
        }
        world
    }

    pub fn number(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    pub fn op(&mut self) -> OpId {
        let number = self.number();
        OpId(Uuid::from_u128(u128::from(number) << 70 | u128::from(number)))
    }

    pub fn note(&mut self, what: impl FnOnce() -> String) {
        if let Some(trace) = &mut self.trace {
            let what = what().replace("00000000-0000-0000-0000-00000000", "").replace("Id(", "(");
            let line = format!("{:>9} {what}", self.now.mono.0);
            if self.print {
                println!("{line}");
            }
            trace.push_back(line);
            if trace.len() > 60 {
                trace.pop_front();
            }
        }
    }

    pub fn commands(&self) -> u64 {
        self.sites.iter().map(|site| site.commands).sum()
    }

    /// Runs the whole plan.
    ///
    /// # Errors
    /// The promise that was broken.
    pub fn run(&mut self) -> Result<(), String> {
        for room in 0..self.sites.len() {
            people::furnish(self, room);
        }
        let mut looked = 0;
        for _ in 0..self.plan.steps {
            self.step()?;
            if self.commands() >= looked + 100 {
                looked = self.commands();
                self.rest()?;
            }
        }
        self.ends_well()
    }

    fn step(&mut self) -> Result<(), String> {
        let dt = match self.rng.below(100) {
            0 => self.rng.between(1_500, 20_000),
            1..=12 => self.rng.between(50, 1_500),
            _ => self.rng.between(0, 40),
        };
        self.pass(dt)?;
        if self.plan.crashes > 0 && self.rng.one_in(self.plan.crashes) {
            self.crash()?;
        }
        if self.rng.one_in(self.plan.clocks) {
            self.trouble_with_clocks();
        }
        if self.rng.one_in(self.plan.roles) {
            team::act(self);
        }
        // Roles that are made are changed, too.
        if self.plan.custom_roles && self.rng.one_in(self.plan.roles / 2) {
            team::act(self);
        }
        if self.plan.govern > 0 && self.rng.one_in(self.plan.govern) {
            team::govern(self);
        }
        team::thaw(self);
        let n = self.rng.index(self.clients.len() + self.bots.len());
        match n.checked_sub(self.clients.len()) {
            Some(bot) => bots::act(self, bot),
            None => people::act(self, n),
        }
        self.whole()
    }

    fn whole(&mut self) -> Result<(), String> {
        match self.sites.iter_mut().find_map(|site| site.broken.take()) {
            Some(broken) => Err(broken),
            None => Ok(()),
        }
    }

    /// Time goes by in slices, with everything that is due in them.
    pub fn pass(&mut self, ms: u64) -> Result<(), String> {
        let end = self.now.mono.0 + ms;
        loop {
            let by = (end - self.now.mono.0).min(SLICE);
            self.now.mono = Millis(self.now.mono.0 + by);
            self.now.wall = self.now.wall.plus(by);
            self.due()?;
            if self.now.mono.0 >= end {
                return self.whole();
            }
        }
    }

    fn due(&mut self) -> Result<(), String> {
        self.write()?;
        for room in 0..self.sites.len() {
            self.loads(room, false);
            self.sites[room].turn(self.now);
            self.collect(room);
        }
        self.deliver(false)?;
        for n in 0..self.clients.len() {
            let client = &self.clients[n];
            let due = !client.silent && self.now.mono.0 >= client.sent + BEAT;
            match (client.socket, client.session, client.welcome) {
                (Some(socket), Some(session), true) if due => {
                    self.clients[n].sent = self.now.mono.0;
                    self.run_in(client_room(&self.clients[n]), Command::Heard { session, socket });
                }
                (None, _, _) if self.now.mono.0 >= client.back_at => self.hello(n),
                _ => {}
            }
        }
        Ok(())
    }

    fn trouble_with_clocks(&mut self) {
        if self.rng.one_in(2) {
            let jump = i64::try_from(self.rng.below(7_200_000)).unwrap_or(0) - 3_600_000;
            self.now.wall = Timestamp(self.now.wall.0 + jump);
            self.note(|| format!("the wall clock jumps by {jump} ms"));
        } else {
            let ms = self.rng.between(2_001, 90_000);
            self.now.mono = Millis(self.now.mono.0 + ms);
            self.now.wall = self.now.wall.plus(ms);
            for site in &mut self.sites {
                site.slept(self.now, ms);
            }
            self.note(|| format!("the process did not run for {ms} ms"));
        }
    }
}

fn client_room(client: &Client) -> usize {
    client.room
}
