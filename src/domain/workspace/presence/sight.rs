//! Who sees how much of whom, and how it is told. Whatever shows a session, its place or a status goes through here.

use super::super::sessions::Session;
use crate::domain::command::Location;
use crate::domain::effect::{
    Audience, Delta, Effect, Effects, Live, PresenceView, Privacy, Roster, Seers, SessionView, Sight,
};
use crate::domain::id::{ObjectId, SessionId, UserId};
use crate::domain::role::{Role, Roles};
use crate::domain::time::{Now, Timestamp};
use crate::domain::workspace::Workspace;
use crate::domain::workspace::areas::elsewhere;
use crate::domain::workspace::timers::Timer;

/// The roles that see anything at all.
const SEEING: [Role; 4] = [Role::Owner, Role::Admin, Role::Developer, Role::Viewer];

impl Workspace {
    pub(super) fn privacy(&self, user: UserId) -> Privacy {
        self.presence.get(user).map_or(Privacy::Everyone, |person| person.privacy)
    }

    /// What a member sees of another's sessions.
    pub(super) fn sight(&self, of: UserId, observer: UserId) -> Sight {
        if of == observer {
            return Sight::Full;
        }
        let role = self.members.get(&observer).map_or(Role::Suspended, |member| member.role);
        self.privacy(of).sight(role)
    }

    /// Who may see exactly where a member is, of all or of those who have an object open.
    pub(in crate::domain::workspace) fn seers(&self, of: UserId, object: Option<ObjectId>) -> Audience {
        let privacy = self.privacy(of);
        if privacy == Privacy::Everyone {
            return object.map_or(Audience::All, Audience::Viewers);
        }
        let seers = Seers { of, own: true, roles: roles(privacy, |sight| sight == Sight::Full) };
        object.map_or(Audience::Seers(seers), |object| Audience::ViewersAmong(object, seers))
    }

    // --- pictures

    /// The sessions as a member sees them.
    pub(in crate::domain::workspace) fn sessions_for(&self, observer: UserId) -> Vec<SessionView> {
        let seen = |session: &Session| seen(session.view(), self.sight(session.user, observer));
        self.sessions.living_ones().filter_map(seen).collect()
    }

    /// The members' presence as a member sees it.
    pub(in crate::domain::workspace) fn presence_for(&self, now: Now, observer: UserId) -> Vec<PresenceView> {
        let known = self.presence.people.keys().filter(|user| self.members.contains_key(user));
        known.filter_map(|user| self.presence_of(now, *user, observer)).collect()
    }

    pub(super) fn presence_of(&self, now: Now, user: UserId, observer: UserId) -> Option<PresenceView> {
        let person = self.presence.get(user)?;
        Some(match self.sight(user, observer) {
            _ if user == observer => person.own_view(now),
            Sight::Full | Sight::Page => person.view(now),
            Sight::Hidden | Sight::None => person.veiled(),
        })
    }

    // --- news

    /// A session came or changed.
    pub(in crate::domain::workspace) fn tell_session(&mut self, now: Now, id: SessionId, out: &mut Effects) {
        if self.is_crowded() {
            self.presence.later.sessions.insert(id);
            return self.tell_in_time(now, out);
        }
        self.tell_session_now(now, id, |sight| sight != Sight::None, out);
    }

    /// A session shows another page or object.
    pub(in crate::domain::workspace) fn tell_moved(&mut self, now: Now, id: SessionId, out: &mut Effects) {
        if self.is_crowded() {
            self.presence.later.sessions.insert(id);
            return self.tell_in_time(now, out);
        }
        // Who only knows that somebody is there does not learn that they moved.
        self.tell_session_now(now, id, |sight| matches!(sight, Sight::Full | Sight::Page), out);
    }

