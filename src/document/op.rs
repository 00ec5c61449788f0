//! Operations on a stack.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use uuid::Uuid;

use super::node::FormDoc;
use super::record::{cells_doc, cells_from_doc, value_doc, value_from_doc};
use super::{BadDocument, SeedDoc, item};
use crate::domain::record::RecordOp;
use crate::domain::stack::Seed;
use crate::domain::stack::op::Op;

/// One operation on an object's content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "op", rename_all = "snake_case")]
pub enum OpDoc {
    /// Put a subtree under `parent`, after `after`, or first without it.
    Insert {
        /// The node that shall hold it.
        parent: String,
        /// Its left sibling.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(test, ts(optional))]
        after: Option<String>,
        /// The subtree in document order; the first is its root.
        seeds: Vec<SeedDoc>,
    },
    /// Take a node and all below it out.
    Delete {
        /// The root of what goes.
        item: String,
    },
    /// Put a node, with all below it, somewhere else in the same object.
    Move {
        /// The node that moves.
        item: String,
        /// The node that shall hold it.
        parent: String,
        /// Its left sibling there.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(test, ts(optional))]
        after: Option<String>,
    },
    /// Set a field; without `text`, remove it.
    Set {
        /// The node whose field it is.
        item: String,
        /// Field name.
        field: String,
        /// New text.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(test, ts(optional))]
        text: Option<String>,
        /// How it is written; left out for `name = value`.
        #[serde(default, skip_serializing_if = "FormDoc::is_assign")]
        #[cfg_attr(test, ts(optional, as = "Option<FormDoc>"))]
        form: FormDoc,
        /// Position among the node's fields for a new one; without it, at the end.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(test, ts(optional))]
        at: Option<u32>,
    },
    /// Replace the whole content.
    Replace {
        /// The four roots and all below them, in document order.
        seeds: Vec<SeedDoc>,
    },
    /// Put a record into a table.
    RecordInsert {
        /// Its id, proposed by the client.
        record: Uuid,
        /// Its number; given by the server.
        #[serde(default)]
        #[cfg_attr(test, ts(optional, as = "Option<u64>"))]
        ordinal: u64,
        /// Its values by the id of their field.
        #[serde(default)]
        #[cfg_attr(test, ts(as = "BTreeMap<String, serde_json::Value>"))]
        cells: BTreeMap<Uuid, Json>,
    },
    /// Set one cell; without `value`, empty it.
    RecordSet {
        /// Whose.
        record: Uuid,
        /// The id of the field.
        field: Uuid,
        /// To what.
        #[serde(default)]
        #[cfg_attr(test, ts(optional, as = "Option<serde_json::Value>"))]
        value: Json,
    },
    /// Take a record out.
    RecordDelete {
        /// Which.
        record: Uuid,
    },
    /// Show the rows that a file brought. Only the server says so.
    RecordsShow {
        /// Their numbers, first and last of each span.
        spans: Vec<(u64, u64)>,
        /// How many.
        rows: u64,
    },
    /// Hide the rows that a file brought. Only the server says so.
    RecordsHide {
        /// Their numbers, first and last of each span.
        spans: Vec<(u64, u64)>,
        /// How many.
        rows: u64,
    },
}

impl From<&RecordOp> for OpDoc {
    fn from(op: &RecordOp) -> Self {
        match op {
            RecordOp::Insert { record, ordinal, cells } => {
                OpDoc::RecordInsert { record: *record, ordinal: *ordinal, cells: cells_doc(cells) }
            }
            RecordOp::Set { record, field, value } => {
                OpDoc::RecordSet { record: *record, field: *field, value: value_doc(value) }
            }
            RecordOp::Delete { record } => OpDoc::RecordDelete { record: *record },
            RecordOp::Show { spans, rows } => OpDoc::RecordsShow { spans: spans.clone(), rows: *rows },
            RecordOp::Hide { spans, rows } => OpDoc::RecordsHide { spans: spans.clone(), rows: *rows },
        }
    }
}

impl From<&Op> for OpDoc {
    fn from(op: &Op) -> Self {
        let seeds = |seeds: &[Seed]| seeds.iter().map(SeedDoc::from).collect();
        match op {
            Op::Insert { parent, after, seeds: list } => OpDoc::Insert {
                parent: parent.to_string(),
                after: after.map(|after| after.to_string()),
                seeds: seeds(list),
            },
            Op::Delete { item } => OpDoc::Delete { item: item.to_string() },
            Op::Move { item, parent, after } => OpDoc::Move {
                item: item.to_string(),
                parent: parent.to_string(),
                after: after.map(|after| after.to_string()),
            },
            Op::Set { item, field, text, form, at } => OpDoc::Set {
                item: item.to_string(),
                field: field.clone(),
                text: text.clone(),
                form: (*form).into(),
                at: at.and_then(|at| u32::try_from(at).ok()),
            },
            Op::Replace { seeds: list } => OpDoc::Replace { seeds: seeds(list) },
            Op::Record(op) => op.into(),
        }
    }
}

impl TryFrom<OpDoc> for Op {
    type Error = BadDocument;

    fn try_from(doc: OpDoc) -> Result<Self, BadDocument> {
        let seeds =
            |seeds: Vec<SeedDoc>| seeds.into_iter().map(Seed::try_from).collect::<Result<Vec<_>, _>>();
        let sibling = |after: Option<String>| after.as_deref().map(item).transpose();
        Ok(match doc {
            OpDoc::Insert { parent, after, seeds: list } => {
                Op::Insert { parent: item(&parent)?, after: sibling(after)?, seeds: seeds(list)? }
            }
            OpDoc::Delete { item: node } => Op::Delete { item: item(&node)? },
            OpDoc::Move { item: node, parent, after } => {
                Op::Move { item: item(&node)?, parent: item(&parent)?, after: sibling(after)? }
            }
            OpDoc::Set { item: node, field, text, form, at } => {
                Op::Set { item: item(&node)?, field, text, form: form.into(), at: at.map(|at| at as usize) }
            }
            OpDoc::Replace { seeds: list } => Op::Replace { seeds: seeds(list)? },
            OpDoc::RecordInsert { record, ordinal, cells } => {
                Op::Record(RecordOp::Insert { record, ordinal, cells: cells_from_doc(cells) })
            }
            OpDoc::RecordSet { record, field, value } => {
                Op::Record(RecordOp::Set { record, field, value: value_from_doc(value) })
            }
            OpDoc::RecordDelete { record } => Op::Record(RecordOp::Delete { record }),
            OpDoc::RecordsShow { spans, rows } => Op::Record(RecordOp::Show { spans, rows }),
            OpDoc::RecordsHide { spans, rows } => Op::Record(RecordOp::Hide { spans, rows }),
        })
    }
}
