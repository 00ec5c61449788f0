//! Times of locks and requests as the world counts them by itself, on the room's own clock, under settings that change.

use std::collections::BTreeMap;

use baton::domain::command::{Edit, Pen};
use baton::domain::effect::{Delta, Effect, LockEnd, LockState, RequestEnd, SessionState, Snapshot, Write};
use baton::domain::id::{ObjectId, RequestId, SessionId, UserId};
use baton::domain::limits::Limits;
use baton::domain::path::{Fence, LockPath};
use baton::domain::refusal::Refusal;
use baton::domain::role::Action;
use baton::domain::stack::ObjectKind;

use super::disk::Disk;
use super::team;

/// What is due may be done so much later: the world lets time go by in slices.
const SLACK_MS: u64 = 1_000;
/// By so much the room's clock is set back at most when a store that was slow or had failed is well again: what was done
/// before that is dated later than it was.
const SET_BACK_MS: u64 = 30_000;

/// A lock as it is held.
#[derive(Debug, Clone, Copy)]
struct Held {
    fence: Fence,
    session: SessionId,
    user: UserId,
    /// Since when it has certainly not been used …
    unused: u64,
    /// … and when it may have been used last: an edit of its object by its session, a line that came back.
    touched: u64,
}

/// A request as it waits.
#[derive(Debug, Clone, Copy)]
struct Asked {
    at: u64,
    session: SessionId,
    /// Its clock stood still at some time, so that how long it has waited is not known here.
    stood: bool,
}

/// A lock that ended because its holder may not edit there any more.
#[derive(Debug, Clone, Copy)]
struct Revoked {
    session: SessionId,
    user: UserId,
    object: ObjectId,
    at: u64,
}

/// What is in force, and what is held and waits under it.
#[derive(Debug)]
pub struct Times {
    limits: Limits,
    held: BTreeMap<LockPath, Held>,
    asked: BTreeMap<RequestId, Asked>,
    revoked: BTreeMap<Fence, Revoked>,
    /// Whose lock moves or narrows in this command, in which object, and since when it is unused.
    moved: Option<(ObjectId, UserId, u64)>,
}

impl Times {
    pub fn new(limits: &Limits) -> Self {
        Times {
            limits: limits.clone(),
            held: BTreeMap::new(),
            asked: BTreeMap::new(),
            revoked: BTreeMap::new(),
            moved: None,
        }
    }

    /// The room is built anew. Over a restart of the process nothing is known of how long anything has waited.
    pub fn rebuilt(&mut self, disk: &Disk, plan: &Limits, own: u64, carried: bool) {
        self.limits = plan.clone();
        if let Some(settings) = disk.lock_settings {
            settings.apply(&mut self.limits);
        }
        self.held.clear();
        for (path, row) in &disk.locks {
            let (fence, session, user) = (row.view.fence, row.view.session, row.view.user);
            self.held.insert(*path, Held { fence, session, user, unused: 0, touched: own });
        }
        // What remains of a request's time is written now and then, and counts on from what was written.
        self.asked.retain(|id, _| carried && disk.requests.contains_key(id));
        for (id, row) in &disk.requests {
            let unknown = Asked { at: 0, session: row.view.session, stood: true };
            self.asked.entry(*id).or_insert(unknown).stood = true;
        }
        let held = |fence: &Fence| disk.locks.values().any(|row| row.view.fence == *fence);
        self.revoked.retain(|fence, _| carried && !held(fence));
    }

    /// For how long a closed socket's session stays.
    pub fn grace_ms(&self) -> u64 {
        self.limits.grace_ms
    }

    /// Whether a session that is silent for so long may count as away.
    pub fn overdue(&self, silent_ms: u64) -> bool {
        silent_ms + SLACK_MS >= self.limits.overdue_ms
    }

    /// The room's clock stood still: whoever was away is looked for anew.
    pub fn stood_still(&mut self, own: u64) {
        self.held.values_mut().for_each(|held| held.touched = own.max(held.touched));
    }

    /// The line of a session is there, maybe again.
    pub fn line(&mut self, session: SessionId, own: u64) {
        for held in self.held.values_mut().filter(|held| held.session == session) {
            held.touched = own;
        }
    }

