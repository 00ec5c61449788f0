//! What a request is prepared with before it is answered: plans over a long log, which are worked out aside while the room goes
//! on, and the work on records that the store is asked for.
//!
//! A plan is made on a picture of the draft at one moment. When it comes back and the draft, its log or the pens that bar it are
//! not what they were, it is made anew. After a few times in vain it is made in the room's turn, so that it gets through however
//! busy the object is.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Workspace;
use super::stacks::{Need, OpenStack};
use crate::domain::command::{Caller, OverLocks, Request};
use crate::domain::effect::{Effect, Effects};
use crate::domain::id::{CallId, ItemId, ObjectId, UserId};
use crate::domain::plan::{Base, PartWish, Share, Take, Wish, Work, Worked};
use crate::domain::record::RecordWork;
use crate::domain::refusal::Refusal;
use crate::domain::stack::Revision;
use crate::domain::time::Now;

/// How often a plan is made aside before it is made in the room's turn.
const TRIES: u8 = 3;

/// What a plan was made on.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Stamp {
    version: Option<u64>,
    content: Revision,
    change: Option<u64>,
    bars: Vec<(Option<ItemId>, UserId)>,
}

#[derive(Debug)]
struct Aside {
    object: ObjectId,
    stamp: Stamp,
    /// The newest change when it was asked for: what comes later is not meant by "all" or by a person's.
    upto: u64,
    tries: u8,
    worked: Option<Box<Worked>>,
}

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Asides {
    plans: BTreeMap<CallId, Aside>,
    /// The standing changes of records that are meant by "all" or by a person's.
    records: BTreeMap<CallId, Vec<u64>>,
    /// What is there for the request in hand.
    pub at_hand: AtHand,
}

/// What is there for the request in hand.
#[derive(Debug, Default)]
pub(super) struct AtHand {
    pub worked: Option<Box<Worked>>,
    pub records: Vec<u64>,
    /// The newest change when it was asked for, if that is some time ago.
    pub upto: Option<u64>,
}

impl Asides {
    /// The changes of records that were looked up for a call.
    pub fn records_of(&self, call: CallId) -> Option<&[u64]> {
        self.records.get(&call).map(Vec::as_slice)
    }

    /// Nobody waits for what is prepared for the call.
    pub fn forget(&mut self, call: CallId) {
        self.plans.remove(&call);
        self.records.remove(&call);
        self.at_hand = AtHand::default();
    }
}

impl Workspace {
    /// What is still to be worked out before the request is answered. If nothing is, what was is at hand.
    pub(super) fn aside(
        &mut self,
        caller: Caller,
        call: CallId,
        request: &Request,
        out: &mut Effects,
    ) -> Option<Need> {
        self.asides.at_hand.records = self.asides.records.get(&call).cloned().unwrap_or_default();
        let object = planned_object(request)?;
        let open = self.stacks.get(object)?;
        let before = self.asides.plans.remove(&call);
        if before.is_none() && open.operations.len() <= self.limits.plan_operations {
            return None;
        }
        let stamp = self.stamp(caller, object, request)?;
        let tries = before.as_ref().map_or(0, |aside| aside.tries);
        let newest = stamp.change.unwrap_or_default();
        let upto = before.as_ref().map_or(newest, |aside| aside.upto);
        self.asides.at_hand.upto = Some(upto);
        if let Some(aside) = before
            && aside.object == object
            && aside.stamp == stamp
            && aside.worked.is_some()
        {
            self.asides.at_hand.worked = aside.worked;
            return None;
        }
        if tries >= TRIES {
            return None;
        }
        // What is refused anyway needs no plan.
        self.permit(caller, request).ok()?;
        let work = self.work_of(caller, request).ok()?;
        out.push(Effect::WorkOut { call, work: Box::new(work) });
        self.asides.plans.insert(call, Aside { object, stamp, upto, tries: tries + 1, worked: None });
        Some(Need::Plan(call))
    }

    fn stamp(&self, caller: Caller, object: ObjectId, request: &Request) -> Option<Stamp> {
        let open = self.stacks.get(object)?;
        let leaves = matches!(request, Request::Revert(revert) if revert.locks == OverLocks::Leave);
        Some(Stamp {
            version: self.objects.get(&object)?.version.as_ref().map(|version| version.number),
            content: open.content_revision(),
            change: open.changes.last().map(|change| change.number),
            bars: if leaves { self.bars(caller, object) } else { Vec::new() },
        })
    }

