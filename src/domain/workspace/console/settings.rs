//! Times of locks, as the workspace sets them.

use crate::domain::command::Caller;
use crate::domain::effect::{AuditEntry, Effect, Effects, LockSettings, Receipt, Write};
use crate::domain::id::RequestId;
use crate::domain::path::LockPath;
use crate::domain::refusal::Refusal;
use crate::domain::role::Action;
use crate::domain::time::{Millis, Now};
use crate::domain::workspace::Workspace;
use crate::domain::workspace::members::check_reason;
use crate::domain::workspace::requests::DONE;
use crate::domain::workspace::timers::Timer;

impl Workspace {
    /// Other times count from now on, also for what is held and waits.
    pub(in crate::domain::workspace) fn set_lock_settings(
        &mut self,
        now: Now,
        caller: Caller,
        settings: LockSettings,
        reason: String,
        out: &mut Effects,
    ) -> Result<Receipt, Refusal> {
        self.allowed(caller.user, Action::ManageMembers)?;
        check_reason(&reason, self.limits.note)?;
        if !settings.fits() {
            return Err(Refusal::BadTime);
        }
        let before = LockSettings::of(&self.limits);
        if before == settings {
            return DONE;
        }
        settings.apply(&mut self.limits);
        out.push(Effect::Write(Write::LockSettings(settings)));
        let entry = AuditEntry {
            before: before.in_words(),
            after: settings.in_words(),
            reason,
            ..AuditEntry::default()
        };
        self.audit(now, caller, ("lock.settings", "the workspace".into()), entry, out);
        self.held_by_other_times(now, before, out);
        self.wait_by_other_times(now, before, out);
        DONE
    }

    fn held_by_other_times(&mut self, now: Now, before: LockSettings, out: &mut Effects) {
        let idle_ms = self.limits.idle_ms;
        let held: Vec<LockPath> = self.locks.iter().map(|lock| lock.path).collect();
        for path in held {
            let Some(lock) = self.locks.get_mut(path) else { continue };
            // What a request has shortened stays short.
            lock.idle_ms = if lock.idle_ms == before.idle_ms { idle_ms } else { lock.idle_ms.min(idle_ms) };
            let warned = lock.warned.take().is_some();
            // A timer may come too early: the lock itself says what is due.
            self.timers.set(Timer::Lock(path), now.mono);
            if warned {
                self.tell_lock(now, path, out);
            }
        }
    }

    fn wait_by_other_times(&mut self, now: Now, before: LockSettings, out: &mut Effects) {
        let (take_over_ms, request_ms) = (self.limits.take_over_ms, self.limits.request_ms);
        let waiting: Vec<RequestId> = self.queue.iter().iter().map(|request| request.id).collect();
        for id in waiting {
            let Some(request) = self.queue.get_mut(id) else { continue };
            // The time that it has waited counts on. How long one waits after a promise the promise has said.
            if !request.promised {
                let whole = request.expires + request_ms;
                request.expires = Millis(whole.since(Millis(before.request_ms)));
            }
            if request.paused.is_none() {
                request.resume(now, take_over_ms);
            }
            self.schedule_request(now, id);
            self.tell_request(now, id, out);
        }
    }
}