    /// What one command led to.
    pub fn follow(
        &mut self,
        effects: &[Effect],
        own: u64,
        connected: impl Fn(SessionId) -> bool,
    ) -> Result<(), String> {
        let taken = effects.iter().any(
            |effect| matches!(effect, Effect::Delta(one) if matches!(&*one.delta, Delta::LockEnded { why: LockEnd::TakenOver, .. })),
        );
        self.moved = None;
        for effect in effects {
            match effect {
                Effect::Write(write) => self.wrote(write, own),
                Effect::Delta(one) => self.told(&one.delta, own, taken, effects, &connected)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn wrote(&mut self, write: &Write, own: u64) {
        match write {
            Write::LockSettings(settings) => settings.apply(&mut self.limits),
            Write::Lock(row) => {
                let (fence, session, user) = (row.view.fence, row.view.session, row.view.user);
                // To move one's own lock, or to keep a part of it, is no use of it.
                let goes_on =
                    self.moved.filter(|(object, of, _)| (*object, *of) == (row.view.path.object, user));
                let unused = goes_on.map_or(own, |(_, _, unused)| unused);
                let fresh = Held { fence, session, user, unused, touched: own };
                let held = self.held.entry(row.view.path).or_insert(fresh);
                if (held.fence, held.session) != (fence, session) {
                    *held = fresh;
                }
                held.touched = own;
                // What was reserved is taken up, maybe after the clock was set back.
                held.unused = held.unused.min(own);
            }
            Write::Operation { object, operation } => {
                // Items that were kept of an object share its fence: which of them was used is not told by it.
                let under = self.held.values().filter(|held| Some(held.fence) == operation.fence);
                let alone = under.count() == 1;
                for (path, held) in &mut self.held {
                    if path.object == *object && Some(held.session) == operation.session {
                        held.touched = own;
                        // The clock may have been set back since, and what was done now counts.
                        held.unused = held.unused.min(own);
                        if alone && Some(held.fence) == operation.fence {
                            held.unused = own;
                        }
                    }
                }
            }
            Write::Request(row) => {
                let fresh = Asked { at: own, session: row.view.session, stood: false };
                let asked = self.asked.entry(row.view.id).or_insert(fresh);
                asked.stood |= row.view.take_over.is_none();
            }
            _ => {}
        }
    }

    fn told(
        &mut self,
        delta: &Delta,
        own: u64,
        taken: bool,
        effects: &[Effect],
        connected: &impl Fn(SessionId) -> bool,
    ) -> Result<(), String> {
        match delta {
            Delta::LockEnded { path, session, why, .. } => {
                let Some(held) = self.held.remove(path) else { return Ok(()) };
                let least = self.limits.idle_ms.min(self.limits.idle_asked_ms);
                if *why == LockEnd::Idle && own < held.unused + least {
                    return Err(format!("{path:?} ends as idle at {own} and was used at {}", held.unused));
                }
                if matches!(why, LockEnd::Moved | LockEnd::Narrowed) {
                    let earlier = self.moved.map_or(u64::MAX, |(_, _, unused)| unused);
                    self.moved = Some((path.object, held.user, held.unused.min(earlier)));
                }
                if *why == LockEnd::Revoked {
                    let Held { fence, user, .. } = held;
                    let (session, object) = (*session, path.object);
                    self.revoked.insert(fence, Revoked { session, user, object, at: own });
                }
            }
            Delta::RequestEnded { request, how, .. } => {
                let Some(asked) = self.asked.remove(request) else { return Ok(()) };
                let least = match how {
                    RequestEnd::Granted if taken => self.limits.take_over_ms,
                    // With its session it ends at any time.
                    RequestEnd::Expired
                        if !asked.stood && connected(asked.session) && !ends(effects, asked.session) =>
                    {
                        self.limits.request_ms
                    }
                    _ => return Ok(()),
                };
                if own < asked.at + least {
                    return Err(format!(
                        "request {request} ends with {how:?} at {own}, asked at {}",
                        asked.at
                    ));
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// What was typed under a pen that was taken with the right to it is parked while there is time, not refused.
    pub fn kept(
        &self,
        disk: &Disk,
        caller: (UserId, Option<SessionId>),
        edit: &Edit,
        refusal: &Refusal,
        own: u64,
    ) -> Result<(), String> {
        let Pen::Held(fence) = edit.pen else { return Ok(()) };
        let Some(revoked) = self.revoked.get(&fence) else { return Ok(()) };
        let own_pen =
            (revoked.user, Some(revoked.session), revoked.object) == (caller.0, caller.1, edit.object);
        let there = disk.objects.contains_key(&edit.object) && disk.members.contains_key(&caller.0);
        let in_time = own <= revoked.at + self.limits.park_only_ms;
        let refused = matches!(refusal, Refusal::NotPermitted | Refusal::NoSuchObject(_));
        if own_pen && there && in_time && refused {
            return Err(format!(
                "typed under {fence:?}, which was revoked at {}, it is {own}, and refused with {refusal:?}: {edit:?}",
                revoked.at
            ));
        }
        Ok(())
    }

    /// Nothing that is shown is longer held or waited for than the times say.
    pub fn in_time(&self, own: u64, picture: &Snapshot) -> Result<(), String> {
        for lock in &picture.locks {
            let line = picture.sessions.iter().find(|view| view.id == lock.session);
            let here = line.is_some_and(|view| view.state == SessionState::Connected && !view.bot);
            let Some(held) = self.held.get(&lock.path).filter(|held| held.fence == lock.fence) else {
                return Err(format!("a lock that nobody was given: {lock:?}"));
            };
            let quiet = lock.state == LockState::Held && lock.promise.is_none() && here;
            if quiet && own > held.touched + self.limits.idle_ms + SET_BACK_MS {
                return Err(format!("held and not used since {}, it is {own}: {lock:?}", held.touched));
            }
        }
        for request in &picture.requests {
            let Some(asked) = self.asked.get(&request.id).filter(|asked| !asked.stood) else { continue };
            let waited = own.saturating_sub(asked.at);
            if waited > self.limits.request_ms + SLACK_MS {
                return Err(format!("waits since {}, it is {own}: {request:?}", asked.at));
            }
            if waited > self.limits.nudge_ms + SLACK_MS && !request.nudged {
                return Err(format!("nobody is reminded since {}, it is {own}: {request:?}", asked.at));
            }
        }
        Ok(())
    }
}

fn ends(effects: &[Effect], session: SessionId) -> bool {
    effects.iter().any(|effect| matches!(effect, Effect::Ended { session: one } if *one == session))
}

/// A lock is only revoked if its holder may not edit there any more, as it is stored.
pub fn rightly_revoked(
    disk: &Disk,
    kinds: &BTreeMap<ObjectId, ObjectKind>,
    users: &BTreeMap<SessionId, UserId>,
    delta: &Delta,
) -> Result<(), String> {
    let Delta::LockEnded { path, session, why: LockEnd::Revoked, .. } = delta else { return Ok(()) };
    let (Some(user), Some(kind)) = (users.get(session), kinds.get(&path.object)) else { return Ok(()) };
    if team::may(disk, *user, Action::Edit, *kind) {
        return Err(format!("{user} may edit a {kind:?}, and is told: {delta:?}"));
    }
    Ok(())
}
