//! Who waits for an answer.

use std::collections::BTreeMap;
use std::time::Instant;

use uuid::Uuid;

use super::JOURNEY;
use super::clients::Clients;
use super::fanout::Fanout;
use super::mail::{CallAnswer, HelloAnswer};
use crate::domain::effect::Answer;
use crate::domain::id::{CallId, OpId, SessionId, SocketId, UserId};
use crate::domain::refusal::Refusal;
use crate::protocol::convert;

/// Where an answer goes.
pub(super) enum Asker {
    /// To an HTTP call.
    Call(CallAnswer),
    /// To a socket's outbox.
    Socket { socket: SocketId, re: u32 },
    /// To the feed of another system's client, with its translator's number.
    Feed { socket: SocketId, tag: u32 },
    /// Nowhere: no answer was wanted.
    Nobody,
    /// To a hello; its socket, if it has one, and what its session may turn out to be.
    Hello { answer: HelloAnswer, socket: Option<SocketId>, sign_in: Uuid },
}

/// The calls that are under way.
#[derive(Default)]
pub(super) struct Calls {
    last: u64,
    waiting: BTreeMap<CallId, (Asker, &'static str, Instant)>,
    /// The operations among them.
    operations: BTreeMap<CallId, (UserId, OpId)>,
    /// Answers to HTTP calls, which leave when what this turn tells others is in their outboxes.
    told: Vec<(CallAnswer, Result<Answer, Refusal>)>,
}

impl Calls {
    /// Names a call; `kind` is what the numbers call it.
    pub(super) fn add(&mut self, asker: Asker, kind: &'static str, now: Instant) -> CallId {
        self.last += 1;
        let call = CallId(self.last);
        if !matches!(asker, Asker::Nobody) {
            self.waiting.insert(call, (asker, kind, now));
        }
        call
    }

    /// The call is about this operation.
    pub(super) fn about(&mut self, call: CallId, user: UserId, id: OpId) {
        self.operations.insert(call, (user, id));
    }

    /// The sign-in of a hello that is under way.
    pub(super) fn sign_in_of(&self, call: CallId) -> Option<Uuid> {
        match self.waiting.get(&call) {
            Some((Asker::Hello { sign_in, .. }, ..)) => Some(*sign_in),
            _ => None,
        }
    }

    /// Operations that are under way, taken out.
    pub(super) fn take_operations(&mut self) -> Vec<(UserId, OpId)> {
        std::mem::take(&mut self.operations).into_values().collect()
    }

    /// Whether none is under way.
    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Answers a call.
    pub(super) fn answer(
        &mut self,
        call: CallId,
        result: Result<Answer, Refusal>,
        fanout: &mut Fanout,
        clients: &Clients,
    ) {
        if let Some((_, id)) = self.operations.remove(&call) {
            tracing::trace!(target: JOURNEY, op = %id.0, "answered");
        }
        let Some((asker, kind, began)) = self.waiting.remove(&call) else { return };
        metrics::histogram!("baton_call_seconds", "kind" => kind).record(began.elapsed().as_secs_f64());
        match asker {
            Asker::Call(answer) => self.told.push((answer, result)),
            asker => tell(asker, result, fanout, clients),
        }
    }

    /// Everybody has been told: so are those who asked over HTTP.
    pub(super) fn tell_callers(&mut self) {
        for (answer, result) in self.told.drain(..) {
            // Whoever does not wait any more misses it.
            let _ = answer.send(result);
        }
    }

    /// What is under way is not going to be answered: everybody is told to try again. Comes back: the sockets whose hello
    /// that was.
    pub(super) fn give_up(&mut self, fanout: &mut Fanout, clients: &Clients) -> Vec<SocketId> {
        let mut sockets = Vec::new();
        for (asker, ..) in std::mem::take(&mut self.waiting).into_values() {
            if let Asker::Hello { socket: Some(socket), .. } = &asker {
                sockets.push(*socket);
            }
            tell(asker, Err(Refusal::RetryLater), fanout, clients);
        }
        sockets
    }
}

/// Hands an answer to who waits for it. Whoever does not wait any more misses it.
pub(super) fn tell(asker: Asker, result: Result<Answer, Refusal>, fanout: &mut Fanout, clients: &Clients) {
    match asker {
        Asker::Nobody => {}
        Asker::Feed { socket, tag } => clients.answer(socket, tag, result),
        Asker::Call(answer) => {
            let _ = answer.send(result);
        }
        Asker::Socket { socket, re } => match result {
            Ok(Answer::Snapshot(picture)) => {
                let upto = picture.upto;
                if let Some(reply) = convert::reply(&Answer::Snapshot(picture), fanout.stream()) {
                    fanout.reply_snapshot(socket, re, reply, upto);
                }
            }
            Ok(answer) => {
                if let Some(reply) = convert::reply(&answer, fanout.stream()) {
                    fanout.reply(socket, re, Ok(reply));
                }
            }
            Err(refusal) => fanout.reply(socket, re, Err(convert::refusal(&refusal))),
        },
        Asker::Hello { answer, socket, .. } => match result {
            Ok(Answer::Welcome(welcome)) => {
                if let Some(socket) = socket {
                    fanout.welcome(socket, &welcome);
                }
                let _ = answer.send(Ok(welcome));
            }
            Ok(_) => {
                let _ = answer.send(Err(Refusal::RetryLater));
            }
            Err(refusal) => {
                let _ = answer.send(Err(refusal));
            }
        },
    }
}

/// Sockets as they were attached by the core, before the gate has let the news out.
#[derive(Default)]
pub(super) struct Carried(BTreeMap<SocketId, SessionId>);

impl Carried {
    pub(super) fn set(&mut self, socket: SocketId, session: SessionId) {
        self.0.insert(socket, session);
    }

    pub(super) fn take(&mut self, socket: SocketId) -> Option<SessionId> {
        self.0.remove(&socket)
    }

    pub(super) fn get(&self, socket: SocketId) -> Option<SessionId> {
        self.0.get(&socket).copied()
    }
}
