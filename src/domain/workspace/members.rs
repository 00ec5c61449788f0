//! Members and what a change of their rights ends.

use super::Workspace;
use super::requests::DONE;
use crate::domain::area::CustomRole;
use crate::domain::command::Caller;
use crate::domain::effect::{
    AdminAct, AdminNotice, Audience, AuditEntry, CloseReason, Delta, Effect, Effects, Receipt, Write,
};
use crate::domain::id::{RoleId, SessionId, UserId};
use crate::domain::refusal::Refusal;
use crate::domain::role::{Action, Member, Role, may};
use crate::domain::time::Now;

impl Workspace {
    /// A new member. Who may let them in was decided where the invitation was accepted.
    pub(super) fn add_member(
        &mut self,
        now: Now,
        member: Member,
        out: &mut Effects,
    ) -> Result<Receipt, Refusal> {
        if self.members.contains_key(&member.user) {
            return DONE;
        }
        if self.members.len() >= self.limits.members {
            return Err(Refusal::TooMany { what: "members", max: self.limits.members });
        }
        if member.custom.is_some_and(|role| !self.roles.contains_key(&role)) {
            return Err(Refusal::NoSuchRole);
        }
        let taken: Vec<u8> = self.members.values().map(|member| member.colour).collect();
        let colour = (0..COLOURS).min_by_key(|c| taken.iter().filter(|t| *t == c).count()).unwrap_or(0);
        let custom = self.custom_role(&member).map(CustomRole::base);
        let member = Member { colour, role: custom.unwrap_or(member.role), ..member };
        self.members.insert(member.user, member.clone());
        out.push(Effect::Write(Write::Member(member.clone())));
        // Pages that are here from an earlier membership come again and see with the new role.
        self.come_again(member.user, out);
        let user = member.user;
        self.tell(now, Audience::All, Delta::Member(member), out);
        if !self.sessions.of(user).is_empty() {
            self.sees_anew(user, out);
        }
        self.remember_presence(now, user, out);
        DONE
    }

    /// Changes a role; what the new one does not allow ends at once.
    pub(super) fn set_role(
        &mut self,
        now: Now,
        caller: Caller,
        user: UserId,
        role: Role,
        reason: String,
        out: &mut Effects,
    ) -> Result<Receipt, Refusal> {
        let by = self.allowed(caller.user, Action::ManageMembers)?.role;
        let member = self.members.get(&user).ok_or(Refusal::NoSuchMember)?;
        if (member.role == Role::Owner || role == Role::Owner) && by != Role::Owner {
            return Err(Refusal::NotPermitted);
        }
        if member.role == Role::Owner && role != Role::Owner {
            self.another_owner(user)?;
        }
        if (member.role, member.custom) == (role, None) {
            return DONE;
        }
        if user == caller.user {
            return Err(Refusal::OwnRole);
        }
        check_reason(&reason, self.limits.note)?;
        self.notify(now, caller, user, AdminAct::RightsChanged, &reason, out);
        self.give(now, caller, user, (role, None), reason, out);
        DONE
    }

    /// Writes what a member is from now on, and ends what they may not any more.
    pub(super) fn give(
        &mut self,
        now: Now,
        caller: Caller,
        user: UserId,
        (role, custom): (Role, Option<RoleId>),
        reason: String,
        out: &mut Effects,
    ) {
        let before = self.rights_of(user);
        let Some(member) = self.members.get(&user) else { return };
        let was = self.role_in_words(member);
        let member = Member { role, custom, ..member.clone() };
        // What waits to be told is for those that they were.
        self.tell_later(now, out);
        self.members.insert(user, member.clone());
        out.push(Effect::Write(Write::Member(member.clone())));
        let entry =
            AuditEntry { before: was, after: self.role_in_words(&member), reason, ..AuditEntry::default() };
        self.audit(now, caller, ("member.role", format!("user {user}")), entry, out);
        if !before.view {
            self.come_again(user, out);
        }
        self.tell(now, Audience::All, Delta::Member(member), out);
        self.rights_changed(now, &before, out);
    }

