//! What people say to each other here: chat and its typing. Never written.

use uuid::Uuid;

use super::Workspace;
use super::requests::DONE;
use super::timers::Timer;
use crate::domain::command::Caller;
use crate::domain::effect::{Audience, ChatLine, Delta, Effect, Effects, Live, Receipt};
use crate::domain::id::UserId;
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
        if self.chat.find(id, client_id).is_some() {
            return DONE;
        }
        check_text("chat line", &text, self.limits.chat_text)?;
        if mentions.len() > self.limits.mentions {
            return Err(Refusal::TooMany { what: "mentions", max: self.limits.mentions });
        }
        let (burst, refill) = (self.limits.chat_burst, self.limits.chat_refill_ms);
        let Some(session) = self.sessions.get_mut(id) else { return Err(Refusal::SessionGone) };
        let (left, at) = session.chat_budget;
        let earned = now.mono.since(at) / refill.max(1);
        let left = left.saturating_add(earned).min(burst);
        if left == 0 {
            return Err(Refusal::RateLimited { after_ms: refill - now.mono.since(at) % refill.max(1) });
        }
        session.chat_budget = (left - 1, if earned > 0 { now.mono } else { at });
        session.active = now.wall;
        let line = ChatLine {
            number: 0,
            client_id,
            session: id,
            user: caller.user,
            at: now.wall,
            text,
            mentions: mentions.into_iter().filter(|user| self.members.contains_key(user)).collect(),
            link: link.filter(|link| self.objects.contains_key(&link.object)),
        };
        let line = self.chat.push(line, self.limits.chat_ring);
        self.timers.cancel(Timer::Typing(id));
        self.tell(now, Audience::All, Delta::Chat(line), out);
        DONE
    }

    /// Somebody types in the chat, or stopped.
    pub(super) fn typing(
        &mut self,
        now: Now,
        caller: Caller,
        on: bool,
        out: &mut Effects,
    ) -> Result<Receipt, Refusal> {
        self.allowed(caller.user, Action::Chat)?;
        let session = self.session(caller)?.id;
        if on {
            self.timers.set(Timer::Typing(session), now.mono + self.limits.typing_ms);
        } else {
            self.timers.cancel(Timer::Typing(session));
        }
        out.push(Effect::Live { audience: Audience::All, live: Live::Typing { session, on } });
        DONE
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
