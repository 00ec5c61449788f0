//! Hello: a new session, one that comes back, or a page that claims another page's session.

use std::collections::BTreeMap;

use super::Workspace;
use super::sessions::{Line, Session};
use super::timers::Timer;
use crate::domain::command::{Hello, Location, Resume};
use crate::domain::effect::{Answer, Arrival, CloseReason, Effect, Effects, Welcome};
use crate::domain::id::{SessionId, UserId};
use crate::domain::path::LockPath;
use crate::domain::refusal::Refusal;
use crate::domain::time::Now;

/// The chat goes on where the client's replica stands, or starts anew with the page.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Page {
    Same,
    Another,
}

impl Workspace {
    /// Answers a hello, at once or when the old page had its chance to speak.
    pub(super) fn hello(&mut self, now: Now, hello: Box<Hello>, out: &mut Effects) {
        if let Err(refusal) = self.member(hello.user) {
            return Self::reply(hello.call, Err(refusal), out);
        }
        let Some((resume, session)) = self.claimed(&hello) else {
            return self.arrive_new(now, &hello, out);
        };
        let same_page = session.instance == Some(hello.instance);
        let (id, socket) = (session.id, session.socket);
        match socket {
            Some(old) if !same_page => {
                if self.contests.contains_key(&id) {
                    return self.arrive_new(now, &hello, out);
                }
                out.push(Effect::Ping { socket: old });
                self.timers.set(Timer::Contest(id), now.mono + self.limits.contest_ms);
                self.contests.insert(id, hello);
            }
            _ => {
                let page = if same_page { Page::Same } else { Page::Another };
                self.take_session(now, &hello, resume, page, out);
                // A page that comes back is a sign of life, and the other page's claim is void.
                self.contest_lost(now, id, out);
            }
        }
    }

    /// The old socket spoke: whoever claimed its session gets one of their own.
    pub(super) fn contest_lost(&mut self, now: Now, session: SessionId, out: &mut Effects) {
        if let Some(hello) = self.contest_over(session, out) {
            self.arrive_new(now, &hello, out);
        }
    }

    /// The old socket stayed silent, or is gone: the claim is good.
    pub(super) fn contest_won(&mut self, now: Now, session: SessionId, out: &mut Effects) {
        if let Some(hello) = self.contest_over(session, out) {
            match hello.resume {
                Some(resume) => self.take_session(now, &hello, resume, Page::Another, out),
                None => self.arrive_new(now, &hello, out),
            }
        }
    }

    /// The hello that waited, if its member may still be here.
    fn contest_over(&mut self, session: SessionId, out: &mut Effects) -> Option<Box<Hello>> {
        let hello = self.contests.remove(&session)?;
        self.timers.cancel(Timer::Contest(session));
        match self.member(hello.user) {
            Ok(_) => Some(hello),
            Err(refusal) => {
                Self::reply(hello.call, Err(refusal), out);
                None
            }
        }
    }

    /// The account signed out: its pages that wait for a session get none.
    pub(super) fn contests_end(&mut self, user: UserId, out: &mut Effects) {
        let waiting: Vec<SessionId> =
            self.contests.iter().filter(|(_, hello)| hello.user == user).map(|(id, _)| *id).collect();
        for id in waiting {
            if let Some(hello) = self.contest_over(id, out) {
                Self::reply(hello.call, Err(Refusal::SessionGone), out);
            }
        }
    }

    /// The session that the hello may claim: the member's own, with the right secret.
    fn claimed(&self, hello: &Hello) -> Option<(Resume, &Session)> {
        let resume = hello.resume?;
        let session = self.sessions.get(resume.session)?;
        (session.user == hello.user && session.secret == resume.secret).then_some((resume, session))
    }

    fn arrive_new(&mut self, now: Now, hello: &Hello, out: &mut Effects) {
        if self.sessions.living_ones().count() >= self.limits.sessions
            || self.sessions.of(hello.user).len() >= self.limits.sessions_of_member
        {
            let refusal = Refusal::TooMany { what: "sessions", max: self.limits.sessions_of_member };
            return Self::reply(hello.call, Err(refusal), out);
        }
        if self.sessions.get(hello.fresh).is_some() {
            return Self::reply(hello.call, Err(Refusal::IdTaken), out);
        }
        let session = Session {
            id: hello.fresh,
            user: hello.user,
            secret: hello.fresh_secret,
            instance: Some(hello.instance),
            socket: hello.socket,
            line: Line::Open,
            tab: self.sessions.free_tab(hello.user),
            bot: hello.socket.is_none(),
            device: hello.device.clone(),
            address: hello.address.clone(),
            keep_ms: hello.keep_ms.unwrap_or(self.limits.silence_ms).min(self.limits.keep_ms),
            reported: None,
            since: now.wall,
            active: now.wall,
            heard: now.mono,
            overdue: false,
            location: Location::page(super::places::HOME),
            open: None,
            chat_from: self.chat.number(),
            sees_since: self.replay.upto() + 1,
            dirty: BTreeMap::new(),
            asked: BTreeMap::new(),
            declined: BTreeMap::new(),
            park_only: None,
        };
        self.timers.set(Timer::Session(session.id), session.deadline(&self.limits));
        let (id, bot) = (session.id, session.bot);
        self.sessions.insert(session);
        self.tell_session(now, id, out);
        self.arrived(now, hello.user, bot, out);
        self.welcome(now, hello, hello.fresh, Arrival::New, None, out);
    }

