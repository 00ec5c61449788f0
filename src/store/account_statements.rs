//! What each account fact is in statements. No I/O: the ledger runs them.

use uuid::Uuid;

use super::dialect::{Statement, Value};
use super::statements::member;
use super::{AccountWrite, Invitation, SignIn, User, account_sql};
use crate::document::Word;

/// The statements of one account fact, but [`AccountWrite::Audited`], which must read its chain first.
pub fn of_account(write: &AccountWrite) -> Vec<Statement> {
    use AccountWrite as A;
    vec![match write {
        A::UserAdded(row) => user(row),
        A::UserRenamed { user, name } => Statement::new(account_sql::USER_RENAMED)
            .with(*user)
            .with(name.clone())
            .one_row("no such account"),
        A::PasswordChanged { user, password } => Statement::new(account_sql::PASSWORD_CHANGED)
            .with(*user)
            .with(password.clone())
            .one_row("no such account"),
        A::UserSuspended { user, at } => {
            let suspended = Statement::new(account_sql::USER_SUSPENDED).with(*user).with(*at);
            suspended.one_row("no such account").changing_who()
        }
        A::IdentityLinked { issuer, subject, user, at } => {
            let linked = Statement::new(account_sql::IDENTITY_LINKED).with(issuer.clone());
            linked.with(subject.clone()).with(*user).with(*at)
        }
        A::SignedIn(row) => sign_in(row),
        A::TokenRotated { sign_in, from, to, successor, at, expires } => {
            Statement::new(account_sql::TOKEN_ROTATED)
                .with(*sign_in)
                .with(*from)
                .with(*to)
                .with(successor.clone())
                .with(*at)
                .with(*expires)
                .one_row("not the current token of a live sign-in")
        }
        A::SignedOut { sign_in, at } => {
            Statement::new(account_sql::SIGNED_OUT).with(*sign_in).with(*at).changing_who()
        }
        A::SignedOutEverywhere { user, except, at } => Statement::new(account_sql::SIGNED_OUT_EVERYWHERE)
            .with(*user)
            .with(except.unwrap_or(Uuid::nil()))
            .with(*at)
            .changing_who(),
        A::SetupLinkMade { token, at } => Statement::new(account_sql::SETUP_LINK_MADE).with(*token).with(*at),
        A::SetupLinkUsed { token, at } => Statement::new(account_sql::SETUP_LINK_USED)
            .with(*token)
            .with(*at)
            .one_row("not an unused set-up link"),
        A::InvitationMade(row) => invitation(row),
        A::InvitationUsed { invitation, user, at } => Statement::new(account_sql::INVITATION_USED)
            .with(*invitation)
            .with(*user)
            .with(*at)
            .one_row("not an open invitation"),
        A::InvitationRevoked { invitation, at } => Statement::new(account_sql::INVITATION_REVOKED)
            .with(*invitation)
            .with(*at)
            .one_row("not an open invitation"),
        A::ResetMade { token, user, at, expires } => {
            let void = Statement::new(account_sql::RESETS_VOID).with(*user).with(*at);
            let made =
                Statement::new(account_sql::RESET_MADE).with(*token).with(*user).with(*at).with(*expires);
            return vec![void, made];
        }
        A::ResetUsed { token, at } => {
            Statement::new(account_sql::RESET_USED).with(*token).with(*at).one_row("not an open reset link")
        }
        A::AuditKept { since } => {
            return vec![
                Statement::new(account_sql::AUDIT_BASES).with(*since),
                Statement::new(account_sql::AUDIT_LET_GO),
            ];
        }
        A::SettingSet { key, value } => {
            Statement::new(account_sql::SETTING_SET).with(key.clone()).with(value.clone())
        }
        A::SettingAdded { key, value } => {
            Statement::new(account_sql::SETTING_ADDED).with(key.clone()).with(value.clone())
        }
        A::WorkspaceMade { workspace, name, at, owner } => {
            let made =
                Statement::new(account_sql::WORKSPACE_MADE).with(*workspace).with(name.clone()).with(*at);
            return vec![made, member(*workspace, owner)];
        }
        A::Audited(_) => return Vec::new(),
    }]
}

/// What makes two addresses the same.
pub fn folded(email: &str) -> String {
    email.trim().to_lowercase()
}

fn user(row: &User) -> Statement {
    Statement::new(account_sql::USER_ADDED)
        .with(row.id)
        .with(row.email.clone())
        .with(folded(&row.email))
        .with(row.name.clone())
        .with(row.password.clone())
        .with(row.created)
        .with(row.suspended)
        .changing_who()
}

fn sign_in(row: &SignIn) -> Statement {
    let previous = row.previous.as_ref();
    Statement::new(account_sql::SIGNED_IN)
        .with(row.id)
        .with(row.user)
        .with(row.token)
        .with(previous.map(|previous| previous.token))
        .with(previous.map(|previous| previous.rotated))
        .with(Value::Text(previous.map(|previous| previous.successor.clone())))
        .with(row.device.clone())
        .with(row.created)
        .with(row.used)
        .with(row.expires)
        .with(row.revoked)
        .changing_who()
}

fn invitation(row: &Invitation) -> Statement {
    Statement::new(account_sql::INVITATION_MADE)
        .with(row.id)
        .with(row.workspace)
        .with(row.role.word())
        .with(row.token)
        .with(row.invited_by)
        .with(row.created)
        .with(row.expires)
        .with(row.note.clone())
        .with(row.used.map(|(user, _)| user))
        .with(row.used.map(|(_, at)| at))
        .with(row.revoked)
        .with(row.custom)
        .with(row.email.clone())
}
