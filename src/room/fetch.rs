//! What a core asks the store for. Each read comes back to its room as a [`Read`].

use std::sync::Arc;

use uuid::Uuid;

use super::actor::Read;
use super::rebuild::patiently;
use super::turn::Room;
use crate::domain::id::ObjectId;
use crate::domain::stack::Revision;
use crate::domain::time::Timestamp;
use crate::store::Page;

impl Room {
    pub(super) fn fetch(&mut self, object: ObjectId, revision: Revision) {
        let (store, workspace, settings) =
            (Arc::clone(&self.ports.store), self.workspace, Arc::clone(&self.settings));
        self.reads.spawn(async move {
            let stack = patiently(&settings, || store.load_stack(workspace, object, revision)).await;
            if let Err(error) = &stack {
                tracing::error!(%workspace, %object, %error, "a stack could not be read");
            }
            Read::Stack { object, stack: stack.ok().map(Box::new) }
        });
    }

    pub(super) fn fetch_said(&mut self, channel: Arc<str>, limit: u32, since: Timestamp) {
        let (store, workspace, settings) =
            (Arc::clone(&self.ports.store), self.workspace, Arc::clone(&self.settings));
        self.reads.spawn(async move {
            let page = Page { before: None, limit };
            let newest = patiently(&settings, || store.said(workspace, &channel, since, page)).await;
            if let Err(error) = &newest {
                tracing::error!(%workspace, %error, "what was said in a channel could not be read");
            }
            let said = newest.ok().map(|newest| newest.into_iter().rev().collect());
            Read::Said { channel, said }
        });
    }

    pub(super) fn fetch_record(&mut self, object: ObjectId, record: Uuid) {
        let (store, workspace, settings) =
            (Arc::clone(&self.ports.store), self.workspace, Arc::clone(&self.settings));
        self.reads.spawn(async move {
            let found = patiently(&settings, || store.record(workspace, object, record)).await;
            if let Err(error) = &found {
                tracing::error!(%workspace, %object, %record, %error, "a record could not be read");
            }
            Read::Record { object, record, found: found.ok().map(|found| found.map(Box::new)) }
        });
    }

    pub(super) fn fetch_record_change(&mut self, object: ObjectId, number: u64) {
        let (store, workspace, settings) =
            (Arc::clone(&self.ports.store), self.workspace, Arc::clone(&self.settings));
        self.reads.spawn(async move {
            let ask = || store.record_change(workspace, object, number);
            let found = patiently(&settings, ask).await;
            if let Err(error) = &found {
                tracing::error!(%workspace, %object, number, %error, "a change of records could not be read");
            }
            Read::RecordChange { object, number, found: found.ok().map(|found| found.map(Box::new)) }
        });
    }
}