    /// Ends a membership.
    pub(super) fn remove_member(
        &mut self,
        now: Now,
        caller: Caller,
        user: UserId,
        reason: String,
        out: &mut Effects,
    ) -> Result<Receipt, Refusal> {
        let by = self.member(caller.user)?.role;
        if user != caller.user && !may(by, Action::ManageMembers) {
            return Err(Refusal::NotPermitted);
        }
        let member = self.members.get(&user).ok_or(Refusal::NoSuchMember)?;
        if member.role == Role::Owner {
            if by != Role::Owner {
                return Err(Refusal::NotPermitted);
            }
            self.another_owner(user)?;
        }
        check_reason(&reason, self.limits.note)?;
        let before = self.role_in_words(member);
        if user != caller.user {
            self.notify(now, caller, user, AdminAct::Removed, &reason, out);
        }
        self.members.remove(&user);
        self.chat.forget(user);
        out.push(Effect::Write(Write::MemberRemoved(user)));
        let action = if user == caller.user { "member.leave" } else { "member.remove" };
        let entry = AuditEntry { before, reason, ..AuditEntry::default() };
        self.audit(now, caller, (action, format!("user {user}")), entry, out);
        self.tell(now, Audience::All, Delta::MemberRemoved(user), out);
        self.rights_ended(now, user, out);
        self.revoke(now, user, None, out);
        self.sees_anew(user, out);
        self.forget_presence(user);
        DONE
    }

    /// The role has changed, and with it what the member's sessions see: nothing is replayed from before. What the change
    /// itself led to has still reached them.
    pub(super) fn sees_anew(&mut self, user: UserId, out: &mut Effects) {
        let role = self.members.get(&user).map_or(Role::Suspended, |member| member.role);
        let upto = self.replay.upto();
        for id in self.sessions.of(user) {
            if let Some(session) = self.sessions.get_mut(id) {
                session.sees_since = upto;
            }
        }
        out.push(Effect::Sees { user, role, hidden: self.hidden_from(user) });
    }

    /// What the member's pages have missed, or may not see any more, is more than updates tell: they come again for a picture.
    pub(super) fn come_again(&self, user: UserId, out: &mut Effects) {
        for id in self.sessions.of(user) {
            if let Some(socket) = self.sessions.get(id).and_then(|session| session.socket) {
                out.push(Effect::Close { socket, why: CloseReason::Rebuilt });
            }
        }
    }

    pub(super) fn another_owner(&self, user: UserId) -> Result<(), Refusal> {
        let other = |member: &&Member| member.role == Role::Owner && member.user != user;
        if self.members.values().any(|member| other(&member)) { Ok(()) } else { Err(Refusal::LastOwner) }
    }

    /// Tells a member what somebody with more rights did to them, and why.
    pub(super) fn notify(
        &mut self,
        now: Now,
        caller: Caller,
        user: UserId,
        act: AdminAct,
        reason: &str,
        out: &mut Effects,
    ) {
        let notice = AdminNotice { act, by: caller.user, reason: reason.to_owned(), path: None };
        self.tell(now, Audience::Member(user), Delta::Notice(notice), out);
    }

    /// Appends to the audit chain what `entry` says, as done by the caller now.
    pub(super) fn audit(
        &self,
        now: Now,
        caller: Caller,
        (action, subject): (&'static str, String),
        entry: AuditEntry,
        out: &mut Effects,
    ) {
        let entry = AuditEntry { at: now.wall, user: Some(caller.user), action, subject, ..entry };
        out.push(Effect::Write(Write::Audit(entry)));
    }

    /// The moment is over: a viewer goes on, anybody else's socket is closed.
    pub(super) fn park_only_over(&mut self, now: Now, id: SessionId, out: &mut Effects) {
        let Some(session) = self.sessions.get_mut(id) else { return };
        session.park_only = None;
        match self.members.get(&session.user).map(|member| member.role) {
            Some(role) if may(role, Action::View) => {}
            Some(_) => self.end_and_close(now, id, CloseReason::Suspended, out),
            None => self.end_and_close(now, id, CloseReason::Removed, out),
        }
    }
}

/// A reason may be missing, and may not be endless.
pub(super) fn check_reason(reason: &str, max: usize) -> Result<(), Refusal> {
    if reason.is_empty() { Ok(()) } else { super::talk::check_text("reason", reason, max) }
}

/// People's colours in the palette.
const COLOURS: u8 = 12;
