//! Keys with which servers call: made by owners and admins, with scopes, shown once.

use std::collections::BTreeMap;

use super::Workspace;
use crate::domain::effect::{Effect, Effects, RealtimeAnswer, Write};
use crate::domain::id::{KeyId, UserId};
use crate::domain::realtime::{ApiKey, Party, Scope};
use crate::domain::refusal::{RealtimeRefusal, Refusal};
use crate::domain::role::Action;
use crate::domain::time::Now;

/// Characters of a key's name.
const NAME_MAX: usize = 100;

/// The keys of a workspace.
pub(super) type Keys = BTreeMap<KeyId, ApiKey>;

impl Workspace {
    /// The keys, for those who manage them.
    pub(super) fn list_keys(&self, by: Party) -> Result<RealtimeAnswer, Refusal> {
        self.manages_keys(by)?;
        Ok(RealtimeAnswer::Keys(self.keys.values().cloned().collect()))
    }

    /// A new key.
    pub(super) fn make_key(
        &mut self,
        now: Now,
        by: Party,
        key: ApiKey,
        out: &mut Effects,
    ) -> Result<RealtimeAnswer, Refusal> {
        let user = self.manages_keys(by)?;
        super::talk::check_text("name", &key.name, NAME_MAX)?;
        if self.keys.len() >= self.limits.keys {
            return Err(Refusal::TooMany { what: "keys", max: self.limits.keys });
        }
        if self.keys.contains_key(&key.id) {
            return Err(Refusal::IdTaken);
        }
        let mut scopes = key.scopes;
        scopes.sort_unstable();
        scopes.dedup();
        let key = ApiKey { scopes, made_by: user, created: now.wall, used: None, ..key };
        self.keys.insert(key.id, key.clone());
        let subject = format!("key {} {:?}", key.id, key.name);
        out.push(Effect::Write(Write::Key(key)));
        self.note(now, user, "key.make", subject, out);
        Ok(RealtimeAnswer::Done)
    }

    /// Ends a key; its next call is refused.
    pub(super) fn revoke_key(
        &mut self,
        now: Now,
        by: Party,
        key: KeyId,
        out: &mut Effects,
    ) -> Result<RealtimeAnswer, Refusal> {
        let user = self.manages_keys(by)?;
        let ended = self.keys.remove(&key).ok_or(Refusal::Realtime(RealtimeRefusal::NoSuchKey))?;
        out.push(Effect::Write(Write::KeyRevoked(key)));
        self.note(now, user, "key.revoke", format!("key {key} {:?}", ended.name), out);
        Ok(RealtimeAnswer::Done)
    }

    /// A call came with a key: whether there is such a key now; its use is noted once a minute.
    pub(super) fn use_key(&mut self, now: Now, key: KeyId, out: &mut Effects) -> Result<(), Refusal> {
        let every = self.limits.key_used_ms;
        let key = self
            .keys
            .get_mut(&key)
            .filter(|key| key.lives(now.wall))
            .ok_or(Refusal::Realtime(RealtimeRefusal::NoSuchKey))?;
        if key.used.is_none_or(|at| at.plus(every) <= now.wall) {
            key.used = Some(now.wall);
            out.push(Effect::Write(Write::Key(key.clone())));
        }
        Ok(())
    }

    /// Whether a key has a scope.
    pub(super) fn key_may(&self, key: KeyId, scope: Scope) -> Result<(), Refusal> {
        let key = self.keys.get(&key).ok_or(Refusal::Realtime(RealtimeRefusal::NoSuchKey))?;
        if key.scopes.contains(&scope) { Ok(()) } else { Err(RealtimeRefusal::ScopeMissing(scope).into()) }
    }

    fn manages_keys(&self, by: Party) -> Result<UserId, Refusal> {
        match by {
            Party::Member(user) | Party::Session(user, _) => {
                self.allowed(user, Action::ManageKeys).map(|member| member.user)
            }
            Party::Key(_) | Party::Socket(_) => Err(Refusal::NotPermitted),
        }
    }
}
