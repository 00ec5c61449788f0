//! What is kept: status history, last seen, and sums per minute. Written once a minute, and only if there is something.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::effect::{
    Effect, Effects, ObjectMinute, PresenceMinute, RoomMinute, Sight, Status, StatusChange, Write,
};
use crate::domain::id::{ObjectId, UserId};
use crate::domain::role::Role;
use crate::domain::time::{Millis, Now, Timestamp};
use crate::domain::workspace::Workspace;
use crate::domain::workspace::timers::Timer;

const MINUTE_MS: u64 = 60_000;
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// The sums of the minute that runs.
#[derive(Debug, Default)]
pub(super) struct Minute {
    began: Option<(Millis, Timestamp)>,
    online_ms: u64,
    busy_ms: u64,
    away_ms: u64,
    people: BTreeSet<UserId>,
    bots: BTreeSet<UserId>,
    edits: BTreeMap<ObjectId, u32>,
}

impl Minute {
    pub(super) fn spent(&mut self, status: Status, ms: u64) {
        match status {
            Status::Online => self.online_ms += ms,
            Status::Busy => self.busy_ms += ms,
            Status::Away => self.away_ms += ms,
            Status::Offline => {}
        }
    }

    pub(super) fn seen(&mut self, user: UserId, bot: bool) {
        if bot {
            self.bots.insert(user)
        } else {
            self.people.insert(user)
        };
    }
}

impl Workspace {
    /// Something is to be kept: the minute runs.
    pub(super) fn count_minute(&mut self, now: Now) {
        if self.presence.minute.began.is_none() {
            self.presence.minute.began = Some((now.mono, now.wall));
            self.timers.set(Timer::Minute, now.mono + MINUTE_MS);
        }
    }

    /// After a rebuild: what was counted in the last life is written with this one's first minute.
    pub(super) fn minute_goes_on(&mut self, now: Now) {
        let unwritten = |person: &super::Person| person.status != Status::Offline || person.dirty;
        if self.presence.minute.began.take().is_some() || self.presence.people.values().any(unwritten) {
            self.count_minute(now);
        }
    }

    /// An object was edited.
    pub(in crate::domain::workspace) fn count_edit(&mut self, now: Now, object: ObjectId) {
        self.count_minute(now);
        *self.presence.minute.edits.entry(object).or_default() += 1;
    }

    /// The minute is over: what it brought is written, and the next begins if anybody is here.
    pub(in crate::domain::workspace) fn minute_over(&mut self, now: Now, out: &mut Effects) {
        let Some((_, wall)) = self.presence.minute.began.take() else { return };
        let here: Vec<(UserId, bool)> = self
            .presence
            .people
            .values()
            .filter(|person| person.status != Status::Offline)
            .map(|person| (person.user, person.bot))
            .collect();
        let mut minute = std::mem::take(&mut self.presence.minute);
        for (user, bot) in &here {
            minute.seen(*user, *bot);
        }
        let looked = self.looked_at();
        let history = self.presence.settings.history;
        let (mut rows, mut changes, mut activity, mut interactions) = (Vec::new(), Vec::new(), Vec::new(), 0);
        for person in self.presence.people.values_mut() {
            let spent = now.mono.since(std::mem::replace(&mut person.counted, now.mono));
            minute.spent(person.status, spent);
            // Of who was removed nothing is kept, though a tab may still have a moment to park what was typed.
            if !self.members.contains_key(&person.user) {
                (person.written, person.interactions) = (person.history, 0);
                continue;
            }
            let written = person.written;
            let fresh = person.recent.iter().filter(|change| change.number > written);
            changes.extend(fresh.map(|change| (person.user, *change)));
            person.written = person.history;
            if person.interactions > 0 && history {
                activity.push((person.user, person.interactions));
            }
            interactions += u64::from(person.interactions);
            person.per_minute = std::mem::take(&mut person.interactions);
            if std::mem::take(&mut person.dirty) {
                rows.push(person.row());
            }
        }
        let count = |set: &BTreeSet<UserId>| u32::try_from(set.len()).unwrap_or(u32::MAX);
        let mut objects: BTreeMap<ObjectId, ObjectMinute> = BTreeMap::new();
        let blank = |object: ObjectId| ObjectMinute { object, people: 0, edits: 0 };
        for (object, people) in looked {
            objects.entry(object).or_insert_with(|| blank(object)).people = people;
        }
        for (object, edits) in &minute.edits {
            objects.entry(*object).or_insert_with(|| blank(*object)).edits = *edits;
        }
        let days = i64::from(self.presence.settings.retention_days);
        out.push(Effect::Write(Write::PresenceMinute(Box::new(PresenceMinute {
            minute: Timestamp(wall.0 - wall.0.rem_euclid(60_000)),
            rows,
            changes,
            activity,
            room: RoomMinute {
                people: count(&minute.people),
                bots: count(&minute.bots),
                online_ms: minute.online_ms,
                busy_ms: minute.busy_ms,
                away_ms: minute.away_ms,
                interactions,
            },
            objects: objects.into_values().collect(),
            keep_from: Timestamp(now.wall.0 - days * DAY_MS),
        }))));
        if !here.is_empty() {
            self.count_minute(now);
        }
    }

    /// How many members show each object. Who hides from everybody is not counted: only what they do is.
    fn looked_at(&self) -> BTreeMap<ObjectId, u32> {
        let mut people: BTreeSet<(ObjectId, UserId)> = BTreeSet::new();
        for session in self.sessions.living_ones() {
            if let Some(object) = session.location.object
                && matches!(self.privacy(session.user).sight(Role::Owner), Sight::Full | Sight::Page)
            {
                people.insert((object, session.user));
            }
        }
        let mut counts = BTreeMap::new();
        for (object, _) in people {
            *counts.entry(object).or_default() += 1;
        }
        counts
    }

    /// The latest changes of a member's status, newest first.
    pub(super) fn recent_changes(&self, user: UserId) -> Vec<StatusChange> {
        self.presence
            .get(user)
            .map(|person| person.recent.iter().rev().copied().collect())
            .unwrap_or_default()
    }
}
