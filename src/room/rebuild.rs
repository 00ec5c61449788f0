//! A room's beginnings and ends: the first load, the rebuild after a failed write or a panic, drain and unload.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use uuid::Uuid;

use super::RoomSettings;
use super::actor::Read;
use super::gate::Gate;
use super::registry::State;
use super::turn::{Phase, Room};
use crate::domain::command::{Caller, Command, Edit, EditAction};
use crate::domain::effect::{ParkedDraft, ParkedOperation, ParkedReason, Receipt, Write};
use crate::domain::id::{ItemId, ParkedId, SessionId, SocketId, StreamId};
use crate::domain::stack::op::Op;
use crate::domain::stored::Stored;
use crate::domain::workspace::Workspace;
use crate::protocol::close;
use crate::protocol::server::ResyncReason;
use crate::store::{Batch, StoreError};

/// Asks again as long as the store is not available.
pub(super) async fn patiently<T, F, R>(settings: &RoomSettings, ask: F) -> Result<T, StoreError>
where
    F: Fn() -> R,
    R: Future<Output = Result<T, StoreError>>,
{
    let mut pause = settings.retry;
    loop {
        match ask().await {
            Err(StoreError::Unavailable(error)) => {
                tracing::warn!(%error, "the store cannot be read; trying again");
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(settings.retry_max);
            }
            answer => return answer,
        }
    }
}

impl Room {
    /// Begins a life: a new incarnation, read from the store once the writer has let go of the old one.
    pub(super) fn load(&mut self) {
        self.begin_incarnation();
        self.phase = Phase::Loading;
        let (store, writer, workspace, settings) = (
            Arc::clone(&self.ports.store),
            self.ports.writer.clone(),
            self.workspace,
            Arc::clone(&self.settings),
        );
        let unanswered = std::mem::take(&mut self.unanswered);
        self.reads.spawn(async move {
            // Of an earlier life that nobody answers for any more, something may still be under way.
            let _ = writer.barrier().await;
            let read = patiently(&settings, || async {
                let mut stored = store.load_room(workspace).await?;
                for (user, id) in &unanswered {
                    stored.receipts.extend(store.receipt(workspace, *user, *id).await?);
                }
                Ok(Box::new(stored))
            });
            Read::Room(read.await)
        });
    }

    fn begin_incarnation(&mut self) {
        self.ports.writer.close_room(self.workspace, self.incarnation);
        self.incarnation = self.incarnations.fetch_add(1, Ordering::Relaxed) + 1;
        self.ports.writer.open_room(self.workspace, self.incarnation, self.commits.clone());
        self.outstanding = 0;
        self.unsent.clear();
    }

    /// The state is there: the core is built, and everybody who is here gets a new picture.
    pub(super) fn loaded(&mut self, stored: Result<Box<Stored>, StoreError>) {
        if self.phase != Phase::Loading {
            return;
        }
        let stored = match stored {
            Ok(stored) => *stored,
            Err(error) => return self.give_up(&error),
        };
        self.gate = Gate::new(self.settings.gate, stored.objects.iter().map(|head| head.id));
        let (now, epoch, stream) = (self.now, self.ports.epoch, StreamId(Uuid::now_v7()));
        let (limits, ephemeral) = (self.settings.limits.clone(), self.ephemeral.take());
        let effects = &mut self.effects;
        let built = catch_unwind(AssertUnwindSafe(|| {
            Workspace::restore(now, stored, epoch, stream, limits, ephemeral, effects)
        }));
        let publish_check = self.settings.publish_check;
        let Ok(mut core) = built.map(|core| core.with_publish_check(publish_check)) else {
            self.effects.clear();
            tracing::error!(workspace = %self.workspace, "the room cannot be built from what is stored");
            return self.close_for_a_while();
        };
        if let Some(since) = self.stalled.take() {
            core.clock_stood_still(now, now.mono.since(since));
        }
        self.sign_ins.retain(|session, _| core.claim_of(*session).is_some());
        self.fanout.restart(core.stream(), core.upto());
        self.phase = Phase::Running;
        self.core = Some(core);
        self.admit();
        self.bring_up_to_date();
        let _ = self.state.send(State::Ready);
    }