    /// The page takes the session: its own after a drop, or another page's that is no longer there.
    fn take_session(&mut self, now: Now, hello: &Hello, resume: Resume, page: Page, out: &mut Effects) {
        let chat_from = self.chat.number();
        let stream = self.replay.stream;
        let placed = self.where_it_may_be(resume.session);
        let Some(session) = self.sessions.get_mut(resume.session) else {
            return self.arrive_new(now, hello, out);
        };
        if let Some(old) = session.socket.take().filter(|old| Some(*old) != hello.socket) {
            out.push(Effect::Close { socket: old, why: CloseReason::Replaced });
        }
        let shown = session.view();
        let was_shown_away = session.line != Line::Open || session.overdue;
        let was_over = !session.lives();
        session.socket = hello.socket;
        session.instance = Some(hello.instance);
        // A call that only renews its session does not know what the session is called.
        if !hello.device.is_empty() {
            session.device.clone_from(&hello.device);
        }
        if let Some(place) = placed {
            session.location = place;
        }
        session.line = Line::Open;
        session.bot = hello.socket.is_none();
        session.heard = now.mono;
        session.overdue = false;
        if !hello.address.is_empty() {
            session.address.clone_from(&hello.address);
        }
        let (user, bot) = (session.user, session.bot);
        let mut unsaved = Vec::new();
        if page == Page::Another {
            session.chat_from = chat_from;
            session.open = None;
            unsaved.extend(std::mem::take(&mut session.dirty).into_keys());
        }
        let id = session.id;
        let position = resume
            .position
            .filter(|(position, _)| page == Page::Same && !was_over && *position == stream)
            .map(|(_, after)| after)
            .filter(|after| *after >= session.sees_since);
        let deadline = session.deadline(&self.limits);
        let view = session.view();
        self.timers.set(Timer::Session(id), deadline);
        if view != shown || was_over {
            self.tell_session(now, id, out);
        }
        if was_over || page == Page::Another {
            self.arrived(now, user, bot, out);
        }
        if was_shown_away {
            self.session_back(now, id, out);
        } else {
            let held = |path: &LockPath| self.locks.get(*path).is_some_and(|lock| lock.session == id);
            for path in unsaved.into_iter().filter(held).collect::<Vec<_>>() {
                self.tell_lock(now, path, out);
            }
        }
        let arrival = if position.is_some() { Arrival::Resumed } else { Arrival::Reloaded };
        self.welcome(now, hello, id, arrival, position, out);
    }

    fn welcome(
        &mut self,
        now: Now,
        hello: &Hello,
        id: SessionId,
        arrival: Arrival,
        position: Option<u64>,
        out: &mut Effects,
    ) {
        let Some(session) = self.sessions.get(id) else { return };
        let observer = self.observer(session);
        let (user, open) = (session.user, session.open);
        let replay = position.and_then(|after| {
            self.replay
                .since(after, |audience, area| audience.reaches(&observer) && area.reaches(observer.hidden))
        });
        let arrival =
            if replay.is_none() && arrival == Arrival::Resumed { Arrival::Reloaded } else { arrival };
        // Who has no socket has no replica: a program's call that only renews its session pays for no picture.
        let wanted = replay.is_none() && hello.socket.is_some();
        let snapshot = if wanted { self.snapshot_for(now, id).map(Box::new) } else { None };
        if snapshot.is_some()
            && let Some(session) = self.sessions.get_mut(id)
        {
            // The picture is of now: what comes after it can be replayed.
            session.sees_since = self.replay.upto();
        }
        let welcome = Welcome {
            arrival,
            session: id,
            user,
            fresh_secret: arrival == Arrival::New,
            stream: self.replay.stream,
            upto: self.replay.upto(),
            snapshot,
            replay: replay.unwrap_or_default(),
            now: now.wall,
            ping_ms: if self.is_busy(id) { self.limits.ping_busy_ms } else { self.limits.ping_idle_ms },
        };
        if let Some(socket) = hello.socket {
            out.push(Effect::Attach {
                session: id,
                user,
                role: observer.role,
                hidden: observer.hidden,
                socket,
            });
            out.push(Effect::Viewing { session: id, object: open });
        }
        Self::reply(hello.call, Ok(Answer::Welcome(Box::new(welcome))), out);
        if arrival == Arrival::Resumed {
            self.tell_places(id, None, out);
        }
    }
}
