//! Turns of the room: what is asked, what is due, what the gate lets in.

use baton::domain::command::{Caller, Command, Pen, Request};
use baton::domain::effect::Effect;
use baton::domain::id::{CallId, SocketId};
use baton::domain::refusal::Refusal;
use baton::domain::time::Now;
use baton::domain::workspace::Workspace;
use baton::room::gate::Hold;
use baton::room::is_ephemeral;

use crate::model::Message;

use super::{Batch, Site, Vital, Waiting};

impl Site {
    pub fn refuses(&self, now: Now, ephemeral: bool) -> Option<Refusal> {
        if self.core.is_none() || self.gate.is_held() && !ephemeral {
            return Some(Refusal::RetryLater);
        }
        let full = self.gate.is_overfull() || !ephemeral && self.gate.is_full(now.mono);
        full.then_some(Refusal::Busy)
    }

    pub fn request(&mut self, now: Now, caller: Caller, call: CallId, waiting: Waiting) {
        let Some(request) = waiting.request.clone() else { return };
        let ephemeral = is_ephemeral(&request);
        if let Some(refusal) = self.refuses(now, ephemeral) {
            if let Some(socket) = waiting.socket {
                self.mail.push((socket, Message::Reply { call, result: Err(refusal) }));
            }
            return;
        }
        // As the shell does: whose the fence was, if the core may have forgotten.
        if let (Request::Edit(edit), Some(core)) = (&request, &mut self.core)
            && let Pen::Held(fence) = edit.pen
            && let Some(past) = self.disk.fences.get(&fence)
        {
            core.recall_fence(now, *past);
        }
        self.calls.insert(call, waiting);
        let at_once = (ephemeral && self.gate.is_held()).then_some(call);
        self.run(now, Command::Request { caller, call, request }, at_once);
    }

    pub fn run(&mut self, now: Now, command: Command, at_once: Option<CallId>) {
        let own = self.own(now);
        if let Command::Heard { session, socket } = &command
            && let Some(vital) = self.vitals.get_mut(session).filter(|vital| vital.socket == Some(*socket))
        {
            if self.times.overdue(own - vital.heard) {
                self.times.line(*session, own);
            }
            vital.heard = own;
        }
        if let Command::Heard { socket, .. } = &command
            && !self.heard.frame(*socket, now)
        {
            return;
        }
        let Some(core) = &mut self.core else {
            match command {
                Command::SocketLost { session, socket } => self.lost_later.push((session, socket)),
                Command::Heard { socket, .. } => self.heard.await_frame(socket),
                _ => {}
            }
            return;
        };
        if let Command::SocketLost { session, socket } = &command {
            self.heard.note(core, now, *session, *socket);
        }
        if let Command::SocketLost { session, socket } = &command
            && let Some(vital) = self.vitals.get_mut(session).filter(|vital| vital.socket == Some(*socket))
        {
            vital.lost = Some(own);
            vital.grace = self.times.grace_ms();
        }
        self.commands += 1;
        core.handle(now, command, &mut self.effects);
        if let Some(call) = at_once {
            let own = |effect: &Effect| matches!(effect, Effect::Reply { call: one, .. } if *one == call);
            if let Some(at) = self.effects.iter().position(own) {
                let reply = self.effects.remove(at);
                self.give_out(reply);
            }
        }
        self.admit(now);
    }

    /// What is due by itself; nothing that would write while the room is held.
    pub fn turn(&mut self, now: Now) {
        if let Some(Hold::Ended { ms }) = self.gate.look(now.mono)
            && let Some(mut core) = self.core.take()
        {
            self.stand_still(&mut core, now, ms);
            self.core = Some(core);
        }
        self.latest = self.latest.max(self.own(now));
        if let Some(core) =
            self.core.as_mut().filter(|core| !self.gate.is_held() && core.asks_who_was_heard(now))
        {
            for (socket, session) in &self.carried {
                self.heard.note(core, now, *session, *socket);
            }
        }
        let due = self.core.as_ref().and_then(Workspace::next_deadline);
        if !self.gate.is_held() && due.is_some_and(|at| at <= now.mono) {
            self.commands += 1;
            if let Some(core) = &mut self.core {
                core.on_deadline(now, &mut self.effects);
            }
            self.admit(now);
        }
        self.places_due(now);
    }

    pub fn quiet(&self) -> bool {
        self.core.as_ref().is_some_and(|core| !core.tells_later())
            && self.tick.is_empty()
            && !self.gate.is_shut()
            && !self.gate.is_held()
            && self.loads.is_empty()
    }

    pub(super) fn admit(&mut self, now: Now) {
        self.latest = self.latest.max(self.own(now));
        if let Some(Err(broken)) = self.core.as_ref().map(Workspace::check) {
            self.breaks(broken);
        }
        let own = self.own(now);
        let connected = |session| self.vitals.get(&session).is_some_and(|vital| vital.lost.is_none());
        if let Err(broken) = self.times.follow(&self.effects, own, connected) {
            self.broken.get_or_insert(broken);
        }
        for effect in &self.effects {
            match effect {
                Effect::Attach { session, user, socket, .. } => {
                    self.users.insert(*session, *user);
                    self.times.line(*session, own);
                    self.carried.insert(*socket, *session);
                    self.vitals
                        .insert(*session, Vital { socket: Some(*socket), heard: own, lost: None, grace: 0 });
                }
                Effect::Ended { session } => drop(self.vitals.remove(session)),
                _ => {}
            }
        }
        if let Some(batch) = self.gate.admit(now.mono, &mut self.effects, &mut self.free) {
            let (room, incarnation) = (self.room, self.incarnation);
            self.unsent.push(Batch { room, incarnation, n: batch.n, writes: batch.writes });
            self.outstanding += 1;
        }
        self.release();
    }

    pub fn committed(&mut self, n: u64) {
        self.gate.committed(n, &mut self.free);
        self.release();
    }

    /// A socket is gone.
    pub fn lost(&mut self, now: Now, socket: SocketId) {
        self.sockets.remove(&socket);
        self.seats.retain(|_, seat| seat.socket != socket);
        if let Some(session) = self.carried.remove(&socket) {
            self.run(now, Command::SocketLost { session, socket }, None);
        }
    }
}