    /// A read has panicked, which the store never should.
    pub(super) fn read_failed(&mut self, error: &tokio::task::JoinError) {
        tracing::error!(workspace = %self.workspace, %error, "a read fell over");
        if self.phase == Phase::Loading {
            self.close_for_a_while();
        }
    }

    fn bring_up_to_date(&mut self) {
        for session in self.fanout.sessions() {
            let Some(core) = &self.core else { return };
            match core.snapshot_for(self.now, session) {
                Some(picture) => {
                    let picture = Box::new(picture);
                    self.gate.resync(session, ResyncReason::Reloaded, picture, &mut self.free);
                    self.touched.insert(session);
                }
                None => self.fanout.close_session(session, close::REBUILT),
            }
        }
        self.admit();
        self.fanout.held(false);
        for (session, socket) in std::mem::take(&mut self.lost_later) {
            self.run(Command::SocketLost { session, socket }, None);
        }
    }

    fn give_up(&mut self, error: &StoreError) {
        let state = if *error == StoreError::NotFound { State::NotFound } else { State::Failed };
        if state == State::Failed {
            tracing::error!(workspace = %self.workspace, %error, "the room's state cannot be read");
        }
        let _ = self.state.send(state);
        self.fanout.close_all(close::BUSY);
        self.clients.close_all(close::BUSY);
        self.phase = Phase::Over;
    }

    /// A write has failed: the core knows things that did not happen. It goes; its ephemeral part stays.
    pub(super) fn failed(&mut self) {
        if !matches!(self.phase, Phase::Running | Phase::Draining) {
            return;
        }
        tracing::error!(workspace = %self.workspace, "a write failed: the room is rebuilt from the store");
        metrics::counter!("baton_rooms_rebuilt_total", "why" => "store").increment(1);
        self.drop_core();
        self.drop_gate();
        if self.phase == Phase::Running {
            self.fanout.held(true);
            self.phase = Phase::Settling;
        }
    }

    /// The core has panicked. What was behind the gate before is true and comes out; the operation in hand is parked.
    pub(super) fn fell_over(
        &mut self,
        edit: Option<(Caller, Box<Edit>)>,
        session: Option<SessionId>,
        socket: Option<SocketId>,
    ) {
        tracing::error!(workspace = %self.workspace, "the room panicked: it is rebuilt from the store");
        metrics::counter!("baton_rooms_rebuilt_total", "why" => "panic").increment(1);
        if let Some((caller, edit)) = edit {
            self.park = park(&caller, *edit, self.now.wall);
        }
        if let Some(session) = session {
            self.fanout.close_session(session, close::REBUILT);
        }
        if let Some(socket) = socket {
            self.fanout.close(socket, close::REBUILT);
        }
        self.drop_core();
        self.fanout.held(true);
        self.phase = Phase::Settling;
        let window = u64::try_from(self.settings.panic_window.as_millis()).unwrap_or(u64::MAX);
        self.panics.retain(|at| self.now.mono.since(*at) < window);
        self.panics.push_back(self.now.mono);
        self.settle();
    }

    /// Goes on with a rebuild as soon as the writer has answered everything of the old life.
    pub(super) fn settle(&mut self) {
        if self.outstanding > 0 || !self.unsent.is_empty() {
            return;
        }
        match self.phase {
            Phase::Settling => {
                self.drop_gate();
                if self.panics.len() >= self.settings.panics {
                    return self.close_for_a_while();
                }
                if self.park.is_empty() {
                    return self.load();
                }
                self.begin_incarnation();
                let (workspace, incarnation) = (self.workspace, self.incarnation);
                let writes = std::mem::take(&mut self.park);
                match self.ports.writer.submit(Batch { workspace, incarnation, n: 1, writes }) {
                    Ok(()) => {
                        self.outstanding = 1;
                        self.phase = Phase::Parking;
                    }
                    // The client still has the operation, and sends it again.
                    Err(_) => self.load(),
                }
            }
            Phase::Parking => self.load(),
            _ => {}
        }
    }

