//! What the console shows.

use std::collections::BTreeMap;

use crate::domain::command::{Caller, Location};
use crate::domain::effect::{Answer, ConsoleSession, ConsoleView, LockSettings, SessionView, Use};
use crate::domain::id::SessionId;
use crate::domain::path::LockPath;
use crate::domain::role::Action;
use crate::domain::time::Now;
use crate::domain::workspace::sessions::Session;
use crate::domain::workspace::{Done, Workspace};

impl Workspace {
    /// Everything that goes on, for an owner or admin.
    pub(in crate::domain::workspace) fn console(&self, now: Now, caller: Caller) -> Done {
        self.allowed(caller.user, Action::ManageMembers)?;
        let seen: BTreeMap<SessionId, SessionView> =
            self.sessions_for(caller.user).into_iter().map(|view| (view.id, view)).collect();
        let sessions =
            self.sessions.living_ones().map(|session| self.console_session(now, session, &seen)).collect();
        let paths: Vec<LockPath> = self.locks.iter().map(|lock| lock.path).collect();
        let mut locks = Vec::with_capacity(paths.len());
        for path in paths {
            if let Answer::Explained(explanation) = self.explain(now, caller, path)? {
                locks.push(*explanation);
            }
        }
        Ok(Answer::Console(Box::new(ConsoleView {
            sessions,
            locks,
            closures: self.closures.values().cloned().collect(),
            settings: LockSettings::of(&self.limits),
            uses: self.uses(),
            hold_ms: self.hold_ms,
        })))
    }

    /// Privacy hides where somebody looks; that a session is there, from which device and how its line is, are facts of the
    /// one who runs the workspace.
    fn console_session(
        &self,
        now: Now,
        session: &Session,
        seen: &BTreeMap<SessionId, SessionView>,
    ) -> ConsoleSession {
        let own = session.view();
        let view = match seen.get(&session.id) {
            Some(view) if !view.hidden => view.clone(),
            _ => SessionView { hidden: true, location: Location::page("hidden"), ..own },
        };
        let count = |many: usize| u32::try_from(many).unwrap_or(u32::MAX);
        ConsoleSession {
            view,
            address: session.address.clone(),
            silent_ms: now.mono.since(session.heard),
            locks: count(self.locks.of_session(session.id).len()),
            waiting: count(self.queue.of_session(session.id).len()),
            unsaved: session.dirty.values().fold(0, |all: u32, one| all.saturating_add(*one)),
        }
    }

    fn uses(&self) -> Vec<Use> {
        let limits = &self.limits;
        let used = |what, used: usize, most: usize| Use { what, used, most };
        vec![
            used("members", self.members.len(), limits.members),
            used("custom_roles", self.roles.len(), limits.custom_roles),
            used("objects", self.objects.len(), limits.objects),
            used("sessions", self.sessions.living_ones().count(), limits.sessions),
        ]
    }
}
