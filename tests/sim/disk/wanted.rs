//! What the core asks of the store, and has worked out aside.

use std::sync::Arc;

use uuid::Uuid;

use super::Disk;
use super::domain::command::Command;
use super::domain::id::{CallId, ObjectId, UserId};
use super::domain::plan::Work;
use super::domain::stack::Revision;

/// What the core wants from the store, or worked out aside.
#[derive(Debug, Clone)]
pub enum Wanted {
    Stack(ObjectId, Revision),
    Record(ObjectId, Uuid),
    Change(ObjectId, u64),
    Work { call: CallId, object: ObjectId, since: Revision, author: Option<UserId>, max: usize },
    Plan(CallId, Box<Work>),
    Said(Arc<str>, u32),
}

impl Wanted {
    /// The store could not say.
    pub fn failed(self) -> Command {
        match self {
            Wanted::Stack(object, _) => Command::Loaded { object, stack: None },
            Wanted::Record(object, record) => Command::RecordLoaded { object, record, found: None },
            Wanted::Change(object, number) => Command::RecordChangeLoaded { object, number, found: None },
            Wanted::Work { call, .. } => Command::RecordWorkLoaded { call, found: None },
            Wanted::Plan(call, _) => Command::WorkedOut { call, worked: None },
            Wanted::Said(channel, _) => Command::SaidLoaded { channel, said: None },
        }
    }

    /// What the store answers.
    pub fn from(self, disk: &Disk) -> Command {
        match self {
            Wanted::Stack(object, revision) => {
                Command::Loaded { object, stack: disk.load(object, revision).map(Box::new) }
            }
            Wanted::Record(object, record) => Command::RecordLoaded {
                object,
                record,
                found: Some(disk.record(object, record).map(Box::new)),
            },
            Wanted::Change(object, number) => Command::RecordChangeLoaded {
                object,
                number,
                found: Some(disk.record_change(object, number).map(Box::new)),
            },
            Wanted::Work { call, object, since, author, max } => Command::RecordWorkLoaded {
                call,
                found: Some(Box::new(disk.record_work(object, since, author, max))),
            },
            Wanted::Plan(call, work) => Command::WorkedOut { call, worked: Some(Box::new(work.run())) },
            Wanted::Said(channel, limit) => {
                let said = Some(disk.said_in(&channel, limit));
                Command::SaidLoaded { channel, said }
            }
        }
    }
}
