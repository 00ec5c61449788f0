//! Several rooms, their people, one writer and one clock: everything that happens, happens here and in an order that the
//! seed decides.

use std::collections::VecDeque;

use uuid::Uuid;

use baton::domain::command::{Command, Hello, NewObject, Request, Resume};
use baton::domain::effect::{Answer, Write};
use baton::domain::id::{
    CallId, InstanceId, ItemId, ObjectId, OpId, SessionId, SocketId, UserId, WorkspaceId,
};
use baton::domain::role::{Member, Role};
use baton::domain::stack::{Field, Form, NodeKind, ObjectKind, Seed, name};
use baton::domain::time::{Millis, Now, Timestamp};

use super::bots::{self, Bot};
use super::disk::{Disk, EVERYTHING};
use super::invariants;
use super::model::{Client, Message, Pending};
use super::people;
use super::plan::{Plan, Rng};
use super::realtime;
use super::site::{Batch, Site, Waiting};
use super::team;

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

    // --- time

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

    // --- the store

    fn write(&mut self) -> Result<(), String> {
        if let Some((batches, due)) = self.committing.take() {
            if self.now.mono.0 < due {
                self.committing = Some((batches, due));
                return Ok(());
            }
            self.commit(batches)?;
        }
        if self.committing.is_none() && !self.queue.is_empty() {
            let batches: Vec<Batch> = self.queue.drain(..).collect();
            let slow = !self.healthy && self.rng.one_in(self.plan.slow);
            let takes = if slow { self.rng.between(500, 8_000) } else { self.rng.between(1, 25) };
            self.committing = Some((batches, self.now.mono.0 + takes));
        }
        Ok(())
    }

    fn commit(&mut self, batches: Vec<Batch>) -> Result<(), String> {
        let fault = !self.healthy && self.plan.faults > 0 && self.rng.one_in(self.plan.faults);
        if fault && self.rng.one_in(2) {
            // COMMIT failed: after the probe the rows turn out to be there, or not.
            let there = self.rng.one_in(2);
            self.note(|| format!("COMMIT fails; the rows are {}there", if there { "" } else { "not " }));
            for batch in &batches {
                if there && !self.is_refused(batch) {
                    self.apply(batch)?;
                }
            }
            for batch in batches {
                self.refused.push((batch.room, batch.incarnation));
                self.answer(&batch, false);
            }
            return Ok(());
        }
        let failing = if fault { Some(self.rng.index(batches.len())) } else { None };
        for (n, batch) in batches.into_iter().enumerate() {
            if failing == Some(n) {
                self.note(|| format!("a statement fails in room {}", batch.room));
                self.refused.push((batch.room, batch.incarnation));
            }
            let taken = !self.is_refused(&batch);
            if taken {
                self.apply(&batch)?;
            }
            self.answer(&batch, taken);
        }
        Ok(())
    }

    fn is_refused(&self, batch: &Batch) -> bool {
        self.refused.contains(&(batch.room, batch.incarnation))
    }

    fn apply(&mut self, batch: &Batch) -> Result<(), String> {
        let frozen = self.sites[batch.room].disk.closures.contains_key(&EVERYTHING);
        for write in &batch.writes {
            if self.rng.one_in(32) && format!("{write:?}").contains(EPHEMERAL) {
                return Err(format!("what was said in the chat is written: {write:?}"));
            }
            self.sites[batch.room].disk.write(write)?;
        }
        let site = &mut self.sites[batch.room];
        site.wrote(&batch.writes, frozen)
    }

    fn answer(&mut self, batch: &Batch, taken: bool) {
        let (now, epoch) = (self.now, self.epoch);
        let site = &mut self.sites[batch.room];
        if batch.incarnation != site.incarnation {
            return;
        }
        site.outstanding -= 1;
        if taken {
            site.committed(batch.n);
        } else {
            site.failed(now);
        }
        if site.core.is_none() && site.outstanding == 0 {
            site.load(now, epoch, &self.plan);
        }
        self.collect(batch.room);
    }

    fn crash(&mut self) -> Result<(), String> {
        self.note(|| "the process dies".into());
        if let Some((batches, _)) = self.committing.take()
            && self.rng.one_in(2)
        {
            for batch in &batches {
                if !self.is_refused(batch) {
                    self.apply(batch)?;
                }
            }
        }
        self.queue.clear();
        self.epoch = (self.epoch + 1).max(u64::try_from(self.now.wall.0).unwrap_or(0));
        for site in &mut self.sites {
            site.dies();
            site.load(self.now, self.epoch, &self.plan);
        }
        for n in 0..self.clients.len() {
            let back = self.now.mono.0 + self.rng.between(100, 22_000);
            self.clients[n].unplugged(back);
        }
        for room in 0..self.sites.len() {
            self.collect(room);
        }
        Ok(())
    }

    /// Stacks that were asked for come when they come; now and then the store cannot give one.
    fn loads(&mut self, room: usize, all: bool) {
        let mut n = 0;
        while n < self.sites[room].loads.len() {
            if !all && self.rng.one_in(2) {
                n += 1;
                continue;
            }
            let wanted = self.sites[room].loads.remove(n);
            let fails = !all && self.rng.one_in(40);
            let command = if fails { wanted.failed() } else { wanted.from(&self.sites[room].disk) };
            self.run_in(room, command);
        }
    }

    // --- sockets

    pub fn run_in(&mut self, room: usize, command: Command) {
        let now = self.now;
        self.sites[room].run(now, command, None);
        self.collect(room);
    }

    /// Takes what a room has for the writer and for its tabs.
    pub fn collect(&mut self, room: usize) {
        let site = &mut self.sites[room];
        self.queue.extend(site.unsent.drain(..));
        let (mail, closed) = (std::mem::take(&mut site.mail), std::mem::take(&mut site.closed));
        let now = self.now.mono.0;
        for (socket, message) in mail {
            if let Some(client) = self.clients.iter_mut().find(|client| client.socket == Some(socket)) {
                client.inbox.push_back((now + client.latency, socket, message));
            }
        }
        for socket in closed {
            // What was said before the close arrives before it; then the socket's end comes back to the room.
            if let Some(n) = self.clients.iter().position(|client| client.socket == Some(socket)) {
                let back = now + self.rng.between(50, 3_000);
                self.clients[n].unplugged(back);
            }
            let now = self.now;
            self.sites[room].lost(now, socket);
            self.collect(room);
        }
    }

    fn deliver(&mut self, all: bool) -> Result<(), String> {
        for n in 0..self.clients.len() {
            let mut some = self.clients[n].inbox.len();
            while some > 0 {
                some -= 1;
                let client = &mut self.clients[n];
                let Some((due, socket, _)) = client.inbox.front() else { break };
                if !all && *due > self.now.mono.0 {
                    break;
                }
                let fits = client.socket == Some(*socket);
                let Some((_, _, message)) = client.inbox.pop_front() else { break };
                if fits {
                    let pinged = matches!(message, Message::Ping) && !client.silent;
                    client.take(message)?;
                    self.answer_ping(n, pinged);
                }
            }
        }
        Ok(())
    }

    fn answer_ping(&mut self, n: usize, pinged: bool) {
        let client = &self.clients[n];
        if let (true, Some(socket), Some(session)) = (pinged, client.socket, client.session) {
            let room = client.room;
            self.run_in(room, Command::Heard { session, socket });
        }
    }

    pub fn hello(&mut self, n: usize) {
        let (call, socket) = (CallId(self.number()), SocketId(self.number()));
        let fresh = SessionId(Uuid::from_u128(u128::from(self.number())));
        let latency = if self.rng.one_in(8) { self.rng.between(500, 5_000) } else { self.rng.between(1, 60) };
        let now = self.now;
        let client = &mut self.clients[n];
        let position = client.replica.as_ref().map(|replica| (replica.stream, replica.upto));
        let resume = client.session.map(|session| Resume { session, secret: secret(session), position });
        client.socket = Some(socket);
        client.welcome = false;
        client.latency = latency;
        client.sent = now.mono.0;
        let (user, room, instance) = (client.user, client.room, InstanceId(Uuid::from_u128(client.instance)));
        self.note(|| {
            format!("{n} says hello as {socket:?}, resumes {:?}", resume.map(|resume| resume.session))
        });
        let site = &mut self.sites[room];
        if site.refuses(now, false).is_some() {
            let back = now.mono.0 + self.rng.between(200, 2_000);
            return self.clients[n].unplugged(back);
        }
        site.sockets.insert(socket);
        site.calls.insert(call, Waiting { socket: Some(socket), user, request: None });
        let device = "simulated".to_owned();
        let (socket, fresh_secret) = (Some(socket), secret(fresh));
        let (address, keep_ms) = ("192.0.2.7".to_owned(), None);
        let hello =
            Hello { call, user, socket, instance, fresh, fresh_secret, resume, device, address, keep_ms };
        self.run_in(room, Command::Hello(Box::new(hello)));
        // A hello that is refused closes its socket; the tab tries again much later.
        let refused = self.clients[n].inbox.iter().any(
            |(_, _, message)| matches!(message, Message::Reply { call: one, result: Err(_) } if *one == call),
        );
        if refused {
            self.unplug(n, 6_000);
        }
    }

    /// The tab's socket ends; the room hears of it.
    pub fn unplug(&mut self, n: usize, most: u64) {
        let Some(socket) = self.clients[n].socket else { return };
        let back = self.now.mono.0 + self.rng.between(100, most);
        self.clients[n].unplugged(back);
        let (room, now) = (self.clients[n].room, self.now);
        self.sites[room].lost(now, socket);
        self.collect(room);
    }

    /// Sends a request on the tab's socket. With an op_id it stays in the outbox until it is answered.
    pub fn send(&mut self, n: usize, request: Request) {
        if let Some(op_id) = request.op_id() {
            self.clients[n].outbox.push(Pending { op_id, request: request.clone(), call: None });
        }
        self.transmit(n, request);
    }

    pub fn transmit(&mut self, n: usize, request: Request) {
        let client = &self.clients[n];
        let (Some(socket), Some(session), true) = (client.socket, client.session, client.welcome) else {
            return;
        };
        if self.rng.one_in(self.plan.drops) {
            // It never arrives, or its answer does not.
            if self.rng.one_in(2) {
                self.note(|| format!("{n} drops with a request on its way"));
                return self.unplug(n, 30_000);
            }
        }
        let call = CallId(self.number());
        let (room, user, now) = (self.clients[n].room, self.clients[n].user, self.now);
        self.note(|| format!("{n} ({user}, {session}) {request:?}"));
        let client = &mut self.clients[n];
        client.sent = now.mono.0;
        if let Some(op_id) = request.op_id()
            && let Some(pending) = client.outbox.iter_mut().find(|pending| pending.op_id == op_id)
        {
            pending.call = Some(call);
        }
        if let Request::Open { .. } | Request::CloseObject = &request {
            client.opening = Some(call);
            if let Some(replica) = &mut client.replica {
                replica.content = None;
            }
        }
        self.run_in(room, Command::Heard { session, socket });
        let caller = baton::domain::command::Caller { user, session: Some(session) };
        let waiting = Waiting { socket: Some(socket), user, request: Some(request) };
        self.sites[room].request(now, caller, call, waiting);
        self.collect(room);
        if self.rng.one_in(self.plan.drops * 2) {
            self.note(|| format!("{n} drops before the answer"));
            self.unplug(n, 30_000);
        }
    }

    // --- rest

    /// Everything that is under way arrives; then all replicas must be the room.
    pub fn rest(&mut self) -> Result<(), String> {
        let before = self.healthy;
        self.healthy = true;
        for _ in 0..200 {
            let busy = self.committing.is_some()
                || !self.queue.is_empty()
                || self.sites.iter().any(|site| !site.quiet())
                || self.clients.iter().any(|client| !client.inbox.is_empty());
            if !busy {
                break;
            }
            self.now.mono = Millis(self.now.mono.0 + 30);
            self.now.wall = self.now.wall.plus(30);
            self.write()?;
            for room in 0..self.sites.len() {
                self.loads(room, true);
                self.sites[room].turn(self.now);
                self.collect(room);
            }
            self.deliver(true)?;
        }
        self.healthy = before;
        self.whole()?;
        for room in 0..self.sites.len() {
            if self.sites[room].quiet() {
                self.compare(room)?;
            }
        }
        self.whole()
    }

    fn compare(&mut self, room: usize) -> Result<(), String> {
        let (now, owner) = (self.now, self.owner);
        let site = &mut self.sites[room];
        invariants::replayed(site, now, owner)?;
        realtime::listed(site, now, owner)?;
        if let Some(Ok(Answer::Snapshot(picture))) = invariants::look(site, now, owner, Request::Snapshot) {
            invariants::in_time(site, now, &self.plan, &picture)?;
            site.times.in_time(site.own(now), &picture)?;
        }
        if let Some(waiting) = site.calls.values().find(|waiting| waiting.request.is_some()) {
            return Err(format!("never answered: {waiting:?}"));
        }
        // A stack that was read for this may have let somebody fall back from what is gone: that is on its way.
        self.collect(room);
        let site = &self.sites[room];
        for client in self.clients.iter().filter(|client| client.room == room && client.welcome) {
            let (Some(replica), Some(session), Some(socket)) =
                (&client.replica, client.session, client.socket)
            else {
                continue;
            };
            if site.carried.get(&socket) != Some(&session) || !client.inbox.is_empty() {
                continue;
            }
            let Some(picture) = site.core.as_ref().and_then(|core| core.snapshot_for(now, session)) else {
                continue;
            };
            // Of those whose rights have just ended, only what is parked is left to see.
            if picture.members.is_empty() || !picture.sessions.iter().any(|one| one.id == session) {
                continue;
            }
            invariants::same(client, replica, &picture, &site.disk)?;
            invariants::same_content(client, replica, &site.disk)
                .map_err(|broken| format!("{broken}; open is {:?}", picture.open))?;
        }
        self.collect(room);
        Ok(())
    }

    /// The store is well, everybody comes back and sends what is left: nothing stays unanswered.
    fn ends_well(&mut self) -> Result<(), String> {
        self.healthy = true;
        self.plan.drops = u64::MAX / 4;
        for _ in 0..60 {
            self.pass(2_000)?;
            for n in 0..self.clients.len() {
                self.clients[n].silent = false;
                people::send_what_is_left(self, n);
                people::discard_one(self, n);
            }
        }
        self.rest()?;
        let left = self.clients.iter().find(|client| client.welcome && !client.outbox.is_empty());
        match left {
            Some(client) => Err(format!("never answered: {:?}", client.outbox)),
            None => Ok(()),
        }
    }
}

