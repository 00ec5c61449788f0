//! Making, writing anew, changing and deleting records.

use std::sync::Arc;

use super::super::Workspace;
use super::super::timers::Timer;
use super::Acting;
use crate::domain::command::{PresencePatch, PresenceUpsert};
use crate::domain::effect::{Effect, Effects, RealtimeAnswer, Write};
use crate::domain::id::UserId;
use crate::domain::realtime::{
    Json, Party, Permission, PresenceEnd, PresenceEvent, PresenceRecord, Right, Scope, Source, Viewer, is_id,
};
use crate::domain::refusal::{RealtimeRefusal, Refusal};
use crate::domain::time::{Now, Timestamp};

/// Characters of a status.
const STATUS_MAX: usize = 256;
/// Permissions of a record.
const PERMISSIONS_MAX: usize = 100;
/// Bytes of a record's metadata.
const METADATA_MAX: usize = 65_535;

impl Workspace {
    pub(super) fn upsert_presence(
        &mut self,
        now: Now,
        by: Party,
        upsert: PresenceUpsert,
        out: &mut Effects,
    ) -> Result<RealtimeAnswer, Refusal> {
        let acting = self.acting(by, Scope::PresencesWrite)?;
        let user = self.owner_of(&acting, upsert.user)?;
        if !is_id(&upsert.id) {
            return Err(RealtimeRefusal::BadPresenceId.into());
        }
        check_status(&upsert.status)?;
        check_metadata(upsert.metadata.as_ref())?;
        let usual = if upsert.bound { self.limits.presence_bound_ms } else { self.limits.presence_ms };
        let expires = self.expiry(now, upsert.expires)?.unwrap_or_else(|| now.wall.plus(usual));
        let permissions = match upsert.permissions {
            Some(list) => granted(&acting, list)?,
            None => Permission::of_owner(user),
        };
        self.end_lapsed(now, user, &upsert.id, out);
        let own = self.presences.by_user(user).cloned();
        if self.presences.by_id(&upsert.id).is_some_and(|record| record.user != user) {
            return Err(RealtimeRefusal::PresenceExists.into());
        }
        let max = self.limits.presences;
        if own.is_none() && self.presences.all.len() >= max {
            return Err(Refusal::TooMany { what: "presence records", max });
        }
        let kept = own.as_ref().filter(|_| upsert.bound).map(|record| record.metadata.clone());
        let metadata = upsert.metadata.or(kept).unwrap_or_else(|| Json::new("{}"));
        let record = PresenceRecord {
            id: own.as_ref().map_or(upsert.id, |record| Arc::clone(&record.id)),
            sequence: own.as_ref().map_or(self.presences.sequence + 1, |record| record.sequence),
            user,
            status: upsert.status,
            metadata,
            permissions,
            source: if upsert.bound { Source::Realtime } else { Source::Rest },
            created: own.as_ref().map_or(now.wall, |record| record.created),
            updated: now.wall,
            expires,
            bound: upsert.bound,
        };
        let holder = if upsert.bound { Some(super::super::channels::client_of(by)?) } else { None };
        self.presences.orphans.remove(record.sequence);
        match holder {
            // Whoever wrote it last holds it: when an older socket goes, it stays.
            Some(holder) => self.presences.holders.set(record.sequence, holder),
            None => self.presences.holders.remove(record.sequence),
        }
        Ok(self.put_presence(now, record, PresenceEvent::Upsert, out))
    }

    pub(super) fn patch_presence(
        &mut self,
        now: Now,
        by: Party,
        patch: PresencePatch,
        out: &mut Effects,
    ) -> Result<RealtimeAnswer, Refusal> {
        let acting = self.acting(by, Scope::PresencesWrite)?;
        let user = match patch.user {
            Some(_) => Some(self.owner_of(&acting, patch.user)?),
            None => None,
        };
        if let Some(status) = &patch.status {
            check_status(status)?;
        }
        check_metadata(patch.metadata.as_ref())?;
        let expires = self.expiry(now, patch.expires)?;
        let old = self.readable(now, &acting, &patch.id)?;
        if !acting.may(&old, Right::Update) {
            return Err(RealtimeRefusal::PresenceForbidden.into());
        }
        let moves = user.filter(|user| *user != old.user);
        if let Some(user) = moves {
            self.end_lapsed(now, user, "", out);
            if self.presences.by_user(user).is_some() {
                return Err(RealtimeRefusal::PresenceExists.into());
            }
        }
        let given = patch.permissions.map(|list| granted(&acting, list)).transpose()?;
        if patch.purge {
            self.presences.cache.forget();
        }
        let nothing = patch.status.is_none() && patch.metadata.is_none() && expires.is_none();
        if nothing && given.is_none() && moves.is_none() {
            return Ok(RealtimeAnswer::Presence(old));
        }
        let permissions = match (given, moves) {
            (Some(given), _) => given,
            (None, Some(user)) => Permission::of_owner(user),
            (None, None) => old.permissions.clone(),
        };
        let record = PresenceRecord {
            user: moves.unwrap_or(old.user),
            status: patch.status.unwrap_or_else(|| old.status.clone()),
            metadata: patch.metadata.unwrap_or_else(|| old.metadata.clone()),
            permissions,
            updated: now.wall,
            expires: expires.unwrap_or(old.expires),
            ..PresenceRecord::clone(&old)
        };
        Ok(self.put_presence(now, record, PresenceEvent::Update, out))
    }

