//! Statements of the realtime service: channels, what is said in them, presence records, keys.

pub const CHANNEL: &str = "\
    INSERT INTO channels (workspace_id, pattern, settings) VALUES ($1, $2, $3)
    ON CONFLICT (workspace_id, pattern) DO UPDATE SET settings = excluded.settings";

pub const CHANNEL_REMOVED: &str = "DELETE FROM channels WHERE workspace_id = $1 AND pattern = $2";

pub const READ_CHANNELS: &str = "SELECT settings FROM channels WHERE workspace_id = $1 ORDER BY pattern";

pub const SAID: &str =
    "INSERT INTO said (workspace_id, channel, number, at, said) VALUES ($1, $2, $3, $4, $5)";

pub const SAID_PASSED: &str = "DELETE FROM said WHERE workspace_id = $1 AND channel = $2 AND at < $3";

pub const READ_LAST_SAID: &str =
    "SELECT coalesce(max(number), 0) AS number FROM said WHERE workspace_id = $1";

pub const READ_SAID: &str = "\
    SELECT said FROM said WHERE workspace_id = $1 AND channel = $2 AND at >= $3 AND number < $4
    ORDER BY number DESC LIMIT $5";

pub const PRESENCE_RECORD: &str = "\
    INSERT INTO presence_records (workspace_id, id, sequence, user_id, status, metadata, permissions, source, created,
        updated, expires, bound)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
    ON CONFLICT (workspace_id, id)
    DO UPDATE SET user_id = excluded.user_id, status = excluded.status, metadata = excluded.metadata,
        permissions = excluded.permissions, source = excluded.source, updated = excluded.updated,
        expires = excluded.expires, bound = excluded.bound";

pub const PRESENCE_RECORD_ENDED: &str = "DELETE FROM presence_records WHERE workspace_id = $1 AND id = $2";

pub const READ_PRESENCE_RECORDS: &str = "\
    SELECT id, sequence, user_id, status, metadata, permissions, source, created, updated, expires, bound
    FROM presence_records WHERE workspace_id = $1 ORDER BY sequence";

pub const READ_WORKSPACES_WITH_PRESENCES: &str = "SELECT DISTINCT workspace_id AS id FROM presence_records";

pub const API_KEY: &str = "\
    INSERT INTO api_keys (workspace_id, id, name, digest, scopes, made_by, created, expires, used)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
    ON CONFLICT (id) DO UPDATE SET name = excluded.name, scopes = excluded.scopes, expires = excluded.expires,
        used = excluded.used";

pub const API_KEY_REVOKED: &str = "DELETE FROM api_keys WHERE workspace_id = $1 AND id = $2";

pub const READ_API_KEYS: &str = "\
    SELECT id, name, digest, scopes, made_by, created, expires, used FROM api_keys
    WHERE workspace_id = $1 ORDER BY created, id";

pub const READ_API_KEY: &str = "\
    SELECT workspace_id, id, name, digest, scopes, made_by, created, expires, used FROM api_keys WHERE id = $1";
