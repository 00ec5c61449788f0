//! Ending a session of somebody.

use crate::domain::command::Caller;
use crate::domain::effect::{
    AdminAct, AdminNotice, Audience, AuditEntry, CloseReason, Delta, Effects, Receipt,
};
use crate::domain::id::SessionId;
use crate::domain::refusal::Refusal;
use crate::domain::role::{Action, Role};
use crate::domain::time::Now;
use crate::domain::workspace::Workspace;
use crate::domain::workspace::requests::DONE;
use crate::domain::workspace::talk::check_text;

impl Workspace {
    /// Ends a session of somebody, who is told why. What its page had typed is parked when it comes back.
    pub(in crate::domain::workspace) fn kick(
        &mut self,
        now: Now,
        caller: Caller,
        session: SessionId,
        reason: String,
        out: &mut Effects,
    ) -> Result<Receipt, Refusal> {
        let by = self.allowed(caller.user, Action::ManageMembers)?.role;
        check_text("reason", &reason, self.limits.note)?;
        let user = self.sessions.living(session).ok_or(Refusal::SessionGone)?.user;
        let role = self.members.get(&user).map(|member| member.role);
        if role == Some(Role::Owner) && by != Role::Owner {
            return Err(Refusal::NotPermitted);
        }
        let notice =
            AdminNotice { act: AdminAct::Kicked, by: caller.user, reason: reason.clone(), path: None };
        self.tell(now, Audience::Session(session), Delta::Notice(notice), out);
        let entry = AuditEntry { reason, ..AuditEntry::default() };
        self.audit(now, caller, ("session.kick", format!("session {session} of user {user}")), entry, out);
        self.end_and_close(now, session, CloseReason::Kicked, out);
        DONE
    }
}
