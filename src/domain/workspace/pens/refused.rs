//! What a role does not allow: refused, and counted in the audit log rather than listed.

use super::super::Workspace;
use super::super::timers::Timer;
use crate::domain::command::Request;
use crate::domain::effect::{AuditEntry, Effect, Effects, Write};
use crate::domain::id::UserId;
use crate::domain::time::Now;

/// What sort of refusal is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::domain::workspace) enum Refused {
    /// A lock, for who may not hold one.
    Lock,
    /// Anything else.
    Access,
}

impl Refused {
    pub fn of(request: &Request) -> Self {
        match request {
            Request::Acquire { .. } | Request::RequestLock { .. } => Refused::Lock,
            _ => Refused::Access,
        }
    }
}

impl Workspace {
    /// Somebody asked for what their role does not allow.
    pub(in crate::domain::workspace) fn count_refusal(
        &mut self,
        now: Now,
        user: UserId,
        what: Refused,
        out: &mut Effects,
    ) {
        match self.refusals.get_mut(&(user, what)) {
            Some(count) => *count += 1,
            None => {
                // The first is written at once, the others when a minute is over.
                self.refusals.insert((user, what), 0);
                if !self.timers.is_set(Timer::Refusals(user)) {
                    self.timers.set(Timer::Refusals(user), now.mono + self.limits.refusals_ms);
                }
                Self::audit_refusals(now, user, what, 1, out);
            }
        }
    }

    /// A minute of refusals is over.
    pub(in crate::domain::workspace) fn refusals_due(&mut self, now: Now, user: UserId, out: &mut Effects) {
        for what in [Refused::Lock, Refused::Access] {
            if let Some(count) = self.refusals.remove(&(user, what)).filter(|count| *count > 0) {
                Self::audit_refusals(now, user, what, count, out);
            }
        }
    }

    fn audit_refusals(now: Now, user: UserId, what: Refused, count: u64, out: &mut Effects) {
        let (action, subject) = match what {
            Refused::Lock => {
                ("lock.refused", format!("asked {count} times for a lock without the right to hold one"))
            }
            Refused::Access => {
                ("access.refused", format!("asked {count} times for what the role does not allow"))
            }
        };
        let entry = AuditEntry { at: now.wall, user: Some(user), action, subject, ..AuditEntry::default() };
        out.push(Effect::Write(Write::Audit(entry)));
    }
}
