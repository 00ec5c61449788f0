//! Presence records: one of a user at most, until it expires, is deleted, or ends with its socket. Each end is told once.

mod binding;
mod ending;
mod listing;
mod writing;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Workspace;
use crate::domain::command::PresenceRequest;
use crate::domain::effect::{Effect, Effects, RealtimeAnswer};
use crate::domain::id::UserId;
use crate::domain::realtime::{
    ClientId, Party, Post, PresenceEnd, PresenceEvent, PresencePost, PresenceRecord, PresenceRole, Recipient,
    Right, Scope, Subscription, Viewer,
};
use crate::domain::refusal::{RealtimeRefusal, Refusal};
use crate::domain::time::{Millis, Now, Timestamp};

pub(super) use binding::Holders;
use binding::Orphans;
use listing::Cache;

/// A client that hears of records.
type Subscriptions = BTreeMap<Arc<str>, Subscription>;

/// Who acts on records.
pub(super) enum Acting {
    /// A server, by its key: no list of permissions binds it.
    Key,
    /// Somebody, or nobody.
    Viewer(Viewer),
}

impl Acting {
    fn may(&self, record: &PresenceRecord, right: Right) -> bool {
        match self {
            Acting::Key => true,
            Acting::Viewer(viewer) => record.gives(viewer, right),
        }
    }
}

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Presences {
    all: BTreeMap<u64, Arc<PresenceRecord>>,
    ids: BTreeMap<Arc<str>, u64>,
    users: BTreeMap<UserId, u64>,
    /// Who may read what, by role.
    readers: BTreeMap<PresenceRole, BTreeSet<u64>>,
    due: BTreeSet<(Timestamp, u64)>,
    /// Of bound records: what they end with.
    holders: Holders,
    /// Of bound records whose socket was lost: until when it may come back.
    orphans: Orphans,
    sequence: u64,
    subscriptions: BTreeMap<ClientId, Subscriptions>,
    cache: Cache,
}

impl Presences {
    /// Takes what is stored. Bound records whose session is not here any more have until `orphaned`.
    pub fn restore(
        stored: Vec<PresenceRecord>,
        holders: Holders,
        lives: impl Fn(ClientId) -> bool,
        orphaned: Millis,
    ) -> Self {
        let mut records = Presences::default();
        for record in stored {
            let (sequence, bound) = (record.sequence, record.bound);
            records.put(Arc::new(record));
            let holder = holders.of(sequence).filter(|holder| lives(*holder));
            match holder {
                Some(holder) if bound => records.holders.set(sequence, holder),
                _ if bound => records.orphans.set(sequence, orphaned),
                _ => {}
            }
        }
        records
    }

    /// What goes on over a rebuild.
    pub fn into_holders(self) -> Holders {
        self.holders
    }

    fn by_id(&self, id: &str) -> Option<&Arc<PresenceRecord>> {
        self.all.get(self.ids.get(id)?)
    }

    fn by_user(&self, user: UserId) -> Option<&Arc<PresenceRecord>> {
        self.all.get(self.users.get(&user)?)
    }

    /// Inserts or replaces.
    fn put(&mut self, record: Arc<PresenceRecord>) {
        self.take(record.sequence);
        let sequence = record.sequence;
        self.sequence = self.sequence.max(sequence);
        self.ids.insert(Arc::clone(&record.id), sequence);
        self.users.insert(record.user, sequence);
        self.due.insert((record.expires, sequence));
        for role in reading_roles(&record) {
            self.readers.entry(role).or_default().insert(sequence);
        }
        self.all.insert(sequence, record);
    }

    fn take(&mut self, sequence: u64) -> Option<Arc<PresenceRecord>> {
        let record = self.all.remove(&sequence)?;
        self.ids.remove(&record.id);
        self.users.remove(&record.user);
        self.due.remove(&(record.expires, sequence));
        for role in reading_roles(&record) {
            if let Some(readable) = self.readers.get_mut(&role) {
                readable.remove(&sequence);
                if readable.is_empty() {
                    self.readers.remove(&role);
                }
            }
        }
        Some(record)
    }

    /// Whether nothing contradicts itself; for tests.
    pub fn check(&self) -> Result<(), String> {
        let whole = self.ids.len() == self.all.len()
            && self.users.len() == self.all.len()
            && self.due.len() == self.all.len();
        if !whole {
            return Err("the indexes of records are not of one size".to_owned());
        }
        for (sequence, record) in &self.all {
            let held = self.holders.of(*sequence).is_some() || self.orphans.has(*sequence);
            if held != record.bound {
                return Err(format!("record {} is bound or not, and held or not", record.id));
            }
        }
        let mut held = self.holders.records().chain(self.orphans.records());
        match held.find(|sequence| !self.all.contains_key(sequence)) {
            Some(sequence) => Err(format!("record number {sequence} is held and gone")),
            None => Ok(()),
        }
    }
}

fn reading_roles(record: &PresenceRecord) -> Vec<PresenceRole> {
    let reads = record.permissions.iter().filter(|one| one.right == Right::Read);
    let owner = PresenceRole::User(record.user.to_string(), None);
    reads.map(|one| one.role.clone()).chain([owner]).collect()
}

