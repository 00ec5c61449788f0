//! Custom roles, and who owns the workspace.

use super::Workspace;
use super::areas::Rights;
use super::members::check_reason;
use super::requests::DONE;
use crate::domain::area::CustomRole;
use crate::domain::command::{Caller, TeamRequest};
use crate::domain::effect::{AdminAct, Audience, AuditEntry, Delta, Effect, Effects, Receipt, Write};
use crate::domain::id::{RoleId, UserId};
use crate::domain::refusal::Refusal;
use crate::domain::role::{Action, Member, Role};
use crate::domain::stack::ObjectKind;
use crate::domain::time::Now;

/// Characters of a role's name.
const NAME_MAX: usize = 80;

impl Workspace {
    pub(super) fn team(
        &mut self,
        now: Now,
        caller: Caller,
        request: TeamRequest,
        out: &mut Effects,
    ) -> Result<Receipt, Refusal> {
        match request {
            TeamRequest::SaveRole { role, reason } => self.save_role(now, caller, role, reason, out),
            TeamRequest::DeleteRole { role, reason } => self.delete_role(now, caller, role, reason, out),
            TeamRequest::GiveRole { user, role, reason } => {
                self.give_role(now, caller, user, role, reason, out)
            }
            TeamRequest::Freeze { message } => self.freeze(now, caller, message, out),
            TeamRequest::Thaw => self.unfreeze(now, caller, out),
            TeamRequest::Kick { session, reason } => self.kick(now, caller, session, reason, out),
            TeamRequest::SetLockSettings { settings, reason } => {
                self.set_lock_settings(now, caller, settings, reason, out)
            }
            TeamRequest::TransferOwnership { to, reason } => {
                self.transfer_ownership(now, caller, to, reason, out)
            }
        }
    }

    fn save_role(
        &mut self,
        now: Now,
        caller: Caller,
        role: CustomRole,
        reason: String,
        out: &mut Effects,
    ) -> Result<Receipt, Refusal> {
        self.allowed(caller.user, Action::ManageMembers)?;
        super::talk::check_text("name", &role.name, NAME_MAX)?;
        check_reason(&reason, self.limits.note)?;
        let role = role.whole();
        let old = self.roles.get(&role.id).cloned();
        if old.as_ref() == Some(&role) {
            return DONE;
        }
        if old.is_none() && self.roles.len() >= self.limits.custom_roles {
            return Err(Refusal::TooMany { what: "custom roles", max: self.limits.custom_roles });
        }
        if self.roles.values().any(|other| other.id != role.id && other.name == role.name) {
            return Err(Refusal::NameTaken);
        }
        let having: Vec<UserId> = self.having(role.id).map(|member| member.user).collect();
        let before: Vec<Rights> = having.iter().map(|user| self.rights_of(*user)).collect();
        for user in &having {
            self.notify(now, caller, *user, AdminAct::RightsChanged, &reason, out);
        }
        // What waits to be told is for those that they were.
        self.tell_later(now, out);
        self.roles.insert(role.id, role.clone());
        out.push(Effect::Write(Write::Role(role.clone())));
        let words = old.as_ref().map(in_words).unwrap_or_default();
        let entry = AuditEntry { before: words, after: in_words(&role), reason, ..AuditEntry::default() };
        self.audit(now, caller, ("role.save", format!("role {}", role.id)), entry, out);
        let base = role.base();
        self.tell(now, Audience::All, Delta::Role(role), out);
        for rights in before {
            let Some(member) = self.members.get_mut(&rights.user) else { continue };
            if member.role != base {
                member.role = base;
                let member = member.clone();
                out.push(Effect::Write(Write::Member(member.clone())));
                self.tell(now, Audience::All, Delta::Member(member), out);
            }
            self.rights_changed(now, &rights, out);
        }
        DONE
    }

    fn delete_role(
        &mut self,
        now: Now,
        caller: Caller,
        role: RoleId,
        reason: String,
        out: &mut Effects,
    ) -> Result<Receipt, Refusal> {
        self.allowed(caller.user, Action::ManageMembers)?;
        check_reason(&reason, self.limits.note)?;
        let old = self.roles.get(&role).ok_or(Refusal::NoSuchRole)?;
        let members = self.having(role).count();
        if members > 0 {
            return Err(Refusal::RoleInUse { members });
        }
        let entry = AuditEntry { before: in_words(old), reason, ..AuditEntry::default() };
        self.roles.remove(&role);
        out.push(Effect::Write(Write::RoleRemoved(role)));
        self.audit(now, caller, ("role.delete", format!("role {role}")), entry, out);
        self.tell(now, Audience::All, Delta::RoleRemoved(role), out);
        DONE
    }

    fn give_role(
        &mut self,
        now: Now,
        caller: Caller,
        user: UserId,
        role: RoleId,
        reason: String,
        out: &mut Effects,
    ) -> Result<Receipt, Refusal> {
        let by = self.allowed(caller.user, Action::ManageMembers)?.role;
        let member = self.members.get(&user).ok_or(Refusal::NoSuchMember)?;
        let base = self.roles.get(&role).ok_or(Refusal::NoSuchRole)?.base();
        if member.role == Role::Owner && by != Role::Owner {
            return Err(Refusal::NotPermitted);
        }
        if member.role == Role::Owner {
            self.another_owner(user)?;
        }
        if member.custom == Some(role) {
            return DONE;
        }
        if user == caller.user {
            return Err(Refusal::OwnRole);
        }
        check_reason(&reason, self.limits.note)?;
        self.notify(now, caller, user, AdminAct::RightsChanged, &reason, out);
        self.give(now, caller, user, (base, Some(role)), reason, out);
        DONE
    }

    fn transfer_ownership(
        &mut self,
        now: Now,
        caller: Caller,
        to: UserId,
        reason: String,
        out: &mut Effects,
    ) -> Result<Receipt, Refusal> {
        if self.member(caller.user)?.role != Role::Owner {
            return Err(Refusal::NotPermitted);
        }
        let heir = self.members.get(&to).ok_or(Refusal::NoSuchMember)?;
        if to == caller.user || heir.role == Role::Suspended {
            return Err(Refusal::NotPermitted);
        }
        check_reason(&reason, self.limits.note)?;
        self.notify(now, caller, to, AdminAct::OwnershipGiven, &reason, out);
        self.give(now, caller, to, (Role::Owner, None), reason.clone(), out);
        self.give(now, caller, caller.user, (Role::Admin, None), reason, out);
        DONE
    }

    fn having(&self, role: RoleId) -> impl Iterator<Item = &Member> {
        self.members.values().filter(move |member| member.custom == Some(role))
    }

    /// What a member is, for the audit log.
    pub(super) fn role_in_words(&self, member: &Member) -> String {
        match self.custom_role(member) {
            Some(role) => format!("{} ({})", role.name, role.id),
            None => format!("{:?}", member.role).to_lowercase(),
        }
    }
}

fn in_words(role: &CustomRole) -> String {
    let list = |what: &str, areas: crate::domain::area::Areas| {
        let kinds: Vec<String> = ObjectKind::ALL
            .into_iter()
            .filter(|kind| areas.has(*kind))
            .map(|kind| format!("{kind:?}"))
            .collect();
        if kinds.is_empty() { String::new() } else { format!("; {what} {}", kinds.join(", ")) }
    };
    format!(
        "{}{}{}{}{}",
        role.name,
        list("view", role.view),
        list("edit", role.edit),
        list("publish", role.publish),
        list("manage", role.manage)
    )
}
