//! Changes and operations as the log keeps them.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{BadDocument, FenceDoc, OpDoc, item, two_ways};
use crate::domain::command::{Change, ChangeKind, Numbers, Operation};
use crate::domain::id::{OpId, SessionId, UserId};
use crate::domain::stack::Revision;
use crate::domain::stack::op::Op;
use crate::domain::time::Timestamp;

/// What sort of change it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ChangeKindDoc {
    /// Edits of one author on one field.
    Edit,
    /// An import.
    Import,
    /// A revert of earlier changes.
    Revert,
    /// An earlier version was put into the draft.
    Restore,
    /// The author took a change of their own back.
    Undo,
    /// The author took an undo back.
    Redo,
}

two_ways!(ChangeKindDoc = ChangeKind { Edit, Import, Revert, Restore, Undo, Redo });

/// A group of consecutive operations of one author on one field, as people read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ChangeDoc {
    /// Number within the object, from 1.
    pub number: u64,
    /// Who.
    pub user: Uuid,
    /// First operation, milliseconds since the Unix epoch.
    pub began: i64,
    /// Last operation, milliseconds since the Unix epoch.
    pub ended: i64,
    /// What, in words; *names* between asterisks, `fields` between backticks.
    pub words: String,
    /// Sort.
    pub kind: ChangeKindDoc,
    /// The item that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub item: Option<String>,
    /// The field that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub field: Option<String>,
    /// First revision that it made.
    pub from: u64,
    /// Last revision that it made.
    pub to: u64,
    /// The change that reverted it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub reverted_by: Option<u64>,
    /// The earlier changes that it took back: first and last number of each run.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(test, ts(optional, as = "Option<Vec<(u64, u64)>>"))]
    pub taken: Vec<(u64, u64)>,
    /// The version with which it went live.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub published: Option<u64>,
}

impl From<&Change> for ChangeDoc {
    fn from(change: &Change) -> Self {
        ChangeDoc {
            number: change.number,
            user: change.user.0,
            began: change.began.0,
            ended: change.ended.0,
            words: change.words.clone(),
            kind: change.kind.into(),
            item: change.item.map(|item| item.to_string()),
            field: change.field.clone(),
            from: change.from.0,
            to: change.to.0,
            reverted_by: change.reverted_by,
            taken: change.taken.runs().to_vec(),
            published: change.published,
        }
    }
}

impl TryFrom<ChangeDoc> for Change {
    type Error = BadDocument;

    fn try_from(doc: ChangeDoc) -> Result<Self, BadDocument> {
        Ok(Change {
            number: doc.number,
            user: UserId(doc.user),
            began: Timestamp(doc.began),
            ended: Timestamp(doc.ended),
            words: doc.words,
            kind: doc.kind.into(),
            item: doc.item.as_deref().map(item).transpose()?,
            field: doc.field,
            from: Revision(doc.from),
            to: Revision(doc.to),
            reverted_by: doc.reverted_by,
            taken: Numbers::from_runs(doc.taken).ok_or(BadDocument::new("taken"))?,
            published: doc.published,
        })
    }
}

/// An acknowledged write.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct OperationDoc {
    /// The revision that it made.
    pub revision: u64,
    /// The client's id for it.
    pub op_id: Uuid,
    /// Who.
    pub user: Uuid,
    /// From which session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub session: Option<Uuid>,
    /// When, milliseconds since the Unix epoch.
    pub at: i64,
    /// The change that it belongs to.
    pub change: u64,
    /// The fence that it was written under.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub fence: Option<FenceDoc>,
    /// What it does.
    pub op: OpDoc,
    /// What takes it back, in the order in which it must be applied.
    #[serde(default)]
    pub inverse: Vec<OpDoc>,
}

impl From<&Operation> for OperationDoc {
    fn from(operation: &Operation) -> Self {
        OperationDoc {
            revision: operation.revision.0,
            op_id: operation.op_id.0,
            user: operation.user.0,
            session: operation.session.map(|session| session.0),
            at: operation.at.0,
            change: operation.change,
            fence: operation.fence.map(FenceDoc::from),
            op: OpDoc::from(&operation.op),
            inverse: operation.inverse.iter().map(OpDoc::from).collect(),
        }
    }
}

impl TryFrom<OperationDoc> for Operation {
    type Error = BadDocument;

    fn try_from(doc: OperationDoc) -> Result<Self, BadDocument> {
        Ok(Operation {
            revision: Revision(doc.revision),
            op_id: OpId(doc.op_id),
            user: UserId(doc.user),
            session: doc.session.map(SessionId),
            at: Timestamp(doc.at),
            change: doc.change,
            fence: doc.fence.map(Into::into),
            op: Op::try_from(doc.op)?,
            inverse: doc.inverse.into_iter().map(Op::try_from).collect::<Result<_, _>>()?,
        })
    }
}
