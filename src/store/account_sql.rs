//! Statements of accounts and of the audit chains. SQL that both dialects understand.

// The audit chains.

pub const READ_AUDIT_HEAD: &str =
    "SELECT number, hash, base_number, base_hash FROM audit_heads WHERE chain = $1";

/// Where the chains begin once all records from before the first of a time are let go of; the last record always stays.
pub const AUDIT_BASES: &str = "\
    UPDATE audit_heads
    SET base_number = kept.first - 1,
        base_hash = (SELECT hash FROM audit WHERE audit.chain = audit_heads.chain AND audit.number = kept.first - 1)
    FROM (
        SELECT h.chain AS of_chain, coalesce(
            (SELECT min(a.number) FROM audit a WHERE a.chain = h.chain AND a.at >= $1), h.number) AS first
        FROM audit_heads h) AS kept
    WHERE kept.of_chain = audit_heads.chain
        AND EXISTS (SELECT 1 FROM audit WHERE audit.chain = audit_heads.chain AND audit.number = kept.first - 1)";

pub const AUDIT_LET_GO: &str = "\
    DELETE FROM audit
    WHERE number <= (SELECT base_number FROM audit_heads WHERE audit_heads.chain = audit.chain)";

/// `!` makes the sign after it a letter.
pub const FIND_AUDIT: &str = "\
    SELECT number, at, user_id, action, subject, reason, was, became, hash
    FROM audit
    WHERE chain = $1 AND number < $2
        AND (lower(action) LIKE $3 ESCAPE '!' OR lower(subject) LIKE $3 ESCAPE '!' OR lower(reason) LIKE $3 ESCAPE '!'
            OR lower(was) LIKE $3 ESCAPE '!' OR lower(became) LIKE $3 ESCAPE '!' OR user_id LIKE $3 ESCAPE '!'
            OR subject LIKE $4 ESCAPE '!' OR user_id LIKE $4 ESCAPE '!')
        AND action LIKE $5 ESCAPE '!' AND ($6 = '' OR user_id = $6) AND at >= $7 AND at <= $8
    ORDER BY number DESC LIMIT $9";

pub const AUDIT: &str = "\
    INSERT INTO audit (chain, number, at, user_id, action, subject, reason, was, became, hash)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";

pub const AUDIT_HEAD: &str = "\
    INSERT INTO audit_heads (chain, number, hash) VALUES ($1, $2, $3)
    ON CONFLICT (chain) DO UPDATE SET number = excluded.number, hash = excluded.hash";

pub const READ_AUDIT: &str = "\
    SELECT number, at, user_id, action, subject, reason, was, became, hash
    FROM audit WHERE chain = $1 AND number < $2 ORDER BY number DESC LIMIT $3";

pub const READ_AUDIT_ONWARD: &str = "\
    SELECT number, at, user_id, action, subject, reason, was, became, hash
    FROM audit WHERE chain = $1 AND number > $2 ORDER BY number LIMIT $3";

// Accounts: writing.

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
    INSERT INTO invitations (id, workspace_id, role, token, invited_by, created, expires, note, used_by, used_at, revoked,
        custom_role, email)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";

pub const INVITATION_USED: &str = "\
    UPDATE invitations SET used_by = $2, used_at = $3
    WHERE id = $1 AND used_at IS NULL AND revoked IS NULL AND expires > $3";

pub const INVITATION_REVOKED: &str =
    "UPDATE invitations SET revoked = $2 WHERE id = $1 AND used_at IS NULL AND revoked IS NULL";

/// Earlier links of the account are worth nothing any more.
pub const RESETS_VOID: &str = "UPDATE password_resets SET used = $2 WHERE user_id = $1 AND used IS NULL";

pub const IDENTITY_LINKED: &str =
    "INSERT INTO identities (issuer, subject, user_id, created) VALUES ($1, $2, $3, $4)";

pub const READ_USER_BY_IDENTITY: &str = "\
    SELECT u.id, u.email, u.name, u.password, u.created, u.suspended FROM users u
    JOIN identities i ON i.user_id = u.id WHERE i.issuer = $1 AND i.subject = $2";

pub const RESET_MADE: &str =
    "INSERT INTO password_resets (token, user_id, created, expires, used) VALUES ($1, $2, $3, $4, NULL)";

pub const RESET_USED: &str =
    "UPDATE password_resets SET used = $2 WHERE token = $1 AND used IS NULL AND expires >= $2";

pub const READ_RESET: &str = "SELECT user_id, expires, used FROM password_resets WHERE token = $1";

pub const READ_USERS: &str =
    "SELECT id, email, name, password, created, suspended FROM users ORDER BY email_folded";

pub const SETTING_SET: &str = "\
    INSERT INTO settings (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value";

pub const SETTING_ADDED: &str = "INSERT INTO settings (key, value) VALUES ($1, $2)";

pub const WORKSPACE_MADE: &str = "\
    INSERT INTO workspaces (id, name, created, fence_epoch, fence_counter) VALUES ($1, $2, $3, 0, 0)";

// Accounts: reading.

pub const READ_USER: &str = "SELECT id, email, name, password, created, suspended FROM users WHERE id = $1";

pub const READ_USER_BY_EMAIL: &str =
    "SELECT id, email, name, password, created, suspended FROM users WHERE email_folded = $1";

pub const READ_USER_COUNT: &str = "SELECT count(*) AS number FROM users";

pub const READ_STANDING: &str = "\
    SELECT sign_ins.revoked, users.suspended FROM sign_ins JOIN users ON users.id = sign_ins.user_id
    WHERE sign_ins.id = $1 AND users.id = $2";

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
    SELECT id, workspace_id, role, token, invited_by, created, expires, note, used_by, used_at, revoked,
        custom_role, email
    FROM invitations WHERE token = $1";

pub const READ_INVITATIONS_OF: &str = "\
    SELECT id, workspace_id, role, token, invited_by, created, expires, note, used_by, used_at, revoked,
        custom_role, email
    FROM invitations WHERE workspace_id = $1 ORDER BY created DESC, id DESC";

pub const READ_SETTING: &str = "SELECT value FROM settings WHERE key = $1";

pub const READ_SETTINGS: &str = "SELECT key, value FROM settings ORDER BY key";
