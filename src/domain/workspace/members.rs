//! Members and what a change of their rights ends.

use std::collections::BTreeSet;

use super::Workspace;
use super::requests::DONE;
use super::timers::Timer;
use crate::domain::command::Caller;
use crate::domain::effect::{
    Audience, AuditEntry, CloseReason, Delta, Effect, Effects, LockEnd, Receipt, RequestEnd, Write,
};
use crate::domain::id::{SessionId, UserId};
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
        let taken: Vec<u8> = self.members.values().map(|member| member.colour).collect();
        let colour = (0..COLOURS).min_by_key(|c| taken.iter().filter(|t| *t == c).count()).unwrap_or(0);
        let member = Member { colour, ..member };
        self.members.insert(member.user, member.clone());
        out.push(Effect::Write(Write::Member(member.clone())));
        // Pages that are here from an earlier membership come again and see with the new role.
        self.come_again(member.user, out);
        let user = member.user;
        self.tell(now, Audience::All, Delta::Member(member), out);
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
        if member.role == role {
            return DONE;
        }
        let before = member.role;
        let member = Member { role, ..member.clone() };
        self.tell_later(now, out);
        self.members.insert(user, member.clone());
        out.push(Effect::Write(Write::Member(member.clone())));
        self.audit(
            now,
            caller,
            "member.role",
            format!("user {user} from {before:?} to {role:?}"),
            reason,
            out,
        );
        if !may(before, Action::View) {
            self.come_again(user, out);
        }
        self.tell(now, Audience::All, Delta::Member(member), out);
        let lost = |action| may(before, action) && !may(role, action);
        if lost(Action::Edit) || lost(Action::View) {
            self.revoke(now, user, out);
        } else if may(role, Action::Edit) {
            self.reinstate(user);
        }
        if may(before, Action::View) && may(role, Action::View) {
            self.tell_role(now, user, before, out);
        }
        self.sees_anew(user, out);
        DONE
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
        self.members.remove(&user);
        self.chat.forget(user);
        out.push(Effect::Write(Write::MemberRemoved(user)));
        self.audit(now, caller, "member.remove", format!("user {user}"), reason, out);
        self.tell(now, Audience::All, Delta::MemberRemoved(user), out);
        self.revoke(now, user, out);
        self.sees_anew(user, out);
        self.forget_presence(user);
        DONE
    }

    /// The role has changed, and with it what the member's sessions see: nothing is replayed from before. What the change
    /// itself led to has still reached them.
    fn sees_anew(&mut self, user: UserId, out: &mut Effects) {
        let role = self.members.get(&user).map_or(Role::Suspended, |member| member.role);
        let upto = self.replay.upto();
        for id in self.sessions.of(user) {
            if let Some(session) = self.sessions.get_mut(id) {
                session.sees_since = upto;
            }
        }
        out.push(Effect::Sees { user, role });
    }

    /// The member had no access, so its pages have missed what happened: they come again for a picture.
    fn come_again(&self, user: UserId, out: &mut Effects) {
        for id in self.sessions.of(user) {
            if let Some(socket) = self.sessions.get(id).and_then(|session| session.socket) {
                out.push(Effect::Close { socket, why: CloseReason::Rebuilt });
            }
        }
    }

    fn another_owner(&self, user: UserId) -> Result<(), Refusal> {
        let other = |member: &&Member| member.role == Role::Owner && member.user != user;
        if self.members.values().any(|member| other(&member)) { Ok(()) } else { Err(Refusal::LastOwner) }
    }

    fn audit(
        &self,
        now: Now,
        caller: Caller,
        action: &'static str,
        subject: String,
        reason: String,
        out: &mut Effects,
    ) {
        let entry = AuditEntry { at: now.wall, user: Some(caller.user), action, subject, reason };
        out.push(Effect::Write(Write::Audit(entry)));
    }

    /// Locks end and requests are void; what was typed under a fence that was held may still be parked for a moment.
    fn revoke(&mut self, now: Now, user: UserId, out: &mut Effects) {
        let upto = self.replay.upto();
        let mut left = BTreeSet::new();
        for id in self.sessions.of(user) {
            left.extend(self.requests_end(now, id, RequestEnd::Voided, out));
            let mut fences = Vec::new();
            for path in self.locks.of_session(id) {
                fences.extend(self.locks.get(path).map(|lock| lock.fence));
                left.insert(path.object);
                self.end_lock(now, path, LockEnd::Revoked, out);
            }
            let until = now.mono + self.limits.park_only_ms;
            if let Some(session) = self.sessions.get_mut(id) {
                // Of a downgrade a moment ago some may be left to park.
                fences.extend(session.park_only.take().map(|(_, fences)| fences).unwrap_or_default());
                session.park_only = Some((until, fences));
                session.sees_since = upto;
                self.timers.set(Timer::ParkOnly(id), until);
            }
        }
        for object in left {
            self.promote(now, object, out);
        }
    }

    /// The rights are back before the moment was over.
    fn reinstate(&mut self, user: UserId) {
        for id in self.sessions.of(user) {
            self.timers.cancel(Timer::ParkOnly(id));
            if let Some(session) = self.sessions.get_mut(id) {
                session.park_only = None;
            }
        }
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

/// People's colours in the palette.
const COLOURS: u8 = 12;
