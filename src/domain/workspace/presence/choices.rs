//! What members decide about themselves (status, words, sign, privacy), and admins about everybody's thresholds.

use crate::domain::command::{Caller, StatusChoice};
use crate::domain::effect::{
    Audience, AuditEntry, Delta, Effect, Effects, PresenceSettings, Privacy, Receipt, Status, Write,
};
use crate::domain::id::UserId;
use crate::domain::refusal::Refusal;
use crate::domain::role::{Action, Role};
use crate::domain::time::Now;
use crate::domain::workspace::Workspace;
use crate::domain::workspace::requests::DONE;
use crate::domain::workspace::talk::check_text;

use super::Cause;

/// The furthest end of a status, in milliseconds from now: 30 days.
const UNTIL_MAX_MS: i64 = 30 * 24 * 60 * 60 * 1_000;
/// Characters of a sign in place of the initials; a family with skin tones has that many.
const AVATAR_MAX: usize = 12;
/// Thresholds are within these, in milliseconds: ten seconds and a week.
const THRESHOLD_MS: std::ops::RangeInclusive<u64> = 10_000..=7 * 24 * 60 * 60 * 1_000;
/// History and aggregates are kept for at most so many days.
const RETENTION_MAX_DAYS: u32 = 366;

impl Workspace {
    /// Chooses a status, words and their end, in place of those before. Online means: by itself.
    pub(in crate::domain::workspace) fn set_status(
        &mut self,
        now: Now,
        caller: Caller,
        choice: StatusChoice,
        out: &mut Effects,
    ) -> Result<Receipt, Refusal> {
        self.member(caller.user)?;
        let StatusChoice { status, message, until } = choice;
        if status == Status::Offline {
            return Err(Refusal::BadStatus);
        }
        if !message.is_empty() {
            check_text("status message", &message, self.limits.status_message)?;
            if message.contains('\n') {
                return Err(Refusal::BadText { what: "status message", max: self.limits.status_message });
            }
        }
        if until.is_some_and(|until| until <= now.wall || until.0 - now.wall.0 > UNTIL_MAX_MS) {
            return Err(Refusal::BadTime);
        }
        self.spend_choice(now, caller.user)?;
        let person = self.presence.person(now, caller.user);
        let chosen = (status != Status::Online).then_some((status, now.wall));
        let changed = person.message != message
            || person.until != until
            || person.chosen.map(|(status, _)| status) != chosen.map(|(status, _)| status);
        (person.message, person.until, person.chosen) = (message, until, chosen);
        person.input = now.mono;
        person.dirty = true;
        let before = person.status;
        self.settle_status(now, caller.user, Cause::Chosen, out);
        let told = self.presence.get(caller.user).is_some_and(|person| person.status != before);
        if changed && !told {
            self.tell_presence(now, caller.user, out);
        }
        self.count_minute(now);
        DONE
    }

    /// Chooses a sign in place of the initials, or none.
    pub(in crate::domain::workspace) fn set_avatar(
        &mut self,
        now: Now,
        caller: Caller,
        avatar: String,
        out: &mut Effects,
    ) -> Result<Receipt, Refusal> {
        self.member(caller.user)?;
        if !is_sign(&avatar) {
            return Err(Refusal::BadText { what: "avatar (one sign or emoji)", max: AVATAR_MAX });
        }
        self.spend_choice(now, caller.user)?;
        let person = self.presence.person(now, caller.user);
        if person.avatar == avatar {
            return DONE;
        }
        person.avatar = avatar;
        out.push(Effect::Write(Write::Presence(person.row())));
        self.tell_avatar(now, caller.user, out);
        DONE
    }

    /// Chooses who sees how much of one's looking. Durable at once: after a crash nobody sees more than before it.
    pub(in crate::domain::workspace) fn set_privacy(
        &mut self,
        now: Now,
        caller: Caller,
        privacy: Privacy,
        out: &mut Effects,
    ) -> Result<Receipt, Refusal> {
        self.member(caller.user)?;
        let privacy = match privacy {
            Privacy::Role(Role::Suspended) => return Err(Refusal::BadStatus),
            Privacy::Role(Role::Viewer) => Privacy::Everyone,
            other => other,
        };
        self.spend_choice(now, caller.user)?;
        let before = self.privacy(caller.user);
        if before == privacy {
            return DONE;
        }
        self.tell_later(now, out);
        let person = self.presence.person(now, caller.user);
        person.privacy = privacy;
        out.push(Effect::Write(Write::Presence(person.row())));
        let own = person.own_view(now);
        self.tell(now, Audience::Member(caller.user), Delta::Presence(own), out);
        self.tell_privacy(now, caller.user, before, out);
        DONE
    }

