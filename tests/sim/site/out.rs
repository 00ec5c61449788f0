//! The way out: what the gate gives free reaches sockets, and is looked at there.

use std::sync::Arc;

use uuid::Uuid;

use baton::domain::command::Request;
use baton::domain::effect::{Answer, Area, Audience, Delta, Effect, Live, Observer, Sight, Snapshot};
use baton::domain::id::{CallId, SessionId, StreamId};
use baton::domain::realtime::{ClientId, Post, Recipient};
use baton::domain::refusal::Refusal;
use baton::domain::time::Now;
use baton::domain::workspace::Workspace;
use baton::room::gate::Release;

use crate::disk::Wanted;
use crate::invariants;
use crate::model::Message;
use crate::realtime;
use crate::team;
use crate::times;

use super::{Seat, Site};

impl Site {
    pub(super) fn release(&mut self) {
        for release in std::mem::take(&mut self.free) {
            match release {
                Release::Effect(effect) => self.give_out(effect),
                // A frame without a number is in no replica's history; it comes again with its number.
                Release::Unnumbered(_) => {}
                Release::Resync { session, snapshot, .. } => self.resync(session, snapshot),
            }
        }
    }

    pub(super) fn resync(&mut self, session: SessionId, snapshot: Box<Snapshot>) {
        let Some(seat) = self.seats.get_mut(&session) else { return };
        let fits = invariants::discreet_picture(&self.disk, seat.user, &snapshot);
        let fits = fits.and(team::existing_in_picture(&self.disk, &self.kinds, seat.user, &snapshot));
        if let Err(broken) = fits {
            self.broken.get_or_insert(broken);
        }
        seat.awaits = false;
        seat.upto = snapshot.upto;
        seat.open = snapshot.open;
        let stream = self.core.as_ref().map_or(StreamId(Uuid::nil()), Workspace::stream);
        self.mail.push((seat.socket, Message::Resync { stream, snapshot }));
    }

    pub(super) fn close_session(&mut self, session: SessionId) {
        if let Some(seat) = self.seats.get(&session) {
            self.closed.push(seat.socket);
        }
    }

    pub(super) fn give_out(&mut self, effect: Effect) {
        match effect {
            Effect::Reply { call, result } => self.answer(call, result),
            Effect::Attach { session, user, role, hidden, socket } => {
                if self.sockets.contains(&socket) {
                    let seat = Seat { user, role, hidden, socket, open: None, upto: 0, awaits: false };
                    self.seats.insert(session, seat);
                }
            }
            Effect::Sees { user, role, hidden } => {
                for seat in self.seats.values_mut().filter(|seat| seat.user == user) {
                    seat.role = role;
                    seat.hidden = hidden;
                }
            }
            Effect::Viewing { session, object } => {
                if let Some(seat) = self.seats.get_mut(&session) {
                    seat.open = object;
                }
            }
            Effect::Ended { session } => drop(self.seats.remove(&session)),
            Effect::Close { socket, why } => {
                self.mail.push((socket, Message::Close(why)));
                self.closed.push(socket);
            }
            Effect::Ping { socket } => {
                self.heard.await_frame(socket);
                self.mail.push((socket, Message::Ping));
            }
            Effect::Delta(numbered) => {
                let rightly = times::rightly_revoked(&self.disk, &self.kinds, &self.users, &numbered.delta);
                if let Err(broken) = rightly {
                    self.breaks(broken);
                }
                let shown = invariants::revealed(&self.disk, &numbered.delta);
                if let Err(broken) = shown.and(self.circles.follow(&numbered.delta)) {
                    self.breaks(broken);
                }
                let stream = self.core.as_ref().map_or(StreamId(Uuid::nil()), Workspace::stream);
                self.fan_out(stream, numbered.seq, (numbered.audience, numbered.area), &numbered.delta);
            }
            Effect::Live { audience, live: Live::Location { session, location } } => {
                self.tick.take(audience, session, location);
            }
            Effect::Live { .. } => {}
            Effect::Load { object, revision } => self.loads.push(Wanted::Stack(object, revision)),
            Effect::LoadRecord { object, record } => self.loads.push(Wanted::Record(object, record)),
            Effect::LoadRecordChange { object, number } => self.loads.push(Wanted::Change(object, number)),
            Effect::LoadRecordWork { call, object, since, author, max } => {
                self.loads.push(Wanted::Work { call, object, since, author, max });
            }
            Effect::WorkOut { call, work } => self.loads.push(Wanted::Plan(call, work)),
            Effect::Post { to, post } => self.posted(&to, &post),
            Effect::LoadSaid { channel, limit, .. } => self.loads.push(Wanted::Said(channel, limit)),
            Effect::Write(_) => self.breaks("a write came out of the gate".into()),
        }
    }