    /// A session is over.
    pub(in crate::domain::workspace) fn tell_session_ended(
        &mut self,
        now: Now,
        id: SessionId,
        user: UserId,
        out: &mut Effects,
    ) {
        if self.is_crowded() {
            self.presence.later.sessions.remove(&id);
            self.presence.later.gone.insert(id, user);
            return self.tell_in_time(now, out);
        }
        let to = self.anybody(user, |sight| sight != Sight::None);
        self.tell(now, to, Delta::SessionEnded(id), out);
    }

    /// A member's status or words changed.
    pub(super) fn tell_presence(&mut self, now: Now, user: UserId, out: &mut Effects) {
        if self.is_crowded() {
            self.presence.later.people.insert(user);
            return self.tell_in_time(now, out);
        }
        self.tell_presence_now(now, user, out);
    }

    /// A member's sign changed, which everybody may see.
    pub(super) fn tell_avatar(&mut self, now: Now, user: UserId, out: &mut Effects) {
        self.tell_presence_now(now, user, out);
        let veiled = self.presence.get(user).map(super::Person::veiled);
        let roles = roles(self.privacy(user), |sight| matches!(sight, Sight::Hidden | Sight::None));
        if let Some(veiled) = veiled.filter(|_| !roles.is_empty()) {
            let to = Audience::Seers(Seers { of: user, own: false, roles });
            self.tell(now, to, Delta::Presence(veiled), out);
        }
    }

    /// Whether a session types in the chat: as little a secret as where its member is, and no less.
    pub(in crate::domain::workspace) fn tell_typing(&self, session: SessionId, on: bool, out: &mut Effects) {
        if let Some(user) = self.sessions.get(session).map(|session| session.user) {
            let audience = self.anybody(user, |sight| matches!(sight, Sight::Full | Sight::Page));
            out.push(Effect::Live { audience, live: Live::Typing { session, on } });
        }
    }

    /// The sessions that type in the chat, as far as a member may see them.
    pub(in crate::domain::workspace) fn typists_for(&self, observer: UserId) -> Vec<SessionId> {
        let seen = |id: &SessionId| {
            let user = self.sessions.get(*id).map(|session| session.user);
            user.is_some_and(|user| matches!(self.sight(user, observer), Sight::Full | Sight::Page))
        };
        self.typists().into_iter().filter(seen).collect()
    }

    /// Tells a session where those are whom it may see, of all or in an object: live updates are in no replay.
    pub(in crate::domain::workspace) fn tell_places(
        &self,
        to: SessionId,
        object: Option<ObjectId>,
        out: &mut Effects,
    ) {
        let Some(observer) = self.sessions.get(to).map(|session| session.user) else { return };
        let there = |session: &&Session| object.is_none_or(|object| session.location.object == Some(object));
        let hidden = self.hidden_from(observer);
        let shown = |session: &&Session| !self.stands_in(session.location.object, hidden);
        for session in self.sessions.living_ones().filter(there).filter(shown) {
            if session.id != to && self.sight(session.user, observer) == Sight::Full {
                out.push(Effect::Live {
                    audience: Audience::Session(to),
                    live: Live::Location { session: session.id, location: session.location.clone() },
                });
            }
        }
    }

    fn tell_session_now(&mut self, now: Now, id: SessionId, whom: impl Fn(Sight) -> bool, out: &mut Effects) {
        let Some(session) = self.sessions.living(id) else { return };
        let (user, view) = (session.user, session.view());
        let privacy = self.privacy(user);
        if privacy == Privacy::Everyone {
            return self.tell(now, Audience::All, Delta::Session(view), out);
        }
        for sight in [Sight::Full, Sight::Page, Sight::Hidden].into_iter().filter(|sight| whom(*sight)) {
            let seers =
                Seers { of: user, own: sight == Sight::Full, roles: roles(privacy, |one| one == sight) };
            if let Some(view) = seen(view.clone(), sight)
                && (seers.own || !seers.roles.is_empty())
            {
                self.tell(now, Audience::Seers(seers), Delta::Session(view), out);
            }
        }
    }

