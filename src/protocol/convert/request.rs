//! What a client says, as a request of the core. Shapes and sizes are checked here, rights and rules by the core.

use super::intent;
use crate::document::{BadDocument, FieldDoc, LockPathDoc, OpDoc, SeedDoc};
use crate::domain::command::{Cursor, Edit, EditAction, Location, Pen, Request, RequestAnswer, Resume};
use crate::domain::id::{ItemId, ObjectId, OpId, ParkedId, RequestId, SessionId, StreamId, UserId};
use crate::domain::path::LockPath;
use crate::domain::stack::Revision;
use crate::domain::stack::op::Op;
use crate::protocol::FIELD_MAX;
use crate::protocol::client::{AnswerDoc, ClientMessage, LocationDoc, ResumeDoc};
use crate::protocol::error::{ErrorBody, ErrorCode};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// Characters of a page's name.
const PAGE_MAX: usize = 64;
/// Characters of a field's name.
const FIELD_NAME_MAX: usize = 128;
/// Bytes of a text that the core measures in characters; a guard only.
const LINE_MAX: usize = 16 * 1024;

/// What is wrong with a message.
pub type Wrong = Box<ErrorBody>;

/// A client message, sorted by who deals with it.
#[derive(Debug)]
pub enum Incoming {
    /// The socket introduces its session.
    Hello {
        /// Access token.
        token: String,
        /// The workspace.
        workspace: Uuid,
        /// The loaded page.
        instance: Uuid,
        /// The session that the page had.
        resume: Option<ResumeDoc>,
        /// Device in words.
        device: String,
    },
    /// The answer to a ping.
    Pong,
    /// A fresh access token.
    Reauth {
        /// Access token.
        token: String,
    },
    /// For the room.
    Request(Request),
}

/// Sorts and checks a message.
///
/// # Errors
/// `bad_request`, `bad_text` with the place in `detail`.
pub fn incoming(message: ClientMessage) -> Result<Incoming, Wrong> {
    Ok(match message {
        ClientMessage::Hello { token, workspace, instance, resume, device } => {
            Incoming::Hello { token, workspace, instance, resume, device: words(device.unwrap_or_default()) }
        }
        ClientMessage::Pong => Incoming::Pong,
        ClientMessage::Reauth { token } => Incoming::Reauth { token },
        other => Incoming::Request(request(other)?),
    })
}

/// A claim to an earlier session; its secret goes no further than this.
pub fn resume(doc: &ResumeDoc) -> Resume {
    Resume {
        session: SessionId(doc.session),
        secret: secret_digest(&doc.secret),
        position: doc.stream.zip(doc.upto).map(|(stream, upto)| (StreamId(stream), upto)),
    }
}

