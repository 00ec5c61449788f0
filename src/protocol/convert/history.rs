//! Taking back and making live, as requests of the core.

use super::request::{Wrong, line};
use crate::domain::command::{Collisions, OverLocks, Publish, Request, Revert, Scope, Selection, Step};
use crate::domain::id::{ObjectId, OpId, UserId};
use crate::domain::stack::Revision;
use crate::protocol::client::{
    ClientMessage, CollisionsDoc, OverLocksDoc, PublishDoc, RevertDoc, ScopeDoc, SelectionDoc, StepDoc,
};
use crate::protocol::error::{ErrorBody, ErrorCode};

/// Changes that one call may name.
const CHANGES_MAX: usize = 10_000;
/// Members that one call may name.
const AUTHORS_MAX: usize = 1_000;

pub(super) fn history(message: ClientMessage) -> Result<Request, Wrong> {
    Ok(match message {
        ClientMessage::Revert { op_id, object, revert: doc } => {
            Request::Revert(Box::new(revert(OpId(op_id), ObjectId(object), doc)?))
        }
        ClientMessage::CheckRevert { object, selection: doc } => {
            Request::CheckRevert { object: ObjectId(object), selection: selection(doc)? }
        }
        ClientMessage::UndoChange(doc) => Request::Step(step(doc, false)),
        ClientMessage::RedoChange(doc) => Request::Step(step(doc, true)),
        ClientMessage::Publish { op_id, object, publish: doc } => {
            let PublishDoc { revision, description, authors: users, dependencies } = doc;
            Request::Publish(Box::new(Publish {
                op_id: OpId(op_id),
                object: ObjectId(object),
                revision: Revision(revision),
                description: line("description", description)?,
                authors: authors(users)?,
                dependencies,
            }))
        }
        ClientMessage::CheckPublish { object, authors: users } => {
            Request::CheckPublish { object: ObjectId(object), authors: authors(users)? }
        }
        ClientMessage::AskToSave { object } => Request::AskToSave { object: ObjectId(object) },
        _ => return Err(Box::new(ErrorBody::new(ErrorCode::UnknownType))),
    })
}

fn revert(op_id: OpId, object: ObjectId, doc: RevertDoc) -> Result<Revert, Wrong> {
    let RevertDoc { selection: which, collisions, take, locks, reason } = doc;
    if take.len() > CHANGES_MAX {
        return Err(too_many("changes", CHANGES_MAX));
    }
    Ok(Revert {
        op_id,
        object,
        selection: selection(which)?,
        collisions: match collisions {
            CollisionsDoc::Ask => Collisions::Ask,
            CollisionsDoc::Keep => Collisions::Keep,
            CollisionsDoc::Take => Collisions::Take,
        },
        take,
        locks: match locks {
            OverLocksDoc::Refuse => OverLocks::Refuse,
            OverLocksDoc::Leave => OverLocks::Leave,
            OverLocksDoc::Park => OverLocks::Park { reason: line("reason", reason)? },
        },
    })
}

fn selection(doc: SelectionDoc) -> Result<Selection, Wrong> {
    let scope = match doc.only {
        None => Scope::Everything,
        Some(ScopeDoc::Content) => Scope::Content,
        Some(ScopeDoc::Records) => Scope::Records,
    };
    match (doc.changes, doc.author) {
        (None, None) => Ok(Selection::All(scope)),
        (None, Some(user)) => Ok(Selection::Author(UserId(user), scope)),
        (Some(_), None) if doc.only.is_some() => Err(Box::new(
            ErrorBody::new(ErrorCode::BadRequest)
                .detail("`only` goes with `author` or everything, not with `changes`"),
        )),
        (Some(numbers), None) if numbers.len() > CHANGES_MAX => Err(too_many("changes", CHANGES_MAX)),
        (Some(numbers), None) => Ok(Selection::Changes(numbers)),
        (Some(_), Some(_)) => Err(Box::new(
            ErrorBody::new(ErrorCode::BadRequest).detail("name `changes` or `author`, not both"),
        )),
    }
}

fn step(doc: StepDoc, forth: bool) -> Step {
    let StepDoc { op_id, object, before, take } = doc;
    Step { op_id: OpId(op_id), object: ObjectId(object), forth, before, take }
}

fn authors(users: Option<Vec<uuid::Uuid>>) -> Result<Option<Vec<UserId>>, Wrong> {
    match users {
        Some(users) if users.len() > AUTHORS_MAX => Err(too_many("authors", AUTHORS_MAX)),
        users => Ok(users.map(|users| users.into_iter().map(UserId).collect())),
    }
}

fn too_many(what: &str, max: usize) -> Wrong {
    Box::new(ErrorBody::new(ErrorCode::TooMany).detail(format!("{what}: at most {max}")))
}