    fn tell_presence_now(&mut self, now: Now, user: UserId, out: &mut Effects) {
        let Some(person) = self.told_of(user) else { return };
        let (own, view) = (person.own_view(now), person.view(now));
        let privacy = person.privacy;
        if privacy == Privacy::Everyone {
            return self.tell(now, Audience::All, Delta::Presence(view), out);
        }
        self.tell(now, Audience::Member(user), Delta::Presence(own), out);
        let roles = roles(privacy, |sight| matches!(sight, Sight::Full | Sight::Page));
        if !roles.is_empty() {
            let to = Audience::Seers(Seers { of: user, own: false, roles });
            self.tell(now, to, Delta::Presence(view), out);
        }
    }

    /// Who is no member any more is not told of, although a page of theirs may be here for a moment.
    fn told_of(&self, user: UserId) -> Option<&super::Person> {
        self.presence.get(user).filter(|_| self.members.contains_key(&user))
    }

    fn anybody(&self, of: UserId, whom: impl Fn(Sight) -> bool) -> Audience {
        match self.privacy(of) {
            Privacy::Everyone => Audience::All,
            privacy => Audience::Seers(Seers { of, own: true, roles: roles(privacy, whom) }),
        }
    }

    // --- what a change of privacy or role shows and hides

    /// A member's privacy was `before`: each role is told what appears and what disappears, and nothing is replayed to it
    /// from before.
    pub(super) fn tell_privacy(&mut self, now: Now, of: UserId, before: Privacy, out: &mut Effects) {
        let after = self.privacy(of);
        let mut affected = Roles::NONE;
        for sight in [Sight::Full, Sight::Page, Sight::Hidden, Sight::None] {
            let changed =
                SEEING.into_iter().filter(|role| after.sight(*role) == sight && before.sight(*role) != sight);
            let roles = changed.fold(Roles::NONE, |all, role| all.and(Roles::only(role)));
            if roles.is_empty() {
                continue;
            }
            affected = affected.and(roles);
            let mut roster = self.roster_of(now, of, sight);
            let to = Audience::Seers(Seers { of, own: false, roles });
            let secret = |view: &SessionView| self.is_secret(view.location.object);
            let apart: Vec<SessionView> = roster.sessions.extract_if(.., |view| secret(view)).collect();
            self.tell(now, to, Delta::Roster(roster), out);
            for view in apart {
                self.tell(now, to, Delta::Session(view), out);
            }
        }
        // A place that still waits for its tick is for those who might see it before.
        for session in self.sessions.of(of) {
            self.tell_place(session, out);
        }
        let upto = self.replay.upto();
        let members = &self.members;
        for session in self.sessions.iter_mut().filter(|session| session.user != of) {
            if members.get(&session.user).is_some_and(|member| affected.has(member.role)) {
                session.sees_since = upto;
            }
        }
    }

    /// A member's role was `before`: they are told what appears and what disappears.
    pub(in crate::domain::workspace) fn tell_role(
        &mut self,
        now: Now,
        observer: UserId,
        before: Role,
        out: &mut Effects,
    ) {
        let after = self.members.get(&observer).map_or(Role::Suspended, |member| member.role);
        let mut all = Roster::default();
        let people: Vec<(UserId, Privacy)> =
            self.presence.people.values().map(|person| (person.user, person.privacy)).collect();
        for (of, privacy) in people {
            if of != observer && privacy.sight(before) != privacy.sight(after) {
                let roster = self.roster_of(now, of, privacy.sight(after));
                all.gone.extend(roster.gone);
                all.sessions.extend(roster.sessions);
                all.presence.extend(roster.presence);
            }
        }
        let hidden = self.hidden_from(observer);
        for view in &mut all.sessions {
            if self.stands_in(view.location.object, hidden) {
                *view = elsewhere(view);
            }
        }
        if all != Roster::default() {
            self.tell(now, Audience::Member(observer), Delta::Roster(all), out);
        }
    }

