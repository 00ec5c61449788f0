//! How much memory an effect keeps busy, roughly: only the texts are counted, the rest is a flat sum.

use crate::domain::command::{Operation, Request};
use crate::domain::effect::{
    Answer, Delta, Effect, ObjectView, ParkedDraft, RealtimeAnswer, Receipt, Snapshot, Write,
};
use crate::domain::realtime::{ChannelNews, Post};
use crate::domain::record::{Record, RecordOp};
use crate::domain::stack::op::Op;
use crate::domain::stack::{Field, Node, Seed};

/// What any effect counts, in bytes, beside its texts.
const FLAT: usize = 256;
/// What a row of a snapshot counts, in bytes.
const ROW: usize = 192;
/// What a node counts, in bytes, beside its texts.
const NODE: usize = 128;
/// What a receiver of a post counts, in bytes.
const RECIPIENT: usize = 48;

fn fields(fields: &[Field]) -> usize {
    fields.iter().map(|field| field.name.len() + field.text.len() + 48).sum()
}

fn seeds(seeds: &[Seed]) -> usize {
    seeds.iter().map(|seed| NODE + seed.word.len() + fields(&seed.fields)).sum()
}

fn nodes(nodes: &[Node]) -> usize {
    nodes.iter().map(|node| NODE + node.word.len() + node.children.len() * 24 + fields(&node.fields)).sum()
}

fn op(op: &Op) -> usize {
    match op {
        Op::Insert { seeds: list, .. } | Op::Replace { seeds: list } => seeds(list),
        Op::Set { field, text, .. } => field.len() + text.as_ref().map_or(0, String::len),
        Op::Record(RecordOp::Insert { cells, .. }) => cells.values().map(|value| 24 + value.bytes()).sum(),
        Op::Record(RecordOp::Set { value, .. }) => value.bytes(),
        Op::Record(RecordOp::Show { spans, .. } | RecordOp::Hide { spans, .. }) => spans.len() * 16,
        Op::Delete { .. } | Op::Move { .. } | Op::Record(RecordOp::Delete { .. }) => 0,
    }
}

fn operation(operation: &Operation) -> usize {
    op(&operation.op) + operation.inverse.iter().map(op).sum::<usize>()
}

fn parked(draft: &ParkedDraft) -> usize {
    draft.operations.iter().map(|one| ROW + one.words.len() + op(&one.op)).sum()
}

/// What a snapshot counts, in bytes.
pub fn snapshot(picture: &Snapshot) -> usize {
    let rows = picture.members.len()
        + picture.presence.len()
        + picture.sessions.len()
        + picture.objects.len()
        + picture.locks.len()
        + picture.requests.len();
    FLAT + rows * ROW
        + picture.parked.iter().map(parked).sum::<usize>()
        + picture.chat.iter().map(|line| ROW + line.text.len()).sum::<usize>()
}

fn object(view: &ObjectView) -> usize {
    // The published stack is shared with the core, and is about as large as the draft once it is encoded.
    nodes(&view.nodes) * if view.published.is_some() { 2 } else { 1 } + view.changes.len() * ROW
}

fn delta(delta: &Delta) -> usize {
    match delta {
        Delta::Operation { operation: one, change, .. } => operation(one) + change.words.len(),
        Delta::Parked(draft) => parked(draft),
        Delta::Chat(line) => line.text.len(),
        Delta::Roster(roster) => (roster.sessions.len() + roster.presence.len()) * ROW,
        _ => 0,
    }
}

/// What a post counts, in bytes.
pub fn post(post: &Post) -> usize {
    let post = match post {
        Post::Channel(post) => post,
        Post::Presence(post) => return ROW + post.record.metadata.text().len(),
    };
    match &post.news {
        ChannelNews::Said(said) => said.payload.text().len(),
        ChannelNews::Here(cards) => cards.len() * ROW,
        ChannelNews::History { said, .. } => said.iter().map(|one| ROW + one.payload.text().len()).sum(),
        ChannelNews::Came(_) | ChannelNews::Went(_) | ChannelNews::Closed => ROW,
    }
}

/// What a write counts, in bytes.
pub fn write(write: &Write) -> usize {
    FLAT + match write {
        Write::Operation { operation: one, .. } => operation(one),
        Write::Parked(draft) => parked(draft),
        Write::Said { said, .. } => said.payload.text().len(),
        Write::PresenceRecord(record) => record.metadata.text().len(),
        Write::Record { record, .. } => record.bytes(),
        Write::Staged { records, .. } => records.iter().map(Record::bytes).sum(),
        Write::PresenceMinute(minute) => {
            (minute.rows.len() + minute.changes.len() + minute.activity.len() + minute.objects.len()) * ROW
        }
        _ => 0,
    }
}

/// What an effect counts, in bytes.
pub fn effect(effect: &Effect) -> usize {
    FLAT + match effect {
        Effect::Reply { result: Ok(answer), .. } => match answer {
            Answer::Welcome(welcome) => {
                welcome.snapshot.as_deref().map_or(0, snapshot)
                    + welcome.replay.iter().map(|one| FLAT + delta(one)).sum::<usize>()
            }
            Answer::Snapshot(picture) => snapshot(picture),
            Answer::Object(view) => object(view),
            Answer::Parked(drafts) => drafts.iter().map(parked).sum(),
            Answer::Realtime(RealtimeAnswer::History { said, .. }) => {
                said.iter().map(|one| ROW + one.payload.text().len()).sum()
            }
            Answer::Realtime(RealtimeAnswer::Presences { records, .. }) => records.len() * ROW,
            Answer::Realtime(RealtimeAnswer::Clients(cards)) => cards.len() * ROW,
            Answer::Table(view) => nodes(&view.fields),
            Answer::Staged(staged) => staged.problems.iter().map(|one| ROW + one.problem.message.len()).sum(),
            Answer::Presence(page) => page.people.len() * 2 * ROW,
            Answer::StatusHistory { changes, .. } => changes.len() * ROW,
            Answer::Revertable(preview) => (preview.collisions.len() + preview.breaks.len()) * ROW,
            Answer::Publishable(preview) => (preview.needs.len() + preview.problems.len()) * ROW,
            Answer::Receipt(Receipt::Reverted { left, .. }) => left.len() * ROW,
            Answer::Console(view) => (view.sessions.len() + view.locks.len()) * 2 * ROW,
            Answer::Receipt(_) | Answer::Explained(_) | Answer::PresenceSettings(_) | Answer::Realtime(_) => {
                0
            }
        },
        Effect::Post { to, post } => to.len() * RECIPIENT + self::post(post),
        Effect::Delta(numbered) => delta(&numbered.delta),
        Effect::Write(one) => write(one),
        _ => 0,
    }
}

/// What the numbers call a request.
pub fn kind(request: &Request) -> &'static str {
    match request {
        Request::Edit(_) => "edit",
        Request::Acquire { .. } | Request::Release { .. } | Request::RequestLock { .. } => "lock",
        Request::Chat { .. } => "chat",
        Request::Locate(_) | Request::Typing { .. } => "place",
        Request::Open { .. } | Request::Snapshot => "picture",
        Request::Realtime(_) => "realtime",
        _ => "other",
    }
}

/// Whether a request changes nothing durable and reads nothing, so that it may go on while the store does not answer.
pub fn is_ephemeral(request: &Request) -> bool {
    matches!(
        request,
        Request::Locate(_)
            | Request::Chat { .. }
            | Request::Typing { .. }
            | Request::Dirty { .. }
            | Request::SetStatus(_)
            | Request::Active { .. }
            | Request::Heartbeat
    )
}
