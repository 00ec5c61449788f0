//! How records end: by their time, with their socket or session, by a deletion. Each end is written and told once.

use std::sync::Arc;

use super::super::Workspace;
use crate::domain::effect::{Effect, Effects, Write};
use crate::domain::id::UserId;
use crate::domain::realtime::{ClientId, PresenceEnd, PresenceEvent};
use crate::domain::time::Now;

/// Records that end in one go; the rest in the next, so that others get their turn in between.
const AT_ONCE: usize = 500;

impl Workspace {
    /// What ends by itself and is due.
    pub(in crate::domain::workspace) fn presences_due(&mut self, now: Now, out: &mut Effects) {
        let lapsed = self.presences.due.iter().take_while(|(at, _)| *at <= now.wall);
        let lapsed: Vec<u64> = lapsed.take(AT_ONCE).map(|(_, sequence)| *sequence).collect();
        for sequence in lapsed {
            self.end_presence(now, sequence, PresenceEnd::Expired, out);
        }
        for sequence in self.presences.orphans.due(now.mono, AT_ONCE) {
            self.end_presence(now, sequence, PresenceEnd::Left, out);
        }
        self.watch_presences(now);
    }

    /// A client is gone: its subscriptions end, and the records that end with it. Without a goodbye it may be back in a
    /// moment, on another socket.
    pub(in crate::domain::workspace) fn leaves_presences(
        &mut self,
        now: Now,
        client: ClientId,
        goodbye: bool,
        out: &mut Effects,
    ) {
        self.presences.subscriptions.remove(&client);
        for sequence in self.presences.holders.held_by(client) {
            if goodbye {
                self.end_presence(now, sequence, PresenceEnd::Left, out);
            } else {
                self.presences.holders.remove(sequence);
                self.presences.orphans.set(sequence, now.mono + self.limits.presence_grace_ms);
            }
        }
        self.watch_presences(now);
    }

    /// The user is no member any more: so is its record.
    pub(in crate::domain::workspace) fn user_leaves_presences(
        &mut self,
        now: Now,
        user: UserId,
        out: &mut Effects,
    ) {
        if let Some(sequence) = self.presences.by_user(user).map(|record| record.sequence) {
            self.end_presence(now, sequence, PresenceEnd::Removed, out);
            self.watch_presences(now);
        }
    }

    /// What has lapsed and not been ended yet is in nobody's way: it ends now, and is told.
    pub(super) fn end_lapsed(&mut self, now: Now, user: UserId, id: &str, out: &mut Effects) {
        let both = [self.presences.by_user(user), self.presences.by_id(id)];
        let lapsed = both.into_iter().flatten().filter(|record| !record.lives(now.wall));
        let lapsed: Vec<u64> = lapsed.map(|record| record.sequence).collect();
        for sequence in lapsed {
            self.end_presence(now, sequence, PresenceEnd::Expired, out);
        }
    }

    /// Ends a record, if it is there.
    pub(super) fn end_presence(&mut self, now: Now, sequence: u64, why: PresenceEnd, out: &mut Effects) {
        self.presences.holders.remove(sequence);
        self.presences.orphans.remove(sequence);
        let Some(record) = self.presences.take(sequence) else { return };
        if why == PresenceEnd::Deleted {
            self.presences.cache.forget();
        }
        out.push(Effect::Write(Write::PresenceEnded(Arc::clone(&record.id))));
        self.tell_presences(now, PresenceEvent::Delete, Some(why), &record, out);
    }
}