impl Workspace {
    /// Answers a request about records.
    pub(super) fn presence_request(
        &mut self,
        now: Now,
        by: Party,
        request: PresenceRequest,
        out: &mut Effects,
    ) -> Result<RealtimeAnswer, Refusal> {
        match request {
            PresenceRequest::Upsert(upsert) => self.upsert_presence(now, by, *upsert, out),
            PresenceRequest::Get { id } => self.get_presence(now, by, &id),
            PresenceRequest::List(query) => self.list_presences(now, by, &query),
            PresenceRequest::Patch(patch) => self.patch_presence(now, by, *patch, out),
            PresenceRequest::Delete { id } => self.delete_presence(now, by, &id, out),
            PresenceRequest::Subscribe(subscriptions) => self.subscribe(by, subscriptions),
            PresenceRequest::Unsubscribe(ids) => self.unsubscribe(by, &ids),
        }
    }

    /// Who acts, with the right to act at all. Guests neither read nor write records; they only hear of them.
    fn acting(&self, by: Party, scope: Scope) -> Result<Acting, Refusal> {
        if let Party::Key(key) = by {
            self.key_may(key, scope)?;
            return Ok(Acting::Key);
        }
        match self.viewer(by) {
            Viewer::Guest => Err(RealtimeRefusal::GuestRefused.into()),
            member @ Viewer::Member { .. } => Ok(Acting::Viewer(member)),
        }
    }

    /// Who looks, by what the workspace knows now.
    fn viewer(&self, by: Party) -> Viewer {
        let user = match by {
            Party::Member(user) | Party::Session(user, _) => Some(user),
            Party::Socket(socket) => self.clients.get(&socket).and_then(|credentials| credentials.user),
            Party::Key(_) => None,
        };
        let member = user.and_then(|user| self.member(user).ok());
        member.map_or(Viewer::Guest, |member| Viewer::Member {
            user: member.user,
            team: self.id,
            role: member.role,
        })
    }

    fn viewer_of(&self, client: ClientId) -> Viewer {
        match client {
            ClientId::Socket(socket) => self.viewer(Party::Socket(socket)),
            ClientId::Session(id) => match self.sessions.living(id) {
                Some(session) => self.viewer(Party::Session(session.user, id)),
                None => Viewer::Guest,
            },
        }
    }

    /// The record, for those who may know that it exists; what has expired does not.
    fn readable(&self, now: Now, acting: &Acting, id: &str) -> Result<Arc<PresenceRecord>, Refusal> {
        let record = self.presences.by_id(id).filter(|record| record.lives(now.wall));
        let record = record.filter(|record| acting.may(record, Right::Read));
        record.cloned().ok_or(Refusal::Realtime(RealtimeRefusal::NoSuchPresence))
    }

    fn get_presence(&self, now: Now, by: Party, id: &str) -> Result<RealtimeAnswer, Refusal> {
        let acting = self.acting(by, Scope::PresencesRead)?;
        self.readable(now, &acting, id).map(RealtimeAnswer::Presence)
    }

    fn subscribe(&mut self, by: Party, wishes: Vec<Subscription>) -> Result<RealtimeAnswer, Refusal> {
        let client = super::channels::client_of(by)?;
        let max = self.limits.subscriptions;
        let own = self.presences.subscriptions.entry(client).or_default();
        let fresh = wishes.iter().filter(|wish| !own.contains_key(&wish.id)).count();
        if own.len() + fresh > max {
            if own.is_empty() {
                self.presences.subscriptions.remove(&client);
            }
            return Err(Refusal::TooMany { what: "subscriptions", max });
        }
        own.extend(wishes.into_iter().map(|wish| (Arc::clone(&wish.id), wish)));
        if own.is_empty() {
            self.presences.subscriptions.remove(&client);
        }
        Ok(RealtimeAnswer::Done)
    }

    fn unsubscribe(&mut self, by: Party, ids: &[Arc<str>]) -> Result<RealtimeAnswer, Refusal> {
        let client = super::channels::client_of(by)?;
        let Some(own) = self.presences.subscriptions.get_mut(&client) else {
            return Ok(RealtimeAnswer::Unsubscribed(vec![false; ids.len()]));
        };
        let there = ids.iter().map(|id| own.remove(id).is_some()).collect();
        if own.is_empty() {
            self.presences.subscriptions.remove(&client);
        }
        Ok(RealtimeAnswer::Unsubscribed(there))
    }

    /// Tells those who may read the record, by the list that it has now, and who asked for it.
    fn tell_presences(
        &self,
        now: Now,
        event: PresenceEvent,
        end: Option<PresenceEnd>,
        record: &Arc<PresenceRecord>,
        out: &mut Effects,
    ) {
        let mut to = Vec::new();
        for (client, own) in &self.presences.subscriptions {
            let wanting = own.values().filter(|wish| wish.wants(event, record));
            let subscriptions: Vec<Arc<str>> = wanting.map(|wish| Arc::clone(&wish.id)).collect();
            if !subscriptions.is_empty() && record.gives(&self.viewer_of(*client), Right::Read) {
                to.push(Recipient { client: *client, subscriptions });
            }
        }
        if !to.is_empty() {
            let post = PresencePost { event, end, record: Arc::clone(record), at: now.wall };
            out.push(Effect::Post { to, post: Arc::new(Post::Presence(post)) });
        }
    }
}
