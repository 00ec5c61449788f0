//! What the core waits for beside the room: reads of the store, and what is worked out aside. The room goes on meanwhile; what
//! comes back is a command like others.

use std::future::Future;
use std::sync::Arc;

use uuid::Uuid;

use super::actor::Read;
use super::turn::Room;
use crate::domain::command::Command;
use crate::domain::id::{CallId, ObjectId, UserId, WorkspaceId};
use crate::domain::plan::Work;
use crate::domain::stack::Revision;
use crate::domain::time::Timestamp;
use crate::store::{Page, Store, StoreError};

impl Room {
    /// A read has come back.
    pub(super) fn read(&mut self, read: Read) {
        let command = match read {
            Read::Room(stored) => return self.loaded(stored),
            Read::Stack { object, stack } => Command::Loaded { object, stack },
            Read::Record { object, record, found } => Command::RecordLoaded { object, record, found },
            Read::RecordChange { object, number, found } => {
                Command::RecordChangeLoaded { object, number, found }
            }
            Read::Said { channel, said } => Command::SaidLoaded { channel, said },
            Read::RecordWork { call, found } => Command::RecordWorkLoaded { call, found },
            Read::Worked { call, worked } => Command::WorkedOut { call, worked },
        };
        if self.core.is_some() {
            self.run(command, None);
        }
    }

    pub(super) fn fetch(&mut self, object: ObjectId, revision: Revision) {
        self.ask(
            move |store, workspace| async move { store.load_stack(workspace, object, revision).await },
            move |stack| Read::Stack { object, stack: stack.map(Box::new) },
        );
    }

    pub(super) fn fetch_said(&mut self, channel: Arc<str>, limit: u32, since: Timestamp) {
        let asked = Arc::clone(&channel);
        self.ask(
            move |store, workspace| {
                let channel = Arc::clone(&asked);
                async move { store.said(workspace, &channel, since, Page { before: None, limit }).await }
            },
            move |newest| {
                let said = newest.map(|newest| newest.into_iter().rev().collect());
                Read::Said { channel, said }
            },
        );
    }

    pub(super) fn fetch_record(&mut self, object: ObjectId, record: Uuid) {
        self.ask(
            move |store, workspace| async move { store.record(workspace, object, record).await },
            move |found| Read::Record { object, record, found: found.map(|found| found.map(Box::new)) },
        );
    }

    pub(super) fn fetch_record_change(&mut self, object: ObjectId, number: u64) {
        self.ask(
            move |store, workspace| async move { store.record_change(workspace, object, number).await },
            move |found| Read::RecordChange { object, number, found: found.map(|found| found.map(Box::new)) },
        );
    }

    pub(super) fn fetch_record_work(
        &mut self,
        call: CallId,
        object: ObjectId,
        since: Revision,
        author: Option<UserId>,
        max: usize,
    ) {
        self.ask(
            move |store, workspace| async move {
                store.record_work(workspace, object, since, author, max).await
            },
            move |found| Read::RecordWork { call, found: found.map(Box::new) },
        );
    }

    /// Reads from the store until it answers; `back` makes of it, or of nothing if it never does, what the room is told.
    fn ask<T: Send, F: Future<Output = Result<T, StoreError>> + Send>(
        &mut self,
        ask: impl Fn(Arc<dyn Store>, WorkspaceId) -> F + Send + Sync + 'static,
        back: impl FnOnce(Option<T>) -> Read + Send + 'static,
    ) {
        let (store, workspace, settings) =
            (Arc::clone(&self.ports.store), self.workspace, Arc::clone(&self.settings));
        self.reads.spawn(async move {
            let found = super::rebuild::patiently(&settings, || ask(Arc::clone(&store), workspace)).await;
            if let Err(error) = &found {
                tracing::error!(%workspace, %error, "a read failed");
            }
            back(found.ok())
        });
    }

    /// Works something out on a thread of its own, when it is its turn.
    pub(super) fn work_out(&mut self, call: CallId, work: Box<Work>) {
        let (planners, workspace) = (Arc::clone(&self.ports.planners), self.workspace);
        self.reads.spawn(async move {
            let turn = planners.acquire_owned().await;
            let worked = tokio::task::spawn_blocking(move || {
                let worked = work.run();
                drop(turn);
                worked
            });
            let worked = worked.await.inspect_err(|error| {
                tracing::error!(%workspace, %error, "a plan fell over");
                metrics::counter!("baton_plans_fallen_total").increment(1);
            });
            Read::Worked { call, worked: worked.ok().map(Box::new) }
        });
    }
}

#[cfg(test)]
#[path = "reads_tests.rs"]
mod tests;