    fn work_of(&self, caller: Caller, request: &Request) -> Result<Work, Refusal> {
        let wish = match request {
            Request::Revert(revert) => self.wish_of_revert(caller, revert)?,
            Request::CheckRevert { object, selection } => self.wish_of_look(*object, selection)?,
            Request::Publish(publish) => {
                return self.part_wish(publish.object, publish.authors.as_deref()).map(part);
            }
            Request::CheckPublish { object, authors } => {
                return self.part_wish(*object, authors.as_deref()).map(part);
            }
            _ => return Err(Refusal::NothingToDo),
        };
        Ok(Work::Back(Box::new(wish)))
    }

    /// The pens of others in an object.
    pub(super) fn bars(&self, caller: Caller, object: ObjectId) -> Vec<(Option<ItemId>, UserId)> {
        let others = self.locks.of_object(object).filter(|lock| Some(lock.session) != caller.session);
        others.map(|lock| (lock.path.item, lock.user)).collect()
    }

    /// What was asked for with [`Effect::WorkOut`].
    pub(super) fn worked_out(
        &mut self,
        now: Now,
        call: CallId,
        worked: Option<Box<Worked>>,
        out: &mut Effects,
    ) {
        let Some(aside) = self.asides.plans.get_mut(&call) else { return };
        let failed = worked.is_none();
        aside.worked = worked;
        if failed {
            self.asides.forget(call);
            return self.give_up(Need::Plan(call), out);
        }
        self.resume(now, Need::Plan(call), out);
    }

    /// What was asked for with [`Effect::LoadRecordWork`].
    pub(super) fn record_work_loaded(
        &mut self,
        now: Now,
        call: CallId,
        found: Option<Box<RecordWork>>,
        out: &mut Effects,
    ) {
        let Some((object, meanwhile)) = self.records.end_work_load(call) else { return };
        let Some(found) = found else { return self.give_up(Need::Work(call), out) };
        let RecordWork { numbers, changes, rows } = *found;
        self.records.take_up(object, &meanwhile, changes, rows);
        self.asides.records.insert(call, numbers);
        self.resume(now, Need::Work(call), out);
    }
}

fn part(wish: PartWish) -> Work {
    Work::Part(Box::new(wish))
}

/// The object whose log a plan for the request goes over. An undo is none: it is about one change, and must come before what
/// is typed after it.
fn planned_object(request: &Request) -> Option<ObjectId> {
    match request {
        Request::Revert(revert) => Some(revert.object),
        Request::CheckRevert { object, .. } => Some(*object),
        Request::Publish(publish) => publish.authors.as_ref().map(|_| publish.object),
        Request::CheckPublish { object, authors } => authors.as_ref().map(|_| *object),
        _ => None,
    }
}

impl OpenStack {
    /// A picture from which the wanted changes can be taken back.
    pub fn wish(&self, wanted: std::collections::BTreeSet<u64>, take: Take) -> Wish {
        Wish {
            draft: Arc::clone(&self.draft),
            standing: self.work().map(|change| change.number).collect(),
            operations: self.operations.iter().cloned().collect(),
            wanted,
            take,
            bars: Vec::new(),
            base: None,
            look: false,
        }
    }

    /// The content to which "all" goes back.
    pub fn base(&self) -> Option<Base> {
        match &self.published {
            Some(published) => Some(Base::Published(Arc::clone(published))),
            None => self.operations.first().cloned().map(Base::Made),
        }
    }

    /// A picture from which a part can be made live.
    pub fn part_wish(&self, authors: Option<&[UserId]>) -> PartWish {
        let share = |change: &crate::domain::command::Change| Share {
            number: change.number,
            user: change.user,
            taken: change.taken.clone(),
        };
        PartWish {
            draft: Arc::clone(&self.draft),
            all: self.changes.iter().map(|change| change.number).collect(),
            shares: self.work().map(share).collect(),
            operations: self.operations.iter().cloned().collect(),
            authors: authors.map(<[UserId]>::to_vec),
            creation: self.creation(),
        }
    }

    /// The change that made the object, if it is not live.
    pub fn creation(&self) -> Option<u64> {
        self.operations.first().filter(|first| first.revision == Revision(1)).map(|first| first.change)
    }
}
