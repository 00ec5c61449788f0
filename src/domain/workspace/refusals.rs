//! Who may not: refused, and counted in the audit log rather than listed.

use super::Workspace;
use super::timers::Timer;
use crate::domain::command::Request;
use crate::domain::effect::{AuditEntry, Effect, Effects, Write};
use crate::domain::id::{KeyId, UserId};
use crate::domain::time::Now;

/// Who was refused what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Refused {
    /// A member, a lock that they may not hold.
    Lock(UserId),
    /// A member, anything else that their role does not allow.
    Access(UserId),
    /// A key, what it may not do.
    Key(KeyId),
}

impl Refused {
    /// A member's request.
    pub fn of(user: UserId, request: &Request) -> Self {
        match request {
            Request::Acquire { .. } | Request::RequestLock { .. } => Refused::Lock(user),
            _ => Refused::Access(user),
        }
    }
}

/// What has not been written yet.
#[derive(Debug, Clone, Default)]
pub(super) struct Held {
    count: u64,
    /// Why the last was refused.
    why: String,
}

impl Workspace {
    /// The first is written at once, the others when a minute is over.
    pub(super) fn count_refusal(&mut self, now: Now, who: Refused, why: String, out: &mut Effects) {
        match self.refusals.get_mut(&who) {
            Some(held) => *held = Held { count: held.count + 1, why },
            None => {
                self.refusals.insert(who, Held::default());
                self.timers.set(Timer::Refusals(who), now.mono + self.limits.refusals_ms);
                self.audit_refusals(now, who, Held { count: 1, why }, out);
            }
        }
    }

    /// A minute of refusals is over.
    pub(super) fn refusals_due(&mut self, now: Now, who: Refused, out: &mut Effects) {
        if let Some(held) = self.refusals.remove(&who).filter(|held| held.count > 0) {
            self.audit_refusals(now, who, held, out);
        }
    }

    fn audit_refusals(&self, now: Now, who: Refused, held: Held, out: &mut Effects) {
        let Held { count, why } = held;
        let (user, action, subject) = match who {
            Refused::Lock(user) => {
                let subject = format!("asked {count} times for a lock without the right to hold one");
                (Some(user), "lock.refused", subject)
            }
            Refused::Access(user) => {
                let subject = format!("asked {count} times for what the role does not allow");
                (Some(user), "access.refused", subject)
            }
            Refused::Key(key) => {
                let known = self.keys.get(&key);
                let name = known.map_or("", |key| key.name.as_str());
                let times = if count == 1 { "once".to_owned() } else { format!("{count} times") };
                let subject = format!("key {key} {name:?} asked {times} for what it may not");
                (known.map(|key| key.made_by), "key.refused", subject)
            }
        };
        let entry = AuditEntry { at: now.wall, user, action, subject, ..AuditEntry::default() };
        out.push(Effect::Write(Write::Audit(AuditEntry { reason: why, ..entry })));
    }
}
