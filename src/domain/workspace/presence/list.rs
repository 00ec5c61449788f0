//! Who is where, as a list: online, busy, away, then by last seen.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use crate::domain::command::Caller;
use crate::domain::effect::{
    Answer, PersonView, PresencePage, PresenceView, SessionView, Status, StatusReason,
};
use crate::domain::id::{SessionId, UserId};
use crate::domain::refusal::Refusal;
use crate::domain::role::{Action, Member, may};
use crate::domain::time::{Now, Timestamp};
use crate::domain::workspace::{Done, Workspace};

impl Workspace {
    /// A page of who is where, as the caller may see it.
    pub(in crate::domain::workspace) fn list_presence(
        &self,
        now: Now,
        caller: Caller,
        after: Option<UserId>,
        limit: usize,
    ) -> Done {
        self.member(caller.user)?;
        let limit = limit.clamp(1, self.limits.presence_page);
        let mut all: Vec<(PresenceView, &Member)> = self
            .members
            .values()
            .filter(|member| may(member.role, Action::View))
            .map(|member| (self.seen_presence(now, member.user, caller.user), member))
            .collect();
        all.sort_by_cached_key(|(view, member)| {
            (view.status, Reverse(view.last_seen), member.name.clone(), member.user)
        });
        let mut counts = [0_u32; 4];
        for (view, _) in &all {
            counts[view.status as usize] += 1;
        }
        let from = match after {
            None => 0,
            Some(after) => all
                .iter()
                .position(|(view, _)| view.user == after)
                .map_or(Err(Refusal::NoSuchMember), |at| Ok(at + 1))?,
        };
        let mut own: BTreeMap<UserId, Vec<SessionView>> = BTreeMap::new();
        for view in self.sessions_for(caller.user) {
            own.entry(view.user).or_default().push(view);
        }
        let holders: BTreeSet<SessionId> = self.locks.iter().map(|lock| lock.session).collect();
        let people = all.iter().skip(from).take(limit).map(|(view, member)| {
            self.person_view(
                caller,
                view.clone(),
                member,
                own.remove(&view.user).unwrap_or_default(),
                &holders,
            )
        });
        let people: Vec<PersonView> = people.collect();
        let more = from + people.len() < all.len();
        Ok(Answer::Presence(Box::new(PresencePage { people, counts, more })))
    }

    fn person_view(
        &self,
        caller: Caller,
        presence: PresenceView,
        member: &Member,
        sessions: Vec<SessionView>,
        holders: &BTreeSet<SessionId>,
    ) -> PersonView {
        let admin = self.allowed(caller.user, Action::ManageMembers).is_ok();
        let address = |id: SessionId, of: UserId| {
            let known = self.sessions.living(id).filter(|_| admin || of == caller.user);
            known.map(|session| session.address.clone()).filter(|address| !address.is_empty())
        };
        // Holding is shown, whoever hides.
        let editing = self.sessions.of(member.user).iter().filter(|id| holders.contains(id)).count();
        let seen = presence.status != Status::Offline || presence.last_seen.is_some();
        let per_minute =
            self.presence.get(member.user).filter(|_| seen).map_or(0, |person| person.per_minute);
        PersonView {
            name: member.name.clone(),
            role: member.role,
            colour: member.colour,
            per_minute,
            sessions: sessions
                .into_iter()
                .map(|view| {
                    let address = if view.hidden { None } else { address(view.id, view.user) };
                    (view, address)
                })
                .collect(),
            editing: u32::try_from(editing).unwrap_or(u32::MAX),
            presence,
        }
    }

    /// A member's presence as another sees it; of who was never here, that.
    fn seen_presence(&self, now: Now, user: UserId, observer: UserId) -> PresenceView {
        self.presence_of(now, user, observer).unwrap_or(PresenceView {
            user,
            status: Status::Offline,
            previous: Status::Offline,
            reason: StatusReason::Disconnect,
            since: Timestamp(0),
            message: String::new(),
            until: None,
            last_seen: None,
            bot: false,
            avatar: String::new(),
            privacy: None,
        })
    }

    /// The latest changes of a member's status, for the member and for admins.
    pub(in crate::domain::workspace) fn status_history(&self, caller: Caller, user: UserId) -> Done {
        self.member(caller.user)?;
        if user != caller.user {
            self.allowed(caller.user, Action::ManageMembers)?;
        }
        if !self.members.contains_key(&user) {
            return Err(Refusal::NoSuchMember);
        }
        let kept = self.presence.settings.history;
        Ok(Answer::StatusHistory { kept, changes: self.recent_changes(user) })
    }

    /// The thresholds.
    pub(in crate::domain::workspace) fn presence_settings(&self, caller: Caller) -> Done {
        self.member(caller.user)?;
        Ok(Answer::PresenceSettings(self.presence.settings))
    }
}
