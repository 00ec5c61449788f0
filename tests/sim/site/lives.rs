//! Lives and deaths of the core: built from the disk, standing still, failed, gone with its process.

use uuid::Uuid;

use baton::domain::command::Command;
use baton::domain::id::{SessionId, StreamId};
use baton::domain::refusal::Refusal;
use baton::domain::time::Now;
use baton::domain::workspace::Workspace;
use baton::room::gate::Gate;

use crate::invariants::Circles;
use crate::model::Message;
use crate::plan::Plan;
use crate::realtime::Told;
use crate::tick::Tick;

use super::{Site, Vital};

impl Site {
    /// Builds the core from the disk: at the start, after a crash, after a failed write.
    pub fn load(&mut self, now: Now, epoch: u64, plan: &Plan) {
        self.incarnation += 1;
        self.streams += 1;
        self.circles = Circles::default();
        self.tick = Tick::default();
        self.gate = Gate::new(plan.gate, self.disk.objects.keys().copied());
        self.loads.clear();
        let stream = StreamId(Uuid::from_u128(u128::from(self.streams) << 32 | self.room as u128));
        let (stored, limits, kept) = (self.disk.stored(), plan.limits.clone(), self.ephemeral.take());
        let carried = kept.is_some();
        if !carried {
            (self.still, self.latest) = (0, 0);
            self.vitals.clear();
        }
        let mut core = Workspace::restore(now, stored, epoch, stream, limits, kept, &mut self.effects);
        // Clocks of what comes from the store begin before the time without a core is taken off them.
        let begins = self.own(now);
        self.times.rebuilt(&self.disk, &plan.limits, begins, carried);
        if let Some(since) = self.stalled.take() {
            self.stand_still(&mut core, now, now.mono.since(since));
        }
        let own = self.own(now);
        for holder in self.disk.holders() {
            let grace = self.times.grace_ms();
            let vital = Vital { socket: None, heard: own, lost: Some(own), grace };
            self.vitals.entry(holder).or_insert(vital);
        }
        let own_sessions: Vec<SessionId> = self.seats.keys().copied().collect();
        self.seats.values_mut().for_each(|seat| seat.awaits = true);
        self.core = Some(core);
        self.admit(now);
        for session in own_sessions {
            let picture = self.core.as_ref().and_then(|core| core.snapshot_for(now, session));
            match picture {
                Some(picture) => {
                    let why = baton::protocol::server::ResyncReason::Reloaded;
                    self.gate.resync(session, why, Box::new(picture), &mut self.free);
                }
                None => self.close_session(session),
            }
        }
        self.release();
        for (session, socket) in std::mem::take(&mut self.lost_later) {
            self.run(now, Command::SocketLost { session, socket }, None);
        }
    }

    pub(super) fn stand_still(&mut self, core: &mut Workspace, now: Now, ms: u64) {
        core.clock_stood_still(now, ms);
        self.still += ms;
        let (own, grace) = (self.own(now), self.times.grace_ms());
        self.times.stood_still(own);
        for vital in self.vitals.values_mut() {
            *vital = Vital { heard: own, lost: vital.lost.map(|_| own), grace, ..*vital };
        }
    }

    /// The process did not run for so long.
    pub fn slept(&mut self, now: Now, ms: u64) {
        self.gate.clock_stood_still(ms);
        if let Some(mut core) = self.core.take() {
            self.stand_still(&mut core, now, ms);
            self.core = Some(core);
        }
    }

    /// A write failed: the core knows things that did not happen.
    pub fn failed(&mut self, now: Now) {
        let Some(core) = self.core.take() else { return };
        self.ephemeral = Some(core.into_ephemeral());
        self.stalled = Some(now.mono);
        self.gate.drop_all();
        for (call, waiting) in std::mem::take(&mut self.calls) {
            match (waiting.socket, waiting.request) {
                (Some(socket), Some(_)) => {
                    self.mail.push((socket, Message::Reply { call, result: Err(Refusal::RetryLater) }));
                }
                (Some(socket), None) => {
                    if let Some(session) = self.carried.get(&socket).copied() {
                        self.close_session(session);
                    }
                    self.closed.push(socket);
                }
                (None, _) => {}
            }
        }
    }

    /// The process died.
    pub fn dies(&mut self) {
        self.core = None;
        self.ephemeral = None;
        self.stalled = None;
        self.seats.clear();
        self.carried.clear();
        self.sockets.clear();
        self.calls.clear();
        self.lost_later.clear();
        self.unsent.clear();
        self.mail.clear();
        self.closed.clear();
        self.outstanding = 0;
        self.gate.drop_all();
        self.told = Told::default();
    }
}
