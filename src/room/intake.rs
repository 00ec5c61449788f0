//! Mail: what is taken, what is put off, and what becomes a command.

use super::calls::{Asker, tell};
use super::mail::{HelloWithoutCall, Mail};
use super::outbox::Outbox;
use super::turn::{Phase, Room};
use super::weight;
use crate::domain::command::{Caller, Command, Hello, Request};
use crate::domain::id::SessionId;
use crate::domain::refusal::Refusal;
use crate::protocol::server::ResyncReason;

impl Room {
    /// Takes a piece of mail.
    pub(super) fn mail(&mut self, mail: Mail) {
        match mail {
            Mail::Hello { hello, outbox, answer } => {
                let socket = outbox.as_ref().map(Outbox::socket);
                self.hello(*hello, outbox, Asker::Hello { answer, socket });
            }
            Mail::Call { caller, request, answer } => self.request(caller, request, Asker::Call(answer)),
            Mail::Post { caller, socket, re, request } => {
                let asker = re.map_or(Asker::Nobody, |re| Asker::Socket { socket, re });
                self.request(caller, request, asker);
            }
            Mail::Heard { session, socket } => {
                if self.phase == Phase::Running {
                    self.run(Command::Heard { session, socket }, None);
                }
            }
            #[cfg(test)]
            Mail::FallOver(caller, edit) => {
                if !self.guarded(None, |_, _, _| panic!("on order")) {
                    self.fell_over(Some((caller, edit)), caller.session, None);
                }
            }
            Mail::CatchUp { session, socket } => {
                if self.fanout.session_of(socket) == Some(session) {
                    self.catch_up(session);
                }
            }
        }
    }

    fn catch_up(&mut self, session: SessionId) {
        let Some(core) = &self.core else { return };
        if let Some(picture) = core.snapshot_for(session) {
            self.gate.resync(session, ResyncReason::Behind, Box::new(picture), &mut self.free);
            self.release();
        }
    }

    fn hello(&mut self, hello: HelloWithoutCall, outbox: Option<Outbox>, asker: Asker) {
        if outbox.as_ref().is_some_and(Outbox::is_abandoned) {
            return;
        }
        if let Some(refusal) = self.refuses(false) {
            return tell(asker, Err(refusal), &mut self.fanout);
        }
        let socket = outbox.as_ref().map(Outbox::socket);
        if let Some(outbox) = outbox {
            self.fanout.arrived(outbox);
        }
        let call = self.calls.add(asker);
        let HelloWithoutCall { user, instance, fresh, fresh_secret, resume, device } = hello;
        let hello = Hello { call, user, socket, instance, fresh, fresh_secret, resume, device };
        self.run(Command::Hello(Box::new(hello)), socket);
    }

    fn request(&mut self, caller: Caller, request: Request, asker: Asker) {
        let ephemeral = weight::is_ephemeral(&request);
        if let Some(refusal) = self.refuses(ephemeral) {
            return tell(asker, Err(refusal), &mut self.fanout);
        }
        let socket = match &asker {
            Asker::Socket { socket, .. } => Some(*socket),
            _ => None,
        };
        let edit = match &request {
            Request::Edit(edit) => Some((caller, edit.clone())),
            _ => None,
        };
        let call = self.calls.add(asker);
        let at_once = (ephemeral && self.gate.is_held()).then_some(call);
        let command = Command::Request { caller, call, request };
        let whole = self.guarded(at_once, |core, now, out| core.handle(now, command, out));
        if !whole {
            self.fell_over(edit, caller.session, socket);
        }
    }

    /// Why nothing can be taken now, if so.
    fn refuses(&self, ephemeral: bool) -> Option<Refusal> {
        match self.phase {
            Phase::Running if self.gate.is_held() && !ephemeral => Some(Refusal::RetryLater),
            Phase::Running if self.gate.is_overfull() => Some(Refusal::Busy),
            Phase::Running if !ephemeral && self.gate.is_full(self.now.mono) => Some(Refusal::Busy),
            Phase::Running => None,
            Phase::Closed(_) | Phase::Over => Some(Refusal::Busy),
            Phase::Loading | Phase::Settling | Phase::Parking | Phase::Draining => Some(Refusal::RetryLater),
        }
    }
}
