//! Making a draft live: all of it, or what some members did with what that builds upon.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::objects::{digest, object_intent};
use super::reverts::{Plan, change_of};
use super::stacks::OpenStack;
use super::{Done, Workspace};
use crate::domain::command::{Caller, Numbers, Publish};
use crate::domain::effect::{
    Answer, Audience, AuditEntry, Delta, Effect, Effects, LockView, Obstacle, PublishPreview, Receipt,
    VersionHead, Write,
};
use crate::domain::id::{ObjectId, SessionId, UserId};
use crate::domain::path::LockPath;
use crate::domain::refusal::Refusal;
use crate::domain::role::Action;
use crate::domain::stack::{Revision, Stack};
use crate::domain::time::{Millis, Now};

/// How much longer than the time to save a publisher may take to come back.
const LATE_MS: u64 = 5_000;

/// Those who were asked to save before a publish.
#[derive(Debug)]
pub(super) struct Asked {
    by: UserId,
    at: Revision,
    sessions: BTreeSet<SessionId>,
    until: Millis,
}

/// What goes live.
struct Part {
    stack: Stack,
    numbers: BTreeSet<u64>,
    /// Changes that were asked for, with one of somebody else that each needs.
    needs: Vec<(u64, u64)>,
    whole: bool,
}

/// A new version, but for what follows from the draft.
struct Making {
    stack: Arc<Stack>,
    numbers: Numbers,
    contributors: Vec<UserId>,
    whole: bool,
    description: String,
}

impl Workspace {
    /// Makes the draft live, or a part of it.
    pub(super) fn publish(
        &mut self,
        now: Now,
        caller: Caller,
        publish: Publish,
        out: &mut Effects,
    ) -> Result<Receipt, Refusal> {
        let Publish { op_id, object, revision, description, authors, dependencies } = publish;
        let words: Vec<u64> =
            authors.iter().flatten().flat_map(|user| <[u64; 2]>::from(user.0.as_u64_pair())).collect();
        let intent = digest(object_intent(b'p', object), &words);
        if let Some(receipt) = self.receipts.find(caller.user, op_id, intent)? {
            return Ok(receipt);
        }
        self.allowed(caller.user, Action::Publish)?;
        if !description.is_empty() {
            super::talk::check_text("description", &description, self.limits.description)?;
        }
        let head = self.head(object)?;
        if self.is_stale(object, revision)? && !self.saved_when_asked(now, caller.user, object, revision) {
            return Err(Refusal::BaseMismatch { current: head.revision });
        }
        let kind = head.kind;
        self.open_for_edits(LockPath::object(object))?;
        let open = self.stacks.get(object).ok_or(Refusal::RetryLater)?;
        let same = open.published.as_ref().is_some_and(|live| live.to_seeds() == open.draft.to_seeds());
        match &head.version {
            Some(version) if same && version.revision == head.revision => {
                return Err(Refusal::AlreadyPublished(Box::new(version.clone())));
            }
            Some(_) if same => return Err(Refusal::NothingToDo),
            _ => {}
        }
        let part = self.part(object, authors.as_deref())?;
        if !part.needs.is_empty() && !dependencies {
            return Err(Refusal::PublishDepends(part.needs));
        }
        let problems = (self.publish_check)(kind, &part.stack);
        if !problems.is_empty() {
            return Err(Refusal::InvalidStack(problems));
        }
        let revision = head.revision;
        let version = self.make_part_live(now, caller, object, part, description, out);
        let receipt = Receipt::Published { version, revision };
        self.remember(now, caller.user, op_id, intent, &receipt, out);
        Ok(receipt)
    }

    /// Whether the content was changed after that revision, or it is still to come. Records move the revision of their table
    /// and are no part of what is published.
    fn is_stale(&self, object: ObjectId, seen: Revision) -> Result<bool, Refusal> {
        let now = self.head(object)?.revision;
        let open = self.stacks.get(object).ok_or(Refusal::RetryLater)?;
        Ok(seen > now || (seen < now && (!self.is_table(object) || seen < open.fields_revision())))
    }

