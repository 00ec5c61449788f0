//! Who is here and may be interrupted: a member's status, rolled up from sessions, input and choice.
//!
//! * [`person`] is one member's part of it; the rules of a status are there.
//! * [`status`] moves it when something happens; [`choices`] are what members decide about themselves.
//! * [`sight`] says who sees how much, and tells it: nothing about a session or a status leaves by another way.
//! * [`minutes`] is what is kept, written once a minute. [`list`] answers who is where.

mod choices;
mod list;
mod minutes;
mod person;
mod sight;
mod status;

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::effect::{PresenceRow, PresenceSettings};
use crate::domain::id::{SessionId, UserId};
use crate::domain::time::{Millis, Now};

use minutes::Minute;
use person::Person;
pub(super) use status::{Cause, is_act};

/// Status and choices of all members who ever had one, and what is to be told and written of them.
#[derive(Debug, Default)]
pub(super) struct Presence {
    people: BTreeMap<UserId, Person>,
    pub settings: PresenceSettings,
    later: Later,
    minute: Minute,
}

/// What a crowded room tells at the end of a tick, once for all that came together.
#[derive(Debug, Default)]
struct Later {
    /// When it was last told.
    last: Option<Millis>,
    sessions: BTreeSet<SessionId>,
    gone: BTreeMap<SessionId, UserId>,
    people: BTreeSet<UserId>,
}

impl Presence {
    /// From what is stored and, after a failed write, from what was in memory: choices that must be durable are what the
    /// store says, the rest goes on. Of who is no member any more nothing is stored: what they had chosen goes on too.
    pub fn restore(
        now: Now,
        settings: PresenceSettings,
        rows: Vec<PresenceRow>,
        carried: Option<Presence>,
        is_member: impl Fn(UserId) -> bool,
    ) -> Self {
        let mut presence = carried.unwrap_or_default();
        presence.settings = settings;
        presence.later = Later::default();
        for person in presence.people.values_mut().filter(|person| is_member(person.user)) {
            person.not_stored();
        }
        for row in rows {
            let user = row.user;
            match presence.people.get_mut(&user) {
                Some(person) => person.stored(row),
                None => drop(presence.people.insert(user, Person::restore(now, row))),
            }
        }
        presence
    }

    fn get(&self, user: UserId) -> Option<&Person> {
        self.people.get(&user)
    }

    fn person(&mut self, now: Now, user: UserId) -> &mut Person {
        self.people.entry(user).or_insert_with(|| Person::new(now, user))
    }

    /// The member is forgotten.
    pub fn forget(&mut self, user: UserId) {
        self.people.remove(&user);
    }
}
