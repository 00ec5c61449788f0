//! Keys with which servers call: made by owners and admins, with scopes, shown once.

use std::collections::BTreeMap;

use super::Workspace;
use super::refusals::Refused;
use crate::domain::effect::{AuditEntry, Effect, Effects, RealtimeAnswer, Write};
use crate::domain::id::{KeyId, UserId};
use crate::domain::realtime::{ApiKey, Party, Scope};
use crate::domain::refusal::{RealtimeRefusal, Refusal};
use crate::domain::role::Action;
use crate::domain::time::{Now, Timestamp};

const HOUR_MS: i64 = 60 * 60 * 1_000;
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
        if !key.lives(now.wall) {
            return Err(RealtimeRefusal::KeyExpiry.into());
        }
        if key.scopes.is_empty() {
            return Err(RealtimeRefusal::KeyWithoutScope.into());
        }
        let mut scopes = key.scopes;
        scopes.sort_unstable();
        scopes.dedup();
        let key = ApiKey { scopes, made_by: user, created: now.wall, used: None, ..key };
        self.keys.insert(key.id, key.clone());
        let entry = AuditEntry { after: in_words(&key), ..entry(now, user, "key.make", &key) };
        out.push(Effect::Write(Write::Key(key)));
        out.push(Effect::Write(Write::Audit(entry)));
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
        let ended = self.keys.remove(&key).ok_or(Refusal::Realtime(RealtimeRefusal::KeyGone))?;
        let entry = AuditEntry { before: in_words(&ended), ..entry(now, user, "key.revoke", &ended) };
        out.push(Effect::Write(Write::KeyRevoked(key)));
        out.push(Effect::Write(Write::Audit(entry)));
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

    /// Whom a key acts for beside the realtime service: who made it, as long as they may come in, and never with more than
    /// they may now, which whatever it does is asked for as them.
    pub(super) fn acts_for(&self, by: Party, scope: Option<Scope>) -> Result<RealtimeAnswer, Refusal> {
        let Party::Key(id) = by else { return Err(Refusal::NotPermitted) };
        self.key_may(id, scope.ok_or(Refusal::Realtime(RealtimeRefusal::NotForKeys))?)?;
        let key = self.keys.get(&id).filter(|key| self.member(key.made_by).is_ok());
        let key = key.ok_or(Refusal::Realtime(RealtimeRefusal::NoSuchKey))?;
        Ok(RealtimeAnswer::ActsFor { user: key.made_by, name: key.name.clone() })
    }

    /// Something was refused: of a key that there is, it is counted in the audit log.
    pub(super) fn key_refused(&mut self, now: Now, by: Party, refusal: &Refusal, out: &mut Effects) {
        let Party::Key(key) = by else { return };
        let why = match refusal {
            Refusal::Realtime(RealtimeRefusal::ScopeMissing(scope)) => format!("it lacks {}", scope.name()),
            Refusal::Realtime(RealtimeRefusal::NotForKeys) => "no key may do this".to_owned(),
            Refusal::Realtime(RealtimeRefusal::NoSuchKey) if self.keys.contains_key(&key) => {
                "it has expired, or who made it may not come in".to_owned()
            }
            _ => return,
        };
        self.count_refusal(now, Refused::Key(key), why, out);
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

fn entry(now: Now, user: UserId, action: &'static str, key: &ApiKey) -> AuditEntry {
    let subject = format!("key {} {:?}", key.id, key.name);
    AuditEntry { at: now.wall, user: Some(user), action, subject, ..AuditEntry::default() }
}

/// What a key is for, and for how long.
fn in_words(key: &ApiKey) -> String {
    let scopes: Vec<&str> = key.scopes.iter().map(|scope| scope.name()).collect();
    // Rounded: whoever asks for 30 days counts from a moment before the key is made.
    let hours = |at: Timestamp| (at.0 - key.created.0 + HOUR_MS / 2) / HOUR_MS;
    let life = match key.expires.map(hours) {
        None => String::new(),
        Some(hours) if hours < 48 => format!(", for {hours} h"),
        Some(hours) => format!(", for {} days", (hours + 12) / 24),
    };
    format!("{}{life}", scopes.join(", "))
}
