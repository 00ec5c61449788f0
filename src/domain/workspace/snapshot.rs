//! What a session sees of the room.

use super::{Done, Workspace};
use crate::domain::command::Caller;
use crate::domain::effect::{Answer, Snapshot};
use crate::domain::id::{SessionId, UserId};
use crate::domain::role::{Action, may};
use crate::domain::time::Now;

impl Workspace {
    /// The whole picture for a session that is here. None for one that has no line: after a rebuild its end may not have
    /// been written, and its socket must come again.
    pub fn snapshot_for(&self, now: Now, session: SessionId) -> Option<Snapshot> {
        let session = self.sessions.get(session).filter(|session| session.connected())?;
        let snapshot = self.picture(self.own_time(now), session.user);
        if !may(self.observer(session).role, Action::View) {
            return Some(snapshot);
        }
        let (chat, chat_missed) = self.chat.since(session.chat_from);
        let whole = Snapshot { chat, chat_missed, open: session.open, ..snapshot };
        Some(self.without_hidden(session.user, whole))
    }

    pub(super) fn snapshot_answer(&self, now: Now, caller: Caller) -> Done {
        self.member(caller.user)?;
        let snapshot = match caller.session {
            Some(_) => {
                let id = self.session(caller)?.id;
                self.snapshot_for(now, id).unwrap_or_else(|| self.picture(now, caller.user))
            }
            None => self.picture(now, caller.user),
        };
        Ok(Answer::Snapshot(Box::new(snapshot)))
    }

    /// The picture without chat, which belongs to sessions.
    fn picture(&self, now: Now, user: UserId) -> Snapshot {
        if self.member(user).is_err() {
            return self.nothing_but_parked(user);
        }
        let whole = Snapshot {
            workspace: self.id,
            name: self.name.clone(),
            members: self.members.values().cloned().collect(),
            roles: self.roles.values().cloned().collect(),
            sessions: self.sessions_for(user),
            presence: self.presence_for(now, user),
            objects: self.objects.values().cloned().collect(),
            locks: self.locks.iter().map(|lock| self.view_lock(lock)).collect(),
            requests: self.queue.views(),
            closures: self.closures.values().cloned().collect(),
            deadlocks: self.deadlocks.iter().map(|(id, circle)| circle.view(*id)).collect(),
            channels: self.channels.all_settings(),
            parked: self.parked.of(user),
            chat: Vec::new(),
            chat_missed: 0,
            chat_life: self.chat.life,
            typing: self.typists_for(user),
            open: None,
            upto: self.replay.upto(),
        };
        self.without_hidden(user, whole)
    }

    /// What is left to see for somebody whose rights have ended a moment ago.
    fn nothing_but_parked(&self, user: UserId) -> Snapshot {
        Snapshot {
            workspace: self.id,
            name: self.name.clone(),
            members: Vec::new(),
            roles: Vec::new(),
            sessions: Vec::new(),
            presence: Vec::new(),
            objects: Vec::new(),
            locks: Vec::new(),
            requests: Vec::new(),
            closures: Vec::new(),
            deadlocks: Vec::new(),
            channels: Vec::new(),
            parked: self.parked.of(user),
            chat: Vec::new(),
            chat_missed: 0,
            chat_life: self.chat.life,
            typing: Vec::new(),
            open: None,
            upto: self.replay.upto(),
        }
    }
}
