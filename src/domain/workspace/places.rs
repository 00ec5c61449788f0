//! Where sessions are: page, object, item, field, caret. Ids are followed through move and rename; what does not exist is
//! shown as its nearest parent that does. Never written.

use super::Workspace;
use super::requests::DONE;
use super::timers::Timer;
use crate::domain::command::{Caller, Location};
use crate::domain::effect::{Effect, Effects, Live, Receipt};
use crate::domain::id::{ObjectId, SessionId, UserId};
use crate::domain::refusal::Refusal;
use crate::domain::role::Action;
use crate::domain::time::Now;

/// The page of a session that is nowhere else.
pub(super) const HOME: &str = "home";
/// Characters of a page's name.
const PAGE_MAX: usize = 64;
/// Characters of a field's name.
const FIELD_MAX: usize = 128;

impl Workspace {
    /// The session says where it is.
    pub(super) fn locate(
        &mut self,
        now: Now,
        caller: Caller,
        location: Location,
        out: &mut Effects,
    ) -> Result<Receipt, Refusal> {
        self.member(caller.user)?;
        let id = self.session(caller)?.id;
        let mut location = self.existing(caller.user, location)?;
        location.typing &= match location.object.and_then(|object| self.area_of(object)) {
            Some(kind) => self.may_in(caller.user, Action::Edit, kind),
            None => self.allowed(caller.user, Action::Edit).is_ok(),
        };
        let Some(session) = self.sessions.get_mut(id) else { return Err(Refusal::SessionGone) };
        session.active = now.wall;
        if location.typing {
            self.timers.set(Timer::Keys(id), now.mono + self.limits.typing_ms);
        } else if session.location.typing && session.location.is_same_field(&location) {
            // The caret goes on; the time since the last key does too.
            location.typing = true;
        } else {
            self.timers.cancel(Timer::Keys(id));
        }
        location.n = session.location.n;
        if session.location == location {
            return DONE;
        }
        location.n += 1;
        let moved = session.location.page != location.page || session.location.object != location.object;
        session.location = location;
        if moved {
            self.tell_moved(now, id, out);
        } else {
            self.tell_place(id, out);
        }
        DONE
    }

    /// No key was pressed for a while.
    pub(super) fn keys_rest(&mut self, id: SessionId, out: &mut Effects) {
        let Some(session) = self.sessions.get_mut(id) else { return };
        if std::mem::take(&mut session.location.typing) {
            session.location.n += 1;
            self.tell_place(id, out);
        }
    }

    /// Tells those who look at the same object where on it a session is, if they may see it.
    pub(super) fn tell_place(&self, session: SessionId, out: &mut Effects) {
        let Some((user, location)) =
            self.sessions.get(session).map(|session| (session.user, session.location.clone()))
        else {
            return;
        };
        let audience = self.seers(user, location.object);
        out.push(Effect::Live { audience, live: Live::Location { session, location } });
    }

    /// The location, or where it does not exist its nearest parent that does.
    fn existing(&self, user: UserId, mut location: Location) -> Result<Location, Refusal> {
        super::talk::check_text("page", &location.page, PAGE_MAX)?;
        if let Some(field) = &location.field {
            super::talk::check_text("field", field, FIELD_MAX)?;
        }
        let hidden = self.stands_in(location.object, self.hidden_from(user));
        if hidden || location.object.is_some_and(|object| !self.objects.contains_key(&object)) {
            return Ok(Location::page(HOME));
        }
        let gone = |item| location.object.is_none_or(|object| !self.may_exist(object, item));
        location.top = location.top.filter(|top| !gone(*top));
        if location.item.is_none_or(gone) {
            location.leave_item();
        }
        if location.field.is_none() {
            location.leave_field();
        }
        if let Some(cursor) = &mut location.cursor {
            cursor.anchor = cursor.anchor.min(cursor.length);
            cursor.head = cursor.head.min(cursor.length);
        }
        Ok(location)
    }

    /// Where a session that was over comes back to, if where it was is not there any more, or not for it.
    pub(super) fn where_it_may_be(&self, id: SessionId) -> Option<Location> {
        let session = self.sessions.get(id).filter(|session| !session.lives())?;
        let place = self.existing(session.user, session.location.clone()).ok()?;
        let n = session.location.n;
        (place.object != session.location.object || place.item != session.location.item)
            .then_some(Location { n: n + 1, ..place })
    }

    /// Whoever is on an item that is not there is on its object.
    pub(super) fn locations_fall_back(&mut self, now: Now, object: ObjectId, out: &mut Effects) {
        let lost: Vec<SessionId> = self
            .sessions
            .living_ones()
            .filter(|session| session.location.object == Some(object))
            .filter(|session| session.location.item.is_some_and(|item| !self.may_exist(object, item)))
            .map(|session| session.id)
            .collect();
        for id in lost {
            if let Some(session) = self.sessions.get_mut(id) {
                session.location.leave_item();
                session.location.n += 1;
                self.timers.cancel(Timer::Keys(id));
                self.tell_session(now, id, out);
            }
        }
    }

    /// An object was deleted: whoever was there is nowhere in particular.
    pub(super) fn presence_leaves(&mut self, now: Now, object: ObjectId, out: &mut Effects) {
        let there: Vec<(SessionId, bool, bool)> = self
            .sessions
            .living_ones()
            .map(|session| {
                (session.id, session.open == Some(object), session.location.object == Some(object))
            })
            .filter(|(_, open, located)| *open || *located)
            .collect();
        for (id, open, located) in there {
            if open {
                self.show(now, id, None, out);
            }
            if located && let Some(session) = self.sessions.get_mut(id) {
                let n = session.location.n + 1;
                session.location = Location { n, ..Location::page(HOME) };
                self.timers.cancel(Timer::Keys(id));
                self.tell_session(now, id, out);
            }
        }
    }
}