    pub(super) fn delete_presence(
        &mut self,
        now: Now,
        by: Party,
        id: &str,
        out: &mut Effects,
    ) -> Result<RealtimeAnswer, Refusal> {
        let acting = self.acting(by, Scope::PresencesWrite)?;
        let record = self.readable(now, &acting, id)?;
        if !acting.may(&record, Right::Delete) {
            return Err(RealtimeRefusal::PresenceForbidden.into());
        }
        self.end_presence(now, record.sequence, PresenceEnd::Deleted, out);
        Ok(RealtimeAnswer::Done)
    }

    /// Whose record is meant: the caller's own, or of whom a key names.
    fn owner_of(&self, acting: &Acting, named: Option<UserId>) -> Result<UserId, Refusal> {
        match (acting, named) {
            (Acting::Viewer(Viewer::Member { user, .. }), None) => Ok(*user),
            (Acting::Viewer(_), _) => Err(RealtimeRefusal::OwnerNamed.into()),
            (Acting::Key, None) => Err(RealtimeRefusal::OwnerMissing.into()),
            (Acting::Key, Some(user)) => {
                self.member(user).map(|member| member.user).map_err(|_| RealtimeRefusal::NoSuchUser.into())
            }
        }
    }

    fn put_presence(
        &mut self,
        now: Now,
        record: PresenceRecord,
        event: PresenceEvent,
        out: &mut Effects,
    ) -> RealtimeAnswer {
        let record = Arc::new(record);
        self.presences.put(Arc::clone(&record));
        out.push(Effect::Write(Write::PresenceRecord(Arc::clone(&record))));
        self.tell_presences(now, event, None, &record, out);
        self.watch_presences(now);
        RealtimeAnswer::Presence(record)
    }

    fn expiry(&self, now: Now, wanted: Option<Timestamp>) -> Result<Option<Timestamp>, Refusal> {
        let latest = now.wall.plus(self.limits.presence_bound_ms);
        match wanted {
            Some(at) if at <= now.wall || at > latest => Err(RealtimeRefusal::BadExpiry.into()),
            other => Ok(other),
        }
    }

    /// Sets the timer for what ends next by itself.
    pub(in crate::domain::workspace) fn watch_presences(&mut self, now: Now) {
        // The wall clock may jump: it is looked at again in a minute at the latest.
        const LOOK_AGAIN_MS: u64 = 60_000;
        let due = self.presences.due.first().map(|(at, _)| {
            let left = u64::try_from(at.0.saturating_sub(now.wall.0)).unwrap_or(0);
            now.mono + left.min(LOOK_AGAIN_MS)
        });
        let orphan = self.presences.orphans.next();
        match due.into_iter().chain(orphan).min() {
            Some(at) => self.timers.set(Timer::Presences, at),
            None => drop(self.timers.cancel(Timer::Presences)),
        }
    }
}

/// The list, if whoever gives it has all its roles.
fn granted(acting: &Acting, list: Vec<Permission>) -> Result<Vec<Permission>, Refusal> {
    if list.len() > PERMISSIONS_MAX * 2 {
        return Err(Refusal::TooMany { what: "permissions", max: PERMISSIONS_MAX });
    }
    let has = |one: &Permission| match acting {
        Acting::Key => true,
        Acting::Viewer(viewer) => viewer.has(&one.role),
    };
    if list.iter().all(has) { Ok(Permission::sorted(list)) } else { Err(RealtimeRefusal::RoleNotHeld.into()) }
}

fn check_status(status: &str) -> Result<(), Refusal> {
    let length = status.chars().count();
    if (1..=STATUS_MAX).contains(&length) {
        Ok(())
    } else {
        Err(Refusal::BadText { what: "status", max: STATUS_MAX })
    }
}

fn check_metadata(metadata: Option<&Json>) -> Result<(), Refusal> {
    match metadata {
        Some(metadata) if metadata.text().len() > METADATA_MAX => {
            Err(RealtimeRefusal::MetadataTooLarge.into())
        }
        _ => Ok(()),
    }
}