    fn drop_core(&mut self) {
        // What they are in is never written, and they know no other way to be told of it than to come again.
        self.clients.close_all(close::REBUILT);
        self.stalled.get_or_insert(self.gate.held_since().unwrap_or(self.now.mono));
        if let Some(core) = self.core.take() {
            // After a panic the core may be in any state; if not even this works, everybody comes in anew.
            self.ephemeral = catch_unwind(AssertUnwindSafe(|| core.into_ephemeral())).ok();
        }
    }

    fn drop_gate(&mut self) {
        self.gate.drop_all();
        self.unsent.clear();
        self.unanswered.extend(self.calls.take_operations());
        for socket in self.calls.give_up(&mut self.fanout, &self.clients) {
            // Its session may sit on an older socket, which the core has already replaced: that one must come again too.
            if let Some(session) = self.carried.get(socket) {
                self.fanout.close_session(session, close::REBUILT);
            }
        }
    }

    fn close_for_a_while(&mut self) {
        let ms = u64::try_from(self.settings.closed_for.as_millis()).unwrap_or(u64::MAX);
        tracing::error!(workspace = %self.workspace, ms, "the room fell over too often: it stays closed for a while");
        self.ephemeral = None;
        self.panics.clear();
        self.park.clear();
        self.fanout.close_all(close::BUSY);
        self.clients.close_all(close::BUSY);
        self.phase = Phase::Closed(self.now.mono + ms);
        let _ = self.state.send(State::Ready);
    }

    /// The server stops: sockets are told, and nothing new is taken.
    pub(super) fn drain(&mut self) {
        if self.phase != Phase::Draining {
            self.fanout.close_all(close::RESTART);
            self.clients.close_all(close::RESTART);
            self.phase = Phase::Draining;
        }
    }

    /// Whether nothing is left to do here for ever.
    pub(super) fn may_end(&mut self, mailbox_is_empty: bool) -> bool {
        match self.phase {
            Phase::Over => true,
            Phase::Draining => self.outstanding == 0 && self.unsent.is_empty(),
            Phase::Running => {
                let idle = mailbox_is_empty
                    && self.fanout.is_empty()
                    && self.clients.is_empty()
                    && self.calls.is_empty()
                    && !self.gate.is_shut()
                    && self.reads.is_empty()
                    && self.core.as_ref().is_some_and(Workspace::is_idle);
                if !idle {
                    self.idle_since = None;
                    return false;
                }
                let since = *self.idle_since.get_or_insert(self.now.mono);
                self.now.mono.since(since) >= self.unload_after_ms()
            }
            _ => false,
        }
    }

    pub(super) fn unload_after_ms(&self) -> u64 {
        u64::try_from(self.settings.unload_after.as_millis()).unwrap_or(u64::MAX)
    }
}

/// What makes an operation that the core fell over a parked draft with a final answer.
fn park(caller: &Caller, edit: Edit, at: crate::domain::time::Timestamp) -> Vec<Write> {
    // A duplication holds no work of its own: it is a click, and may be repeated.
    let EditAction::Apply(op) = edit.action else { return Vec::new() };
    let (id, reason) = (ParkedId(Uuid::now_v7()), ParkedReason::ServerError);
    let operation = ParkedOperation {
        op_id: edit.op_id,
        reason,
        at,
        base: edit.base,
        words: "an edit that the server failed over".to_owned(),
        op: op.clone(),
    };
    let draft = ParkedDraft {
        id,
        user: caller.user,
        object: edit.object,
        item: item_of(&op),
        since: at,
        holder: None,
        operations: vec![operation],
    };
    let receipt = Receipt::Parked { parked: id, reason };
    let (user, op_id, intent) = (caller.user, edit.op_id, edit.intent);
    vec![Write::Parked(draft), Write::Receipt { user, op_id, intent, receipt, at }]
}

fn item_of(op: &Op) -> Option<ItemId> {
    match op {
        Op::Insert { parent, .. } => Some(*parent),
        Op::Delete { item } | Op::Move { item, .. } | Op::Set { item, .. } => Some(*item),
        Op::Record(op) => op.record().map(ItemId::Record),
        Op::Replace { .. } => None,
    }
}

#[cfg(test)]
#[path = "rebuild_tests.rs"]
mod tests;
