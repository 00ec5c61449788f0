//! What the writer brings.

use std::sync::Arc;

use super::domain::effect::{PresenceMinute, Write};
use super::domain::realtime::{PresenceRecord, Said};
use super::{Disk, EVERYTHING};

impl Disk {
    /// Makes one write durable.
    ///
    /// # Errors
    /// The promise that it breaks.
    pub fn write(&mut self, write: &Write) -> Result<(), String> {
        match write {
            Write::Member(member) => {
                self.left.remove(&member.user);
                self.members.insert(member.user, member.clone());
            }
            Write::MemberRemoved(user) => {
                self.members.remove(user);
                self.left
                    .insert(*user, self.presence.remove(user).map(|row| row.privacy).unwrap_or_default());
                self.history.retain(|(of, _), _| of != user);
            }
            Write::LockSettings(settings) => self.lock_settings = Some(*settings),
            Write::Role(role) => drop(self.roles.insert(role.id, role.clone())),
            Write::RoleRemoved(role) => {
                if let Some(member) = self.members.values().find(|member| member.custom == Some(*role)) {
                    return Err(format!("{:?} has a role that is gone", member.user));
                }
                self.roles.remove(role).ok_or("a role is deleted twice")?;
            }
            Write::Object(head) => drop(self.objects.insert(head.id, head.clone())),
            Write::ObjectDeleted { object, .. } => {
                self.objects.remove(object).ok_or("an object is deleted twice")?;
                if let Some(lock) = self.locks.values().find(|lock| lock.view.path.object == *object) {
                    return Err(format!("{:?} outlives its object", lock.view.path));
                }
            }
            Write::Operation { object, operation } => self.operation(*object, operation)?,
            Write::Change { object, change } => {
                let log = self.logs.get_mut(object).ok_or("a change of nothing")?;
                log.changes.insert(change.number, change.clone());
            }
            Write::ChangesMarked { object, numbers, reverted_by } => {
                let log = self.logs.get_mut(object).ok_or("marks of nothing")?;
                for number in numbers.iter() {
                    log.changes.get_mut(&number).ok_or("a mark of no change")?.reverted_by = *reverted_by;
                }
            }
            Write::ChangesPublished { object, numbers, version } => {
                self.published(*object, numbers, *version)?;
            }
            Write::Reference { object, item, reference } => {
                let key = (*object, *item);
                match reference {
                    Some(reference) => drop(self.references.insert(key, reference.clone())),
                    None => drop(self.references.remove(&key).ok_or("a reference ends twice")?),
                }
            }
            Write::Checkpoint { object, revision, stack } => self.checkpoint(*object, *revision, stack)?,
            Write::Version { object, head, stack } => self.version(*object, head, stack)?,
            Write::Lock(row) => self.lock(row)?,
            Write::LockEnded { path, .. } => self.lock_ended(*path)?,
            Write::Request(row) => {
                if self.ended.contains(&row.view.id) {
                    return Err(format!("request {} lives after its end", row.view.id));
                }
                self.requests.insert(row.view.id, row.clone());
            }
            Write::RequestEnded(id) => {
                self.requests.remove(id).ok_or_else(|| format!("request {id} ends twice"))?;
                self.ended.insert(*id);
            }
            Write::Closed(closure) => {
                if let Some(lock) =
                    self.locks.keys().find(|path| closure.path == EVERYTHING || path.conflicts(closure.path))
                {
                    return Err(format!("{lock:?} is held under a closure"));
                }
                self.closures.insert(closure.path, closure.clone());
            }
            Write::Reopened(path) => {
                self.closures.remove(path).ok_or("a closure ends twice")?;
            }
            Write::Parked(draft) => self.park(draft)?,
            Write::ParkedEnded(id) => {
                let draft = self.parked.remove(id).ok_or("a parked draft ends twice")?;
                self.discarded.extend(draft.operations.iter().map(|one| one.op_id));
            }
            Write::Receipt { user, op_id, intent, receipt, .. } => {
                let before = self.receipts.insert((*user, *op_id), (*intent, receipt.clone()));
                if before.is_some() {
                    return Err(format!("{op_id} has two final answers"));
                }
            }
            Write::Channel(settings) => {
                drop(self.channels.insert(Arc::clone(&settings.pattern), settings.clone()));
            }
            Write::ChannelRemoved(pattern) => {
                self.channels.remove(pattern).ok_or("a channel's settings end twice")?;
            }
            Write::Said { channel, said, .. } => {
                if self.said.last_key_value().is_some_and(|(last, _)| *last >= said.number) {
                    return Err(format!("number {} is not the next", said.number));
                }
                self.said.insert(said.number, (Arc::clone(channel), Said::clone(said)));
            }
            Write::PresenceRecord(record) => {
                let mut others = self.presences.values().filter(|other| other.id != record.id);
                if let Some(other) = others.find(|other| other.user == record.user) {
                    return Err(format!("records {} and {} are of one user", other.id, record.id));
                }
                self.presences.insert(Arc::clone(&record.id), PresenceRecord::clone(record));
            }
            Write::PresenceEnded(id) => drop(self.presences.remove(id).ok_or("a record ends twice")?),
            Write::Key(key) => drop(self.keys.insert(key.id, key.clone())),
            Write::KeyRevoked(key) => drop(self.keys.remove(key).ok_or("a key ends twice")?),
            Write::Record { object, record } => {
                drop(self.records.insert((*object, record.id), (**record).clone()));
            }
            Write::Records { object, live } => {
                let seen = self.seen(*object).len() as u64;
                if seen != *live {
                    return Err(format!("{object} is said to have {live} records and has {seen}"));
                }
                self.live.insert(*object, *live);
            }
            Write::Staged { object, span, records } => self.stage(*object, *span, records)?,
            Write::Span { object, span, shown, revision } => self.span(*object, *span, *shown, *revision),
            Write::Swept { object, span } => self.sweep(*object, *span)?,
            Write::Presence(row) => drop(self.presence.insert(row.user, row.clone())),
            Write::PresenceMinute(minute) => self.minute(minute)?,
            Write::PresenceSettings(settings) => self.presence_settings = *settings,
            Write::HistoryForgotten => self.history.clear(),
            Write::Audit(entry) => self.audit.push(entry.clone()),
        }
        Ok(())
    }

    fn minute(&mut self, minute: &PresenceMinute) -> Result<(), String> {
        for row in &minute.rows {
            self.presence.insert(row.user, row.clone());
        }
        for (user, change) in &minute.changes {
            if let Some(old) = self.history.insert((*user, change.number), *change)
                && old != *change
            {
                return Err(format!("{user} has two histories: {old:?} and {change:?}"));
            }
        }
        Ok(())
    }
}
