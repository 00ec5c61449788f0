//! Time, crashes, and what the core waits for.

use uuid::Uuid;

use super::super::disk::Disk;
use crate::domain::command::Command;
use crate::domain::effect::{Effect, Effects};
use crate::domain::id::StreamId;
use crate::domain::time::Millis;
use crate::domain::workspace::Workspace;

use super::{Room, Wanted};

impl Room {
    /// Time goes by; who is awake answers pings.
    pub fn wait(&mut self, ms: u64) {
        let end = self.now.mono.0 + ms;
        loop {
            let ping = self.now.mono.0 + 4_000;
            let due = self.core.next_deadline().map_or(u64::MAX, |at| at.0);
            let next = end.min(ping).min(due.max(self.now.mono.0));
            let by = next - self.now.mono.0;
            self.now.mono = Millis(next);
            self.now.wall = self.now.wall.plus(by);
            if due <= next {
                let mut out = Effects::new();
                self.core.on_deadline(self.now, &mut out);
                self.take(out);
            }
            let awake: Vec<_> = self.awake.iter().map(|(session, socket)| (*session, *socket)).collect();
            for (session, socket) in awake {
                self.run(Command::Heard { session, socket });
            }
            if next >= end {
                return;
            }
        }
    }

    /// Everything in memory is lost, and the server starts again.
    pub fn crash(&mut self) {
        self.epoch = self.disk.fence.epoch + 1;
        self.awake.clear();
        self.restored(None);
    }

    /// A write failed: the core is rebuilt with what is never written.
    pub fn rebuild(&mut self) {
        let empty = Disk::new(self.disk.workspace).stored();
        let (stream, out) = (StreamId(Uuid::nil()), &mut Effects::new());
        let spare = Workspace::restore(self.now, empty, 1, stream, self.limits.clone(), None, out);
        let old = std::mem::replace(&mut self.core, spare);
        self.restored(Some(old.into_ephemeral()));
    }

    fn restored(&mut self, ephemeral: Option<crate::domain::workspace::Ephemeral>) {
        let stream = StreamId(Uuid::from_u128(u128::from(self.number())));
        let mut out = Effects::new();
        let (now, stored, limits) = (self.now, self.disk.stored(), self.limits.clone());
        self.core = Workspace::restore(now, stored, self.epoch, stream, limits, ephemeral, &mut out);
        self.take(out);
    }

    pub fn run(&mut self, command: Command) {
        let mut out = Effects::new();
        self.core.handle(self.now, command, &mut out);
        self.take(out);
    }

    /// The command's writes do not reach the store; what it would have led to.
    pub fn run_unwritten(&mut self, command: Command) -> Effects {
        let mut out = Effects::new();
        self.core.handle(self.now, command, &mut out);
        out
    }

    pub(super) fn take(&mut self, effects: Effects) {
        if self.checks {
            self.core.check().unwrap();
        }
        let mut loads = Vec::new();
        for effect in effects {
            match effect {
                Effect::Write(write) => self.disk.write(&write).unwrap(),
                Effect::Delta(numbered) => self.said.push((numbered.audience, numbered.delta)),
                Effect::Live { audience, live } => self.live.push((audience, live)),
                Effect::Close { socket, why } => self.closed.push((socket, why)),
                Effect::Ping { socket } => self.pinged.push(socket),
                Effect::Reply { call, result } => {
                    assert!(self.answers.insert(call, result).is_none(), "a call is answered twice");
                }
                Effect::Load { object, revision } => loads.push(Wanted::Stack(object, revision)),
                Effect::LoadRecord { object, record } => loads.push(Wanted::Record(object, record)),
                Effect::LoadRecordChange { object, number } => loads.push(Wanted::Change(object, number)),
                Effect::LoadRecordWork { call, object, since, author, max } => {
                    loads.push(Wanted::Work { call, object, since, author, max });
                }
                Effect::WorkOut { call, work } => loads.push(Wanted::Plan(call, work)),
                Effect::Post { to, post } => self.posts.push((to, post)),
                Effect::LoadSaid { channel, limit, .. } => self.pending_said.push((channel, limit)),
                Effect::Ended { session } => drop(self.awake.remove(&session)),
                Effect::Attach { .. } | Effect::Viewing { .. } | Effect::Sees { .. } => {}
            }
        }
        self.pending_loads.extend(loads);
        if self.loads {
            self.deliver_loads();
        }
    }

    pub fn deliver_loads(&mut self) {
        for wanted in std::mem::take(&mut self.pending_loads) {
            let command = wanted.from(&self.disk);
            self.run(command);
        }
    }
}
