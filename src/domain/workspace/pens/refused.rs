//! Who may not hold: refused, and counted in the audit log rather than listed.

use super::super::Workspace;
use super::super::timers::Timer;
use crate::domain::effect::{AuditEntry, Effect, Effects, Write};
use crate::domain::id::UserId;
use crate::domain::refusal::Refusal;
use crate::domain::role::Action;
use crate::domain::time::Now;

impl Workspace {
    /// Refuses whoever may neither hold nor ask, and counts it.
    pub(in crate::domain::workspace) fn may_hold(
        &mut self,
        now: Now,
        user: UserId,
        out: &mut Effects,
    ) -> Result<(), Refusal> {
        let refused = match self.allowed(user, Action::Edit) {
            Ok(_) => return Ok(()),
            Err(refused) => refused,
        };
        if refused == Refusal::NotPermitted {
            match self.refusals.get_mut(&user) {
                Some(count) => *count += 1,
                None => {
                    // The first is written at once, the others when a minute is over.
                    self.refusals.insert(user, 0);
                    self.timers.set(Timer::Refusals(user), now.mono + self.limits.refusals_ms);
                    Self::audit_refusals(now, user, 1, out);
                }
            }
        }
        Err(refused)
    }

    /// A minute of refusals is over.
    pub(in crate::domain::workspace) fn refusals_due(&mut self, now: Now, user: UserId, out: &mut Effects) {
        if let Some(count) = self.refusals.remove(&user).filter(|count| *count > 0) {
            Self::audit_refusals(now, user, count, out);
        }
    }

    fn audit_refusals(now: Now, user: UserId, count: u64, out: &mut Effects) {
        out.push(Effect::Write(Write::Audit(AuditEntry {
            at: now.wall,
            user: Some(user),
            action: "lock.refused",
            subject: format!("asked {count} times for a lock without the right to hold one"),
            ..AuditEntry::default()
        })));
    }
}