fn client_room(client: &Client) -> usize {
    client.room
}

/// What the resume secret of a session hashes to.
pub fn secret(session: SessionId) -> [u8; 32] {
    let mut secret = [7; 32];
    secret[..16].copy_from_slice(session.0.as_bytes());
    secret
}

pub fn seed(id: ItemId, kind: NodeKind, word: &str, parent: Option<ItemId>, fields: &[(&str, &str)]) -> Seed {
    let fields = fields
        .iter()
        .map(|(name, text)| Field { name: (*name).into(), text: (*text).into(), form: Form::Assign })
        .collect();
    Seed { id, kind, word: word.into(), fields, parent }
}

/// An object with some steps.
pub fn object(
    id: ObjectId,
    kind: ObjectKind,
    called: &str,
    group: Option<ObjectId>,
    steps: Vec<Seed>,
) -> NewObject {
    let mut seeds = vec![
        seed(ItemId::Settings, NodeKind::Settings, "", None, &[(name::NAME, called)]),
        seed(ItemId::Inputs, NodeKind::Inputs, "", None, &[]),
        seed(ItemId::Stack, NodeKind::Stack, "", None, &[]),
    ];
    seeds.extend(steps);
    seeds.push(seed(ItemId::Response, NodeKind::Response, "", None, &[]));
    NewObject { id, kind, name: called.into(), group, seeds }
}
