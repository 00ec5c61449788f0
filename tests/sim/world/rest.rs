//! Rest: everything that is under way arrives, and is compared.

use baton::domain::command::Request;
use baton::domain::effect::Answer;
use baton::domain::time::Millis;

use crate::invariants;
use crate::people;
use crate::realtime;

use super::World;

impl World {
    /// Everything that is under way arrives; then all replicas must be the room.
    pub fn rest(&mut self) -> Result<(), String> {
        let before = self.healthy;
        self.healthy = true;
        for _ in 0..200 {
            let busy = self.committing.is_some()
                || !self.queue.is_empty()
                || self.sites.iter().any(|site| !site.quiet())
                || self.clients.iter().any(|client| !client.inbox.is_empty());
            if !busy {
                break;
            }
            self.now.mono = Millis(self.now.mono.0 + 30);
            self.now.wall = self.now.wall.plus(30);
            self.write()?;
            for room in 0..self.sites.len() {
                self.loads(room, true);
                self.sites[room].turn(self.now);
                self.collect(room);
            }
            self.deliver(true)?;
        }
        self.healthy = before;
        self.whole()?;
        for room in 0..self.sites.len() {
            if self.sites[room].quiet() {
                self.compare(room)?;
            }
        }
        self.whole()
    }

    fn compare(&mut self, room: usize) -> Result<(), String> {
        let (now, owner) = (self.now, self.owner);
        let site = &mut self.sites[room];
        invariants::replayed(site, now, owner)?;
        realtime::listed(site, now, owner)?;
        if let Some(Ok(Answer::Snapshot(picture))) = invariants::look(site, now, owner, Request::Snapshot) {
            invariants::in_time(site, now, &self.plan, &picture)?;
            site.times.in_time(site.own(now), &picture)?;
        }
        if let Some(waiting) = site.calls.values().find(|waiting| waiting.request.is_some()) {
            return Err(format!("never answered: {waiting:?}"));
        }
        // A stack that was read for this may have let somebody fall back from what is gone: that is on its way.
        self.collect(room);
        let site = &self.sites[room];
        for client in self.clients.iter().filter(|client| client.room == room && client.welcome) {
            let (Some(replica), Some(session), Some(socket)) =
                (&client.replica, client.session, client.socket)
            else {
                continue;
            };
            if site.carried.get(&socket) != Some(&session) || !client.inbox.is_empty() {
                continue;
            }
            let Some(picture) = site.core.as_ref().and_then(|core| core.snapshot_for(now, session)) else {
                continue;
            };
            // Of those whose rights have just ended, only what is parked is left to see.
            if picture.members.is_empty() || !picture.sessions.iter().any(|one| one.id == session) {
                continue;
            }
            invariants::same(client, replica, &picture, &site.disk)?;
            invariants::same_content(client, replica, &site.disk)
                .map_err(|broken| format!("{broken}; open is {:?}", picture.open))?;
        }
        self.collect(room);
        Ok(())
    }

    /// The store is well, everybody comes back and sends what is left: nothing stays unanswered.
    pub(super) fn ends_well(&mut self) -> Result<(), String> {
        self.healthy = true;
        self.plan.drops = u64::MAX / 4;
        for _ in 0..60 {
            self.pass(2_000)?;
            for n in 0..self.clients.len() {
                self.clients[n].silent = false;
                people::send_what_is_left(self, n);
                people::discard_one(self, n);
            }
        }
        self.rest()?;
        let left = self.clients.iter().find(|client| client.welcome && !client.outbox.is_empty());
        match left {
            Some(client) => Err(format!("never answered: {:?}", client.outbox)),
            None => Ok(()),
        }
    }
}