    /// Looks at a publish. Changes nothing.
    pub(super) fn check_publish(&self, caller: Caller, object: ObjectId, authors: Option<&[UserId]>) -> Done {
        self.member(caller.user)?;
        let head = self.head(object)?;
        let (revision, kind) = (head.revision, head.kind);
        let open = self.stacks.get(object).ok_or(Refusal::RetryLater)?;
        let mut counts: BTreeMap<UserId, u64> = BTreeMap::new();
        for change in open.work() {
            *counts.entry(change.user).or_default() += 1;
        }
        let part = self.part(object, authors)?;
        let stands = |number: &u64| change_of(&open.changes, *number).is_some_and(|change| change.stands());
        Ok(Answer::Publishable(Box::new(PublishPreview {
            revision,
            authors: counts.into_iter().collect(),
            numbers: part.numbers.iter().copied().filter(stands).collect(),
            needs: part.needs,
            unsaved: self.unsaved(caller, object),
            problems: (self.publish_check)(kind, &part.stack),
        })))
    }

    /// Asks everybody with unsaved work in the object to save it.
    pub(super) fn ask_to_save(
        &mut self,
        now: Now,
        caller: Caller,
        object: ObjectId,
        out: &mut Effects,
    ) -> Result<Receipt, Refusal> {
        self.allowed(caller.user, Action::Publish)?;
        let at = self.head(object)?.revision;
        let sessions: BTreeSet<SessionId> =
            self.unsaved(caller, object).into_iter().map(|lock| lock.session).collect();
        let within_ms = self.limits.save_ms;
        for session in &sessions {
            let delta = Delta::SaveAsked { object, by: caller.user, within_ms };
            self.tell(now, Audience::Session(*session), delta, out);
        }
        let count = u32::try_from(sessions.len()).unwrap_or(u32::MAX);
        let until = now.mono + within_ms + LATE_MS;
        self.asked.retain(|_, asked| asked.until > now.mono);
        self.asked.insert(object, Asked { by: caller.user, at, sessions, until });
        Ok(Receipt::Asked { sessions: count, within_ms })
    }

    fn unsaved(&self, caller: Caller, object: ObjectId) -> Vec<LockView> {
        let others = self.locks.of_object(object).filter(|lock| Some(lock.session) != caller.session);
        others.map(|lock| self.view_lock(lock)).filter(|view| view.unsaved > 0).collect()
    }

    /// Whether all that came after the revision is what those who were asked have saved.
    fn saved_when_asked(&self, now: Now, user: UserId, object: ObjectId, revision: Revision) -> bool {
        let Some(asked) = self.asked.get(&object) else { return false };
        let Some(open) = self.stacks.get(object) else { return false };
        let known = asked.by == user && asked.at <= revision && asked.until > now.mono;
        let mut since = open.operations.iter().rev().take_while(|operation| operation.revision > revision);
        known
            && self.objects.get(&object).is_some_and(|head| head.revision > revision)
            && since
                .all(|operation| operation.session.is_some_and(|session| asked.sessions.contains(&session)))
    }

    /// What goes live if only the changes of these members do, with what those need.
    fn part(&self, object: ObjectId, authors: Option<&[UserId]>) -> Result<Part, Refusal> {
        let open = self.stacks.get(object).ok_or(Refusal::RetryLater)?;
        let everything = || Part {
            stack: open.draft.clone(),
            numbers: open.changes.iter().map(|change| change.number).collect(),
            needs: Vec::new(),
            whole: true,
        };
        let Some(authors) = authors else { return Ok(everything()) };
        let creation = creation(open);
        let chosen = |user: UserId| authors.contains(&user);
        let (mut goes, mut stays): (BTreeSet<u64>, BTreeSet<u64>) = (BTreeSet::new(), BTreeSet::new());
        let first = open.work().find(|change| chosen(change.user)).ok_or(Refusal::NothingToDo)?.number;
        let mut needs = Vec::new();
        for change in open.work() {
            // What came before a restored version is no work of its own any more: the version goes with everything.
            let restored = !change.taken.is_empty();
            if chosen(change.user) || restored || Some(change.number) == creation {
                goes.insert(change.number);
                goes.extend(change.taken.iter());
                if !chosen(change.user) {
                    needs.push((first, change.number));
                }
            } else {
                stays.insert(change.number);
            }
        }
        loop {
            let plan: Plan = self.plan(object, &stays, &|_| false, None)?;
            // What was overtaken by a deletion that goes live is of no consequence.
            let needed: BTreeMap<u64, u64> = plan
                .left
                .iter()
                .filter(|left| left.why != Obstacle::Gone)
                .map(|left| (left.change, left.by.unwrap_or(left.change)))
                .collect();
            if needed.is_empty() {
                if stays.is_empty() {
                    return Ok(Part { needs, ..everything() });
                }
                return Ok(Part { stack: plan.result, numbers: goes, needs, whole: false });
            }
            for (change, by) in needed {
                stays.remove(&change);
                goes.insert(change);
                needs.push((by, change));
            }
        }
    }