    /// An owner or admin sets the thresholds, and what is kept.
    pub(in crate::domain::workspace) fn set_presence_settings(
        &mut self,
        now: Now,
        caller: Caller,
        settings: PresenceSettings,
        out: &mut Effects,
    ) -> Result<Receipt, Refusal> {
        self.allowed(caller.user, Action::ManageMembers)?;
        let fits = THRESHOLD_MS.contains(&settings.away_ms)
            && THRESHOLD_MS.contains(&settings.offline_ms)
            && settings.away_ms < settings.offline_ms
            && (1..=RETENTION_MAX_DAYS).contains(&settings.retention_days);
        if !fits {
            return Err(Refusal::BadTime);
        }
        let before = self.presence.settings;
        if before == settings {
            return DONE;
        }
        self.presence.settings = settings;
        out.push(Effect::Write(Write::PresenceSettings(settings)));
        if before.history && !settings.history {
            for person in self.presence.people.values_mut() {
                person.recent.clear();
            }
            out.push(Effect::Write(Write::HistoryForgotten));
        }
        let entry = AuditEntry {
            at: now.wall,
            user: Some(caller.user),
            action: "presence.settings",
            subject: "the workspace".into(),
            before: format!("{before:?}"),
            after: format!("{settings:?}"),
            ..AuditEntry::default()
        };
        out.push(Effect::Write(Write::Audit(entry)));
        self.settle_all(now, out);
        DONE
    }

    /// Somebody is a member again before their sessions have ended: what they chose still counts.
    pub(in crate::domain::workspace) fn remember_presence(
        &mut self,
        now: Now,
        user: UserId,
        out: &mut Effects,
    ) {
        if let Some(person) = self.presence.get(user) {
            out.push(Effect::Write(Write::Presence(person.row())));
            // Also to those who see no more than a sign: with the membership, they have forgotten that too.
            self.tell_avatar(now, user, out);
        }
    }

    fn settle_all(&mut self, now: Now, out: &mut Effects) {
        let users: Vec<UserId> = self.presence.people.keys().copied().collect();
        for user in users {
            self.settle_status(now, user, Cause::Idle, out);
        }
    }

    /// Every choice is told to everybody: a few at once, then one a second.
    fn spend_choice(&mut self, now: Now, user: UserId) -> Result<(), Refusal> {
        let (burst, refill) = (self.limits.choices_burst, self.limits.choices_refill_ms.max(1));
        let person = self.presence.person(now, user);
        let (left, at) = person.budget;
        let earned = now.mono.since(at) / refill;
        let left = left.saturating_add(earned).min(burst);
        if left == 0 {
            return Err(Refusal::RateLimited { after_ms: refill - now.mono.since(at) % refill });
        }
        person.budget = (left - 1, if earned > 0 { now.mono } else { at });
        Ok(())
    }
}

/// Nothing, or one sign as people choose them: an emoji with its modifiers, no letters that could pass for initials of
/// somebody else, nothing that turns or hides text around it.
fn is_sign(text: &str) -> bool {
    let turns = |c: char| matches!(c, '\u{200b}'..='\u{200c}' | '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    let plain = |c: char| c.is_alphabetic() || c.is_control() || c.is_whitespace() || turns(c);
    let keycap = text.ends_with('\u{20e3}');
    text.is_empty()
        || text.chars().count() <= AVATAR_MAX
            && !text.chars().any(plain)
            && text.chars().any(|c| c as u32 >= 0x2000)
            && (keycap || !text.is_ascii() && !text.chars().any(|c| c.is_ascii()))
}

#[cfg(test)]
mod tests {
    use super::is_sign;

    #[test]
    fn a_sign_is_an_emoji_and_not_a_name() {
        for good in ["", "🦊", "👩🏽‍💻", "👨‍👩‍👧‍👦", "1️⃣", "☕", "🏴"] {
            assert!(is_sign(good), "{good:?}");
        }
        for bad in ["A", "Ana", "<b>", " ", "\u{202e}🦊", "你", "🦊a", "12", "🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊"]
        {
            assert!(!is_sign(bad), "{bad:?}");
        }
    }
}