    fn posted(&mut self, to: &[Recipient], post: &Post) {
        if let Err(broken) = self.told.follow(&self.disk, to, post) {
            self.breaks(broken);
        }
        // While a role is on its way to the store, either counts.
        let settled = !self.gate.is_shut();
        let (Some(core), true) = (&self.core, settled) else { return };
        let sessions = to.iter().filter_map(|one| match one.client {
            ClientId::Session(session) => core.claim_of(session),
            ClientId::Socket(_) => None,
        });
        let mut users = sessions.map(|(user, _)| user);
        if let Some(user) = users.find(|user| !realtime::may_hear(&self.disk, *user, post)) {
            self.breaks(format!("{user} is told of {post:?}"));
        }
    }

    /// Places are told to those only who may see them. While a choice is on its way to the store, either counts.
    pub(super) fn places_due(&mut self, now: Now) {
        let settled = !self.gate.is_shut();
        let seats: Vec<Observer> = self.seats.iter().map(|(session, seat)| seat.observer(*session)).collect();
        for (to, session, location) in self.tick.due(now.mono, &seats) {
            let of = self.core.as_ref().and_then(|core| core.claim_of(session)).map(|(of, _)| of);
            if settled && of.is_some_and(|of| invariants::sight(&self.disk, of, to.user) != Sight::Full) {
                self.broken.get_or_insert(format!("{} is shown where {session} is", to.user));
            }
            let socket = self.seats[&to.session].socket;
            self.mail.push((socket, Message::Live { session, location }));
        }
    }

    fn fan_out(
        &mut self,
        stream: StreamId,
        seq: u64,
        (audience, area): (Audience, Area),
        delta: &Arc<Delta>,
    ) {
        let seats = &self.seats;
        let reaches = |to| seats.get(&to).is_some_and(|seat| audience.reaches(&seat.observer(to)));
        self.tick.told(delta, reaches);
        for (session, seat) in &mut self.seats {
            let visible = audience.reaches(&seat.observer(*session)) && area.reaches(seat.hidden);
            let existing = |user| match self.moved {
                true => Ok(()),
                false => team::existing(&self.disk, &self.kinds, user, delta),
            };
            if visible
                && !seat.awaits
                && let Err(broken) =
                    invariants::discreet(&self.disk, seat.user, delta).and(existing(seat.user))
            {
                self.broken.get_or_insert(broken);
            }
            if visible && !seat.awaits {
                let delta = Arc::clone(delta);
                self.mail.push((seat.socket, Message::Deltas { stream, after: seat.upto, upto: seq, delta }));
                seat.upto = seq;
            }
        }
    }

    pub(super) fn answer(&mut self, call: CallId, result: Result<Answer, Refusal>) {
        let Some(waiting) = self.calls.remove(&call) else {
            return self.breaks(format!("{call:?} is answered and was not asked, or twice"));
        };
        if let (Some(request), Ok(answer)) = (&waiting.request, &result)
            && !self.gate.is_held()
            && let Err(broken) = team::granted(&self.disk, &self.kinds, waiting.user, request, answer)
        {
            self.breaks(broken);
        }
        let session = waiting.socket.and_then(|socket| self.carried.get(&socket).copied());
        if let (Some(Request::Edit(edit)), Err(refusal)) = (&waiting.request, &result)
            && let Err(broken) =
                self.times.kept(&self.disk, (waiting.user, session), edit, refusal, self.latest)
        {
            self.breaks(broken);
        }
        if let (Some(request), Ok(Answer::Receipt(receipt))) = (&waiting.request, &result)
            && let Err(broken) =
                invariants::answered(&self.disk, &mut self.answered, waiting.user, request, receipt)
        {
            self.breaks(broken);
        }
        if let Ok(Answer::Welcome(welcome)) = &result {
            let picture = welcome.snapshot.as_deref();
            let fits = picture
                .map_or(Ok(()), |picture| invariants::discreet_picture(&self.disk, welcome.user, picture));
            let exists = picture.map_or(Ok(()), |picture| {
                team::existing_in_picture(&self.disk, &self.kinds, welcome.user, picture)
            });
            let replayed =
                welcome.replay.iter().map(|delta| invariants::discreet(&self.disk, welcome.user, delta));
            if let Some(Err(broken)) = [fits, exists].into_iter().chain(replayed).find(Result::is_err) {
                self.breaks(broken);
            }
        }
        if let Ok(Answer::Welcome(welcome)) = &result
            && let Some(seat) =
                self.seats.get_mut(&welcome.session).filter(|seat| Some(seat.socket) == waiting.socket)
        {
            seat.upto = welcome.upto;
        }
        match waiting.socket {
            Some(socket) => self.mail.push((socket, Message::Reply { call, result })),
            None => self.looked = Some(result),
        }
    }
}
