//! Mail: what is taken, what is put off, and what becomes a command.

use uuid::Uuid;

use super::JOURNEY;
use super::calls::{Asker, tell};
use super::mail::{Asked, CallAnswer, HelloWithoutCall, Mail};
use super::outbox::Outbox;
use super::resend::Known;
use super::turn::{Phase, Room};
use super::weight;
use crate::domain::command::{Caller, Command, Hello, Request};
use crate::domain::effect::{Answer, Receipt};
use crate::domain::id::SessionId;
use crate::domain::realtime::Party;
use crate::domain::refusal::Refusal;
use crate::protocol::close;
use crate::protocol::server::ResyncReason;

impl Room {
    /// Takes a piece of mail.
    pub(super) fn mail(&mut self, mail: Mail) {
        match mail {
            Mail::Hello { hello, outbox, answer } => {
                let socket = outbox.as_ref().map(Outbox::socket);
                let sign_in = hello.sign_in;
                self.hello(*hello, outbox, Asker::Hello { answer, socket, sign_in });
            }
            Mail::Call { asked, proof, answer } => self.call(*asked, proof, answer),
            Mail::Post { asked, socket, re } => {
                let asker = re.map_or(Asker::Nobody, |re| Asker::Socket { socket, re });
                self.request(*asked, asker);
            }
            Mail::Enter(entering) => self.enter(*entering),
            Mail::Realtime { by, request, answer } => self.realtime(by, *request, Asker::Call(answer)),
            Mail::Said { socket, tag, request } => {
                self.realtime(Party::Socket(socket), *request, Asker::Feed { socket, tag });
            }
            Mail::SignedIn { session, sign_in } => {
                if let Some(known) = self.sign_ins.get_mut(&session) {
                    *known = sign_in;
                }
            }
            Mail::SignedOut { sign_in, answer } => self.signed_out(sign_in, answer),
            Mail::Lines { answer } => {
                // Whoever asked may have gone.
                let _ = answer.send(self.fanout.lines());
            }
            Mail::Reopen { answer } => {
                if matches!(self.phase, Phase::Closed(_)) {
                    tracing::warn!(workspace = %self.workspace, "an admin opens the room again");
                    self.panics.clear();
                    self.load();
                }
                let asker = Asker::Call(answer);
                tell(asker, Ok(Answer::Receipt(Receipt::Done)), &mut self.fanout, &self.clients);
            }
            Mail::Heard { session, socket } => {
                if self.phase == Phase::Running {
                    self.run(Command::Heard { session, socket }, None);
                } else if let Some(seat) = self.fanout.seats.get(&session) {
                    seat.outbox.pulse().await_frame();
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

    fn call(&mut self, asked: Asked, proof: Option<[u8; 32]>, answer: CallAnswer) {
        let asker = Asker::Call(answer);
        if let (Some(secret), Some(core), Some(session)) = (proof, &self.core, asked.caller.session)
            && core.claim_of(session) != Some((asked.caller.user, secret))
        {
            return tell(asker, Err(Refusal::SessionGone), &mut self.fanout, &self.clients);
        }
        self.request(asked, asker);
    }

    /// A sign-in is over: its sessions leave, and their sockets are told why.
    fn signed_out(&mut self, sign_in: Uuid, answer: CallAnswer) {
        let mut asker = Asker::Call(answer);
        if let Some(refusal) = self.refuses(false) {
            return tell(asker, Err(refusal), &mut self.fanout, &self.clients);
        }
        self.clients_signed_out(sign_in);
        let its = |(session, by): (&SessionId, &Uuid)| (*by == sign_in).then_some(*session);
        for session in self.sign_ins.iter().filter_map(its).collect::<Vec<_>>() {
            let Some((user, _)) = self.core.as_ref().and_then(|core| core.claim_of(session)) else {
                continue;
            };
            self.fanout.close_session(session, close::SIGNED_OUT);
            let caller = Caller { user, session: Some(session) };
            let asked = Asked { caller, request: Request::Leave, known: Known::default() };
            // The writer keeps the order: what answers the last of them answers them all.
            let all_but_last = std::mem::replace(&mut asker, Asker::Nobody);
            self.request(asked, all_but_last);
        }
        tell(asker, Ok(Answer::Receipt(Receipt::Done)), &mut self.fanout, &self.clients);
    }

    fn catch_up(&mut self, session: SessionId) {
        let Some(core) = &self.core else { return };
        if let Some(picture) = core.snapshot_for(self.now, session) {
            self.gate.resync(session, ResyncReason::Behind, Box::new(picture), &mut self.free);
            self.release();
        }
    }

    fn hello(&mut self, hello: HelloWithoutCall, outbox: Option<Outbox>, asker: Asker) {
        if outbox.as_ref().is_some_and(Outbox::is_abandoned) {
            return;
        }
        if let Some(refusal) = self.refuses(false) {
            return tell(asker, Err(refusal), &mut self.fanout, &self.clients);
        }
        let socket = outbox.as_ref().map(Outbox::socket);
        if let Some(outbox) = outbox {
            self.fanout.arrived(outbox);
        }
        let call = self.calls.add(asker, "join", self.instant);
        let HelloWithoutCall {
            user, instance, fresh, fresh_secret, resume, device, address, keep_ms, ..
        } = hello;
        let hello =
            Hello { call, user, socket, instance, fresh, fresh_secret, resume, device, address, keep_ms };
        self.run(Command::Hello(Box::new(hello)), socket);
    }

    fn request(&mut self, asked: Asked, asker: Asker) {
        let Asked { caller, request, known } = asked;
        let ephemeral = weight::is_ephemeral(&request);
        if let Some(refusal) = self.refuses(ephemeral) {
            return tell(asker, Err(refusal), &mut self.fanout, &self.clients);
        }
        let socket = match &asker {
            Asker::Socket { socket, .. } => Some(*socket),
            _ => None,
        };
        let edit = match &request {
            Request::Edit(edit) => Some((caller, edit.clone())),
            _ => None,
        };
        if matches!(request, Request::Console) {
            self.note_heard();
        }
        let call = self.calls.add(asker, weight::kind(&request), self.instant);
        let id = request.op_id();
        if let Some(id) = id {
            self.calls.about(call, caller.user, id);
        }
        if let Some(core) = &mut self.core {
            for receipt in known.receipts {
                core.recall(self.now, receipt);
            }
            if let Some(fence) = known.fence {
                core.recall_fence(self.now, fence);
            }
        }
        let at_once = (ephemeral && self.gate.is_held()).then_some(call);
        let command = Command::Request { caller, call, request };
        let workspace = self.workspace;
        let whole = self.guarded(at_once, |core, now, out| {
            core.handle(now, command, out);
            // Before the writer has it, so that the log has the steps in their order.
            if let Some(id) = id {
                tracing::trace!(target: JOURNEY, op = %id.0, %workspace, "applied");
            }
        });
        if !whole {
            self.fell_over(edit, caller.session, socket);
        }
    }

    /// Why nothing can be taken now, if so.
    pub(super) fn refuses(&self, ephemeral: bool) -> Option<Refusal> {
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
