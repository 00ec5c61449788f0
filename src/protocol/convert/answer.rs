//! Answers to calls.

use super::delta::delta;
use super::presence::presence_list;
use super::realtime::realtime_answer;
use super::snapshot::{request, snapshot};
use crate::document::{NodeDoc, ReceiptDoc, stack_doc};
use crate::domain::effect::{
    Answer, Arrival, Breakage, Explanation, ObjectView, PublishPreview, Remedy, RevertPreview, Welcome,
};
use crate::domain::id::StreamId;
use crate::protocol::error::ProblemDoc;
use crate::protocol::server::{
    ArrivalDoc, AuthorDoc, BreakageDoc, ExplanationDoc, NeedDoc, ObjectDoc, PublishableDoc, RemedyDoc,
    ReplyDoc, RevertableDoc, WelcomeDoc,
};

/// An answer as the wire has it. A welcome is a message of its own, see [`welcome`].
pub fn reply(answer: &Answer, stream: StreamId) -> Option<ReplyDoc> {
    Some(match answer {
        Answer::Receipt(receipt) => ReplyDoc::Receipt(receipt.into()),
        // Asked for over HTTP only.
        Answer::Welcome(_) | Answer::Table(_) | Answer::Staged(_) => return None,
        Answer::Snapshot(picture) => {
            ReplyDoc::Snapshot { stream: stream.0, snapshot: Box::new(snapshot(picture)) }
        }
        Answer::Object(view) => ReplyDoc::Object(Box::new(object(view))),
        Answer::Parked(drafts) => ReplyDoc::Parked { drafts: drafts.iter().map(Into::into).collect() },
        Answer::Realtime(answer) => ReplyDoc::Realtime(realtime_answer(answer)),
        Answer::Presence(page) => ReplyDoc::Presence(Box::new(presence_list(page))),
        // Asked for over HTTP only.
        Answer::StatusHistory { .. } | Answer::PresenceSettings(_) | Answer::Console(_) => return None,
        Answer::Explained(explanation) => ReplyDoc::Explained(Box::new(explained(explanation))),
        Answer::Revertable(preview) => ReplyDoc::Revertable(Box::new(revertable(preview))),
        Answer::Publishable(preview) => ReplyDoc::Publishable(Box::new(publishable(preview))),
    })
}

/// Done, and there is no more to say.
pub fn done() -> ReplyDoc {
    ReplyDoc::Receipt(ReceiptDoc::Done)
}

/// The answer to a hello; `secret` is the one whose digest was in it.
pub fn welcome(welcome: &Welcome, re: Option<u32>, secret: &str) -> WelcomeDoc {
    WelcomeDoc {
        re,
        arrival: match welcome.arrival {
            Arrival::New => ArrivalDoc::New,
            Arrival::Resumed => ArrivalDoc::Resumed,
            Arrival::Reloaded => ArrivalDoc::Reloaded,
        },
        session: welcome.session.0,
        user: welcome.user.0,
        secret: welcome.fresh_secret.then(|| secret.to_owned()),
        stream: welcome.stream.0,
        upto: welcome.upto,
        snapshot: welcome.snapshot.as_deref().map(snapshot),
        replay: welcome.replay.iter().map(|one| delta(one)).collect(),
        now: welcome.now.0,
        ping_ms: welcome.ping_ms,
    }
}

fn object(view: &ObjectView) -> ObjectDoc {
    ObjectDoc {
        head: (&view.head).into(),
        nodes: view.nodes.iter().map(NodeDoc::from).collect(),
        changes: view.changes.iter().map(Into::into).collect(),
        published: view.published.as_deref().map(stack_doc),
    }
}

fn revertable(preview: &RevertPreview) -> RevertableDoc {
    RevertableDoc {
        revision: preview.revision.0,
        changes: preview.numbers.runs().to_vec(),
        collisions: preview.collisions.iter().map(Into::into).collect(),
        locks: preview.locks.iter().map(Into::into).collect(),
        breaks: preview.breaks.iter().map(breakage).collect(),
    }
}

fn breakage(breakage: &Breakage) -> BreakageDoc {
    match breakage {
        Breakage::ResultUsed { name, item } => {
            BreakageDoc::ResultUsed { name: name.clone(), item: item.to_string() }
        }
        Breakage::Called { object, item } => BreakageDoc::Called { object: object.0, item: item.to_string() },
    }
}

fn publishable(preview: &PublishPreview) -> PublishableDoc {
    PublishableDoc {
        revision: preview.revision.0,
        authors: preview
            .authors
            .iter()
            .map(|(user, changes)| AuthorDoc { user: user.0, changes: *changes })
            .collect(),
        changes: preview.numbers.runs().to_vec(),
        needs: preview.needs.iter().map(|pair| need(*pair)).collect(),
        unsaved: preview.unsaved.iter().map(Into::into).collect(),
        problems: preview
            .problems
            .iter()
            .map(|(item, message)| ProblemDoc { item: item.to_string(), message: message.clone() })
            .collect(),
    }
}

pub(super) fn need((change, needs): (u64, u64)) -> NeedDoc {
    NeedDoc { change, needs }
}

/// Everything about a lock.
pub fn explained(explanation: &Explanation) -> ExplanationDoc {
    ExplanationDoc {
        path: explanation.path.into(),
        lock: explanation.lock.as_ref().map(Into::into),
        tab: explanation.tab,
        idle_ms: explanation.idle_ms,
        also: explanation.also.iter().map(Into::into).collect(),
        closure: explanation.closure.as_ref().map(Into::into),
        queue: explanation.queue.iter().map(request).collect(),
        frees: explanation.frees.map(|at| at.0),
        may: explanation.may.iter().map(|remedy| remedy_doc(*remedy)).collect(),
    }
}

fn remedy_doc(remedy: Remedy) -> RemedyDoc {
    match remedy {
        Remedy::Edit => RemedyDoc::Edit,
        Remedy::Request => RemedyDoc::Request,
        Remedy::EditHere => RemedyDoc::EditHere,
        Remedy::Force => RemedyDoc::Force,
        Remedy::TakeOver => RemedyDoc::TakeOver,
        Remedy::Undo => RemedyDoc::Undo,
        Remedy::Reopen => RemedyDoc::Reopen,
        Remedy::Wait => RemedyDoc::Wait,
    }
}
