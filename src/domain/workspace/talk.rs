//! What people say to each other here: chat and its typing. Never written.

use uuid::Uuid;

use super::Workspace;
use super::requests::DONE;
use super::timers::Timer;
use crate::domain::command::Caller;
use crate::domain::effect::{Audience, ChatLine, Delta, Effects, Receipt};
use crate::domain::id::{SessionId, UserId};
use crate::domain::path::LockPath;
use crate::domain::refusal::Refusal;
use crate::domain::role::Action;
use crate::domain::time::Now;

impl Workspace {
    /// Somebody says something to those present.
    #[expect(clippy::too_many_arguments, reason = "the parts of one line, each of its own type")]
    pub(super) fn say(
        &mut self,
        now: Now,
        caller: Caller,
        client_id: Uuid,
        text: String,
        mentions: Vec<UserId>,
        link: Option<LockPath>,
        out: &mut Effects,
    ) -> Result<Receipt, Refusal> {
        self.allowed(caller.user, Action::Chat)?;
        let id = self.session(caller)?.id;
        let text = shown(&text);
        if let Some(said) = self.chat.find(caller.user, client_id) {
            return if said.text == text { DONE } else { Err(Refusal::OpIdReused) };
        }
        check_text("chat line", &text, self.limits.chat_text)?;
        if mentions.len() > self.limits.mentions {
            return Err(Refusal::TooMany { what: "mentions", max: self.limits.mentions });
        }
        self.chat
            .spend(now.mono, caller.user, &self.limits)
            .map_err(|after_ms| Refusal::RateLimited { after_ms })?;
        if let Some(session) = self.sessions.get_mut(id) {
            session.active = now.wall;
        }
        let mut addressed: Vec<UserId> = Vec::new();
        for user in mentions {
            if self.members.contains_key(&user) && !addressed.contains(&user) {
                addressed.push(user);
            }
        }
        let line = ChatLine {
            number: 0,
            client_id,
            session: id,
            user: caller.user,
            at: now.wall,
            text,
            mentions: addressed,
            link: link
                .filter(|link| !self.stands_in(Some(link.object), self.hidden_from(caller.user)))
                .and_then(|link| self.linked(link)),
        };
        let line = self.chat.push(line, self.limits.chat_ring);
        self.chat_rests(id, out);
        self.tell(now, Audience::All, Delta::Chat(line), out);
        DONE
    }

    /// Somebody types in the chat, or stopped. Only what changes is told.
    pub(super) fn typing(
        &mut self,
        now: Now,
        caller: Caller,
        on: bool,
        out: &mut Effects,
    ) -> Result<Receipt, Refusal> {
        self.allowed(caller.user, Action::Chat)?;
        let session = self.session(caller)?.id;
        if !on {
            self.chat_rests(session, out);
            return DONE;
        }
        if !self.timers.is_set(Timer::Typing(session)) {
            self.tell_typing(session, on, out);
        }
        self.timers.set(Timer::Typing(session), now.mono + self.limits.typing_ms);
        if let Some(session) = self.sessions.get_mut(session) {
            session.active = now.wall;
        }
        DONE
    }

    /// The sessions that type in the chat.
    pub(super) fn typists(&self) -> Vec<SessionId> {
        let living = self.sessions.living_ones().map(|session| session.id);
        living.filter(|id| self.timers.is_set(Timer::Typing(*id))).collect()
    }

    fn chat_rests(&mut self, session: SessionId, out: &mut Effects) {
        if self.timers.cancel(Timer::Typing(session)) {
            self.tell_typing(session, false, out);
        }
    }

    /// What a line may point to: what exists, or the object that it is missing from.
    fn linked(&self, link: LockPath) -> Option<LockPath> {
        self.objects.get(&link.object)?;
        let gone = |item| self.stacks.get(link.object).is_some_and(|open| !open.draft.contains(item));
        Some(LockPath { item: link.item.filter(|item| !gone(*item)), ..link })
    }
}

/// A text that people read: not empty, not too long, no control characters but line breaks and tabs.
pub(super) fn check_text(what: &'static str, text: &str, max: usize) -> Result<(), Refusal> {
    let clean = !text.chars().any(|c| c.is_control() && c != '\n' && c != '\t');
    if clean && !text.trim().is_empty() && text.chars().count() <= max {
        Ok(())
    } else {
        Err(Refusal::BadText { what, max })
    }
}

/// The text with its control characters as pictures that can be read (Unicode, Control Pictures): no terminal and no page
/// obeys what somebody has pasted. Line breaks of any system are one character.
fn shown(text: &str) -> String {
    let picture = |c: char| match c {
        '\n' | '\t' => c,
        '\u{0}'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}'),
        '\u{7f}' => '\u{2421}',
        // Forced directions make a line say something else than what it is.
        '\u{202d}' | '\u{202e}' => '\u{fffd}',
        c if c.is_control() => '\u{fffd}',
        c => c,
    };
    text.replace("\r\n", "\n").chars().map(picture).collect()
}