/// What is kept of a resume secret.
pub fn secret_digest(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

fn request(message: ClientMessage) -> Result<Request, Wrong> {
    match message {
        ClientMessage::Edit { .. } | ClientMessage::Duplicate { .. } => {
            edit(message).map(|edit| Request::Edit(Box::new(edit)))
        }
        ClientMessage::Acquire { .. }
        | ClientMessage::Release { .. }
        | ClientMessage::Renew { .. }
        | ClientMessage::RequestLock { .. }
        | ClientMessage::CancelRequest { .. }
        | ClientMessage::AnswerRequest { .. }
        | ClientMessage::Flushed { .. }
        | ClientMessage::EditHere { .. }
        | ClientMessage::Force { .. }
        | ClientMessage::TakeOver { .. }
        | ClientMessage::Undo { .. }
        | ClientMessage::Swap { .. }
        | ClientMessage::CloseEditing { .. }
        | ClientMessage::Reopen { .. }
        | ClientMessage::Explain { .. } => lock(message),
        ClientMessage::DeleteObject { .. } | ClientMessage::DiscardParked { .. } => object(message),
        ClientMessage::Revert { .. }
        | ClientMessage::CheckRevert { .. }
        | ClientMessage::UndoChange(_)
        | ClientMessage::RedoChange(_)
        | ClientMessage::Publish { .. }
        | ClientMessage::CheckPublish { .. }
        | ClientMessage::AskToSave { .. } => super::history::history(message),
        ClientMessage::Realtime(call) => Ok(Request::Realtime(super::realtime::call(call)?)),
        ClientMessage::SetStatus { .. }
        | ClientMessage::SetPrivacy { .. }
        | ClientMessage::SetAvatar { .. }
        | ClientMessage::Activity { .. }
        | ClientMessage::Presence { .. } => super::presence::request(message),
        other => presence(other),
    }
}

fn presence(message: ClientMessage) -> Result<Request, Wrong> {
    Ok(match message {
        ClientMessage::Leave => Request::Leave,
        ClientMessage::Snapshot => Request::Snapshot,
        ClientMessage::Open { object } => Request::Open { object: ObjectId(object) },
        ClientMessage::Close => Request::CloseObject,
        ClientMessage::Locate { location } => Request::Locate(place(location)?),
        ClientMessage::Chat { client_id, text, mentions, link } => Request::Chat {
            client_id,
            text: line("text", text)?,
            mentions: mentions.into_iter().map(UserId).collect(),
            link: link.map(path).transpose()?,
        },
        ClientMessage::Typing { on } => Request::Typing { on },
        ClientMessage::Dirty { path: on, count } => Request::Dirty { path: path(on)?, count },
        // Everything else was sorted out before; a new message that is forgotten there is refused, not lost.
        _ => return Err(Box::new(ErrorBody::new(ErrorCode::UnknownType))),
    })
}

fn lock(message: ClientMessage) -> Result<Request, Wrong> {
    Ok(match message {
        ClientMessage::Acquire { op_id, path: on } => {
            Request::Acquire { op_id: OpId(op_id), path: path(on)? }
        }
        ClientMessage::Release { op_id, path: on, fence } => {
            Request::Release { op_id: OpId(op_id), path: path(on)?, fence: fence.into() }
        }
        ClientMessage::Renew { path: on, fence } => Request::Renew { path: path(on)?, fence: fence.into() },
        ClientMessage::RequestLock { op_id, request, path: on, note } => Request::RequestLock {
            op_id: OpId(op_id),
            request: RequestId(request),
            path: path(on)?,
            note: line("note", note)?,
        },
        ClientMessage::CancelRequest { request } => Request::CancelRequest { request: RequestId(request) },
        ClientMessage::AnswerRequest { op_id, request, answer, reason, within_ms } => {
            Request::AnswerRequest {
                op_id: OpId(op_id),
                request: RequestId(request),
                answer: match answer {
                    AnswerDoc::Grant => RequestAnswer::Grant,
                    AnswerDoc::Ignore => RequestAnswer::Ignore,
                    AnswerDoc::Decline => RequestAnswer::Decline { reason: line("reason", reason)? },
                    AnswerDoc::Promise => RequestAnswer::Promise { within_ms: within_ms.unwrap_or_default() },
                },
            }
        }
        ClientMessage::TakeOver { op_id, request } => {
            Request::TakeOver { op_id: OpId(op_id), request: RequestId(request) }
        }
        ClientMessage::Undo { op_id, path: on } => Request::Undo { op_id: OpId(op_id), path: path(on)? },
        ClientMessage::Swap { deadlock } => Request::Swap { deadlock: RequestId(deadlock) },
        ClientMessage::CloseEditing { op_id, path: on, reason } => {
            Request::CloseEditing { op_id: OpId(op_id), path: path(on)?, reason: line("reason", reason)? }
        }
        ClientMessage::Reopen { op_id, path: on } => Request::Reopen { op_id: OpId(op_id), path: path(on)? },
        ClientMessage::Flushed { path: on, fence } => {
            Request::Flushed { path: path(on)?, fence: fence.into() }
        }
        ClientMessage::EditHere { op_id, path: on } => {
            Request::EditHere { op_id: OpId(op_id), path: path(on)? }
        }
        ClientMessage::Force { op_id, path: on, reason } => {
            Request::Force { op_id: OpId(op_id), path: path(on)?, reason: line("reason", reason)? }
        }
        ClientMessage::Explain { path: on } => Request::Explain { path: path(on)? },
        _ => return Err(Box::new(ErrorBody::new(ErrorCode::UnknownType))),
    })
}

fn object(message: ClientMessage) -> Result<Request, Wrong> {
    Ok(match message {
        ClientMessage::DeleteObject { op_id, object } => {
            Request::DeleteObject { op_id: OpId(op_id), object: ObjectId(object) }
        }
        ClientMessage::DiscardParked { parked } => Request::DiscardParked { parked: ParkedId(parked) },
        _ => return Err(Box::new(ErrorBody::new(ErrorCode::UnknownType))),
    })
}

fn edit(message: ClientMessage) -> Result<Edit, Wrong> {
    match message {
        ClientMessage::Edit { op_id, object, fence, typed_ahead, base_revision, prev_op, op } => {
            check_sizes(&op)?;
            Ok(Edit {
                op_id: OpId(op_id),
                intent: intent::of_operation(object, &op),
                object: ObjectId(object),
                pen: match fence {
                    Some(fence) => Pen::Held(fence.into()),
                    None if typed_ahead => Pen::TypedAhead,
                    None => Pen::WithLock,
                },
                base: Revision(base_revision),
                prev_op: prev_op.map(OpId),
                action: EditAction::Apply(Op::try_from(op).map_err(bad)?),
            })
        }
        ClientMessage::Duplicate { op_id, object, item: node, seed, base_revision } => Ok(Edit {
            op_id: OpId(op_id),
            intent: intent::of_duplicate(object, &node, seed),
            object: ObjectId(object),
            pen: Pen::WithLock,
            base: Revision(base_revision),
            prev_op: None,
            action: EditAction::Duplicate { item: item(&node)?, seed },
        }),
        _ => Err(Box::new(ErrorBody::new(ErrorCode::UnknownType))),
    }
}

fn check_sizes(op: &OpDoc) -> Result<(), Wrong> {
    let text = |text: &str| {
        if text.len() <= FIELD_MAX {
            return Ok(());
        }
        Err(bad_text(format!("a field's text: at most {FIELD_MAX} bytes")))
    };
    let all = |seeds: &[SeedDoc]| {
        seeds.iter().flat_map(|seed| &seed.fields).try_for_each(|field: &FieldDoc| text(&field.text))
    };
    match op {
        OpDoc::Insert { seeds, .. } | OpDoc::Replace { seeds } => all(seeds),
        OpDoc::Set { text: Some(value), .. } => text(value),
        // The core measures values.
        OpDoc::Set { .. }
        | OpDoc::Delete { .. }
        | OpDoc::Move { .. }
        | OpDoc::RecordInsert { .. }
        | OpDoc::RecordSet { .. }
        | OpDoc::RecordDelete { .. }
        | OpDoc::RecordsShow { .. }
        | OpDoc::RecordsHide { .. } => Ok(()),
    }
}

fn place(doc: LocationDoc) -> Result<Location, Wrong> {
    let short = |what: &str, text: &str, max: usize| {
        if text.chars().count() <= max && !text.chars().any(char::is_control) {
            return Ok(());
        }
        Err(bad_text(format!("{what}: at most {max} characters")))
    };
    short("page", &doc.page, PAGE_MAX)?;
    if let Some(field) = &doc.field {
        short("field", field, FIELD_NAME_MAX)?;
    }
    Ok(Location {
        page: doc.page,
        object: doc.object.map(ObjectId),
        item: doc.item.as_deref().map(item).transpose()?,
        field: doc.field,
        cursor: doc.cursor.map(|at| Cursor { anchor: at.anchor, head: at.head, length: at.length }),
        typing: doc.typing,
        top: doc.top.as_deref().map(item).transpose()?,
        n: 0,
    })
}

/// Device names come from browsers; they are cut to size rather than refused.
fn words(text: String) -> String {
    text.chars().filter(|one| !one.is_control()).take(PAGE_MAX).collect()
}

pub(super) fn line(what: &str, text: String) -> Result<String, Wrong> {
    if text.len() <= LINE_MAX {
        return Ok(text);
    }
    Err(bad_text(format!("{what}: at most {LINE_MAX} bytes")))
}

fn item(text: &str) -> Result<ItemId, Wrong> {
    text.parse().map_err(|_| bad(BadDocument::new("item")))
}

fn path(doc: LockPathDoc) -> Result<LockPath, Wrong> {
    LockPath::try_from(doc).map_err(bad)
}

fn bad(error: BadDocument) -> Wrong {
    Box::new(ErrorBody::new(ErrorCode::BadRequest).detail(error.to_string()))
}

fn bad_text(detail: String) -> Wrong {
    Box::new(ErrorBody::new(ErrorCode::BadText).detail(detail))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Incoming, Wrong> {
        let frame: crate::protocol::client::ClientFrame =
            serde_json::from_str(text).expect("the test's frame is valid JSON");
        incoming(frame.message)
    }

    const ID: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

    #[test]
    fn the_same_intent_has_the_same_digest_whatever_fence_and_base() {
        let edit = |rest: &str| {
            let text = format!(r#"{{"type":"edit","op_id":"{ID}","object":"{ID}",{rest}}}"#);
            match parse(&text) {
                Ok(Incoming::Request(Request::Edit(edit))) => edit.intent,
                other => panic!("not an edit: {other:?}"),
            }
        };
        let one =
            edit(r#""base_revision":1,"op":{"op":"set","item":"response","field":"@value","text":"1"}"#);
        let same = edit(
            r#""base_revision":9,"fence":{"epoch":1,"counter":2},"op":{"text":"1","op":"set","field":"@value","item":"response"}"#,
        );
        let other =
            edit(r#""base_revision":1,"op":{"op":"set","item":"response","field":"@value","text":"2"}"#);
        assert_eq!(one, same);
        assert_ne!(one, other);
    }

    #[test]
    fn texts_and_paths_that_do_not_fit_name_their_place() {
        let long = "x".repeat(FIELD_MAX + 1);
        let text = format!(
            r#"{{"type":"edit","op_id":"{ID}","object":"{ID}","base_revision":1,"op":{{"op":"set","item":"response","field":"@value","text":"{long}"}}}}"#
        );
        assert_eq!(parse(&text).expect_err("it is too long").code, "bad_text");
        let path = format!(r#"{{"type":"explain","path":{{"object":"{ID}","item":"nonsense"}}}}"#);
        let error = parse(&path).expect_err("it names no item");
        assert_eq!((error.code, error.detail.as_deref()), ("bad_request", Some("item is not valid")));
    }

    #[test]
    fn every_message_finds_its_request() {
        for rest in [
            r#""type":"leave""#,
            r#""type":"snapshot""#,
            r#""type":"close""#,
            r#""type":"typing","on":true"#,
            r#""type":"locate","location":{"page":"home"}"#,
        ] {
            assert!(matches!(parse(&format!("{{{rest}}}")), Ok(Incoming::Request(_))), "{rest}");
        }
    }
}