    fn roster_of(&self, now: Now, of: UserId, sight: Sight) -> Roster {
        let mut roster = Roster::default();
        for session in self.sessions.living_ones().filter(|session| session.user == of) {
            match seen(session.view(), sight) {
                Some(view) => roster.sessions.push(view),
                None => roster.gone.push(session.id),
            }
        }
        // Of who has been removed the last sessions are still there for a moment; their status is nobody's any more.
        let person = self.presence.get(of).filter(|_| self.members.contains_key(&of));
        roster.presence.extend(person.map(|person| match sight {
            Sight::Full | Sight::Page => person.view(now),
            Sight::Hidden | Sight::None => person.veiled(),
        }));
        roster
    }

    // --- crowds

    /// Whether so many are here that what changes is told once a tick.
    fn is_crowded(&self) -> bool {
        self.sessions.len() >= self.limits.crowd
    }

    /// Whether something waits for the end of a tick.
    pub fn tells_later(&self) -> bool {
        let later = &self.presence.later;
        !(later.sessions.is_empty() && later.gone.is_empty() && later.people.is_empty())
    }

    /// The first after a pause goes at once, what follows waits for the end of the tick.
    fn tell_in_time(&mut self, now: Now, out: &mut Effects) {
        let due = self.presence.later.last.map(|last| last + self.limits.crowd_tick_ms);
        match due.filter(|due| *due > now.mono) {
            Some(due) => self.timers.set(Timer::Crowd, due),
            None => self.tell_later(now, out),
        }
    }

    /// Tells what has waited: one summary for all who hide nothing, and the rest to those who may see it.
    pub(in crate::domain::workspace) fn tell_later(&mut self, now: Now, out: &mut Effects) {
        self.timers.cancel(Timer::Crowd);
        if !self.tells_later() {
            return;
        }
        let waited = std::mem::take(&mut self.presence.later);
        self.presence.later.last = Some(now.mono);
        let mut open = Roster::default();
        for (id, user) in waited.gone {
            if self.sessions.living(id).is_some() {
                continue;
            }
            match self.anybody(user, |sight| sight != Sight::None) {
                Audience::All => open.gone.push(id),
                to => self.tell(now, to, Delta::SessionEnded(id), out),
            }
        }
        for id in waited.sessions {
            let Some(session) = self.sessions.living(id) else { continue };
            match self.privacy(session.user) {
                Privacy::Everyone if !self.is_secret(session.location.object) => {
                    open.sessions.push(session.view());
                }
                _ => self.tell_session_now(now, id, |sight| sight != Sight::None, out),
            }
        }
        for user in waited.people {
            let Some(person) = self.told_of(user) else { continue };
            match person.privacy {
                Privacy::Everyone => open.presence.push(person.view(now)),
                _ => self.tell_presence_now(now, user, out),
            }
        }
        if open != Roster::default() {
            self.tell(now, Audience::All, Delta::Roster(open), out);
        }
    }
}

/// The roles for whom what they see fits.
fn roles(privacy: Privacy, fits: impl Fn(Sight) -> bool) -> Roles {
    let seeing = SEEING.into_iter().filter(|role| fits(privacy.sight(*role)));
    seeing.fold(Roles::NONE, |all, role| all.and(Roles::only(role)))
}

/// A session as it is seen.
fn seen(view: SessionView, sight: Sight) -> Option<SessionView> {
    match sight {
        Sight::Full => Some(view),
        Sight::Page => {
            let Location { page, object, n, .. } = view.location;
            Some(SessionView { location: Location { page, object, n, ..Location::default() }, ..view })
        }
        Sight::Hidden => Some(SessionView {
            device: String::new(),
            active: Timestamp(0),
            // The number says that this is later than what may have been seen before.
            location: Location { n: view.location.n, ..Location::page("hidden") },
            hidden: true,
            ..view
        }),
        Sight::None => None,
    }
}