    fn make_part_live(
        &mut self,
        now: Now,
        caller: Caller,
        object: ObjectId,
        part: Part,
        description: String,
        out: &mut Effects,
    ) -> u64 {
        let Some(open) = self.stacks.get(object) else { return 0 };
        let authors = open.work().filter(|change| part.numbers.contains(&change.number));
        let contributors: BTreeSet<UserId> = authors.map(|change| change.user).collect();
        let making = Making {
            stack: Arc::new(part.stack),
            numbers: part.numbers.into_iter().collect(),
            contributors: contributors.into_iter().collect(),
            whole: part.whole,
            description,
        };
        self.make_version(now, caller, object, making, out)
    }

    /// Freezes the whole draft as the next version. The caller has checked that it may be.
    pub(super) fn make_live(
        &mut self,
        now: Now,
        caller: Caller,
        object: ObjectId,
        description: String,
        out: &mut Effects,
    ) -> u64 {
        match self.part(object, None) {
            Ok(part) => self.make_part_live(now, caller, object, part, description, out),
            Err(_) => 0,
        }
    }

    fn make_version(
        &mut self,
        now: Now,
        caller: Caller,
        object: ObjectId,
        making: Making,
        out: &mut Effects,
    ) -> u64 {
        let Making { stack, numbers, contributors, whole, description } = making;
        let Some(open) = self.stacks.get_mut(object) else { return 0 };
        open.published = Some(Arc::clone(&stack));
        open.changes.retain(|change| !numbers.contains(change.number));
        let changes = &open.changes;
        open.operations.retain(|operation| change_of(changes, operation.change).is_some());
        open.count();
        let standing = open.standing();
        let checkpoint = whole.then(|| {
            open.since_checkpoint = 0;
            Arc::clone(&stack)
        });
        let Some(head) = self.objects.get_mut(&object) else { return 0 };
        let number = head.version.as_ref().map_or(0, |version| version.number) + 1;
        let version = VersionHead {
            number,
            revision: head.revision,
            user: caller.user,
            at: now.wall,
            description: description.clone(),
            contributors,
            whole,
        };
        head.version = Some(version.clone());
        head.changes = standing;
        let (head, revision) = (head.clone(), head.revision);
        out.push(Effect::Write(Write::Version { object, head: version.clone(), stack }));
        out.push(Effect::Write(Write::ChangesPublished {
            object,
            numbers: numbers.clone(),
            version: number,
        }));
        if let Some(stack) = checkpoint {
            out.push(Effect::Write(Write::Checkpoint { object, revision, stack }));
        }
        out.push(Effect::Write(Write::Object(head.clone())));
        out.push(Effect::Write(Write::Audit(AuditEntry {
            at: now.wall,
            user: Some(caller.user),
            action: "object.publish",
            subject: format!("object {object} version {number}"),
            reason: description,
            ..AuditEntry::default()
        })));
        self.tell(now, Audience::Viewers(object), Delta::Published { object, version, numbers }, out);
        self.tell(now, Audience::All, Delta::Object(head), out);
        number
    }
}

/// The change that made the object, if it is not live.
fn creation(open: &OpenStack) -> Option<u64> {
    open.operations.first().filter(|first| first.revision == Revision(1)).map(|first| first.change)
}
