//! The statements about accounts, sign-ins, invitations and settings, each once.

// Writing.

pub const USER_ADDED: &str = "\
    INSERT INTO users (id, email, email_folded, name, password, created, suspended) VALUES ($1, $2, $3, $4, $5, $6, $7)";

pub const USER_RENAMED: &str = "UPDATE users SET name = $2 WHERE id = $1";

pub const PASSWORD_CHANGED: &str = "UPDATE users SET password = $2 WHERE id = $1";

pub const USER_SUSPENDED: &str = "UPDATE users SET suspended = $2 WHERE id = $1";

pub const SIGNED_IN: &str = "\
    INSERT INTO sign_ins (id, user_id, token, previous_token, rotated, successor, device, created, used, expires, revoked)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";

pub const TOKEN_ROTATED: &str = "\
    UPDATE sign_ins
    SET previous_token = token, token = $3, successor = $4, rotated = $5, used = $5, expires = $6
    WHERE id = $1 AND token = $2 AND revoked IS NULL";

pub const SIGNED_OUT: &str = "UPDATE sign_ins SET revoked = $2 WHERE id = $1 AND revoked IS NULL";

pub const SIGNED_OUT_EVERYWHERE: &str =
    "UPDATE sign_ins SET revoked = $3 WHERE user_id = $1 AND id <> $2 AND revoked IS NULL";

pub const SETUP_LINK_MADE: &str = "\
    INSERT INTO setup_links (id, token, created) VALUES (1, $1, $2)
    ON CONFLICT (id) DO UPDATE SET token = excluded.token, created = excluded.created, used = NULL";

pub const SETUP_LINK_USED: &str = "UPDATE setup_links SET used = $2 WHERE token = $1 AND used IS NULL";

pub const INVITATION_MADE: &str = "\
    INSERT INTO invitations (id, workspace_id, role, token, invited_by, created, expires, note, used_by, used_at, revoked)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";

pub const INVITATION_USED: &str = "\
    UPDATE invitations SET used_by = $2, used_at = $3
    WHERE id = $1 AND used_at IS NULL AND revoked IS NULL AND expires > $3";

pub const INVITATION_REVOKED: &str =
    "UPDATE invitations SET revoked = $2 WHERE id = $1 AND used_at IS NULL AND revoked IS NULL";

pub const SETTING_SET: &str = "\
    INSERT INTO settings (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value";

pub const SETTING_ADDED: &str = "INSERT INTO settings (key, value) VALUES ($1, $2)";

pub const WORKSPACE_MADE: &str = "\
    INSERT INTO workspaces (id, name, created, fence_epoch, fence_counter) VALUES ($1, $2, $3, 0, 0)";

// Reading.

pub const READ_USER: &str = "SELECT id, email, name, password, created, suspended FROM users WHERE id = $1";

pub const READ_USER_BY_EMAIL: &str =
    "SELECT id, email, name, password, created, suspended FROM users WHERE email_folded = $1";

pub const READ_USER_COUNT: &str = "SELECT count(*) AS number FROM users";

pub const READ_SIGN_IN: &str = "\
    SELECT id, user_id, token, previous_token, rotated, successor, device, created, used, expires, revoked
    FROM sign_ins WHERE id = $1";

/// Two halves, so that each uses its index.
pub const READ_SIGN_IN_BY_TOKEN: &str = "\
    SELECT id, user_id, token, previous_token, rotated, successor, device, created, used, expires, revoked
    FROM sign_ins WHERE token = $1
    UNION ALL
    SELECT id, user_id, token, previous_token, rotated, successor, device, created, used, expires, revoked
    FROM sign_ins WHERE previous_token = $1";

pub const READ_SIGN_INS_OF: &str = "\
    SELECT id, user_id, token, previous_token, rotated, successor, device, created, used, expires, revoked
    FROM sign_ins WHERE user_id = $1 AND revoked IS NULL ORDER BY used DESC, id";

pub const READ_SETUP_LINK: &str = "SELECT token, created, used FROM setup_links WHERE id = 1";

pub const READ_INVITATION_BY_TOKEN: &str = "\
    SELECT id, workspace_id, role, token, invited_by, created, expires, note, used_by, used_at, revoked
    FROM invitations WHERE token = $1";

pub const READ_INVITATIONS_OF: &str = "\
    SELECT id, workspace_id, role, token, invited_by, created, expires, note, used_by, used_at, revoked
    FROM invitations WHERE workspace_id = $1 ORDER BY created DESC, id DESC";

pub const READ_SETTING: &str = "SELECT value FROM settings WHERE key = $1";

pub const READ_SETTINGS: &str = "SELECT key, value FROM settings ORDER BY key";
