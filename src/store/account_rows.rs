//! Rows of accounts.

use super::dialect::{Columns, Row};
use super::rows::word;
use super::{Invitation, Previous, Reset, SetupLink, SignIn, Standing, StoreError, User};

/// An account.
pub fn user(row: &Row<'_>) -> Result<User, StoreError> {
    Ok(User {
        id: row.id("id")?,
        email: row.text("email")?,
        name: row.text("name")?,
        password: row.text("password")?,
        created: row.time("created")?,
        suspended: row.maybe_time("suspended")?,
    })
}

/// A sign-in.
pub fn sign_in(row: &Row<'_>) -> Result<SignIn, StoreError> {
    let previous = match row.maybe_digest("previous_token")? {
        None => None,
        Some(token) => {
            Some(Previous { token, rotated: row.time("rotated")?, successor: row.text("successor")? })
        }
    };
    Ok(SignIn {
        id: row.id("id")?,
        user: row.id("user_id")?,
        token: row.digest("token")?,
        previous,
        device: row.text("device")?,
        created: row.time("created")?,
        used: row.time("used")?,
        expires: row.time("expires")?,
        revoked: row.maybe_time("revoked")?,
    })
}

/// How a sign-in stands.
pub fn standing(row: &Row<'_>) -> Result<Standing, StoreError> {
    Ok(Standing { revoked: row.maybe_time("revoked")?, suspended: row.maybe_time("suspended")? })
}

/// The set-up link.
pub fn setup_link(row: &Row<'_>) -> Result<SetupLink, StoreError> {
    Ok(SetupLink {
        token: row.digest("token")?,
        created: row.time("created")?,
        used: row.maybe_time("used")?,
    })
}

/// A way back into an account.
pub fn reset(row: &Row<'_>) -> Result<Reset, StoreError> {
    Ok(Reset { user: row.id("user_id")?, expires: row.time("expires")?, used: row.maybe_time("used")? })
}

/// An invitation.
pub fn invitation(row: &Row<'_>) -> Result<Invitation, StoreError> {
    let used = match row.maybe_id("used_by")? {
        None => None,
        Some(user) => Some((user, row.time("used_at")?)),
    };
    Ok(Invitation {
        id: row.id("id")?,
        workspace: row.id("workspace_id")?,
        role: word(row, "role")?,
        custom: row.maybe_id("custom_role")?,
        email: row.maybe_text("email")?,
        token: row.digest("token")?,
        invited_by: row.id("invited_by")?,
        created: row.time("created")?,
        expires: row.time("expires")?,
        note: row.text("note")?,
        used,
        revoked: row.maybe_time("revoked")?,
    })
}
