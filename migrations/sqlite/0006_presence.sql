-- Presence: what members decided about themselves, what is remembered of them, and sums per minute. Where somebody is, is
-- never written.

-- `privacy` is `everyone`, `page`, `hidden` or the least role that sees. `chosen` is a status by choice. `history` is the
-- number of the newest row of the member's status history, so that a number is never used twice.
CREATE TABLE presence (
    workspace_id TEXT    NOT NULL,
    user_id      TEXT    NOT NULL,
    privacy      TEXT    NOT NULL,
    avatar       TEXT    NOT NULL,
    message      TEXT    NOT NULL,
    until        INTEGER,
    chosen       TEXT,
    chosen_at    INTEGER,
    last_seen    INTEGER,
    history      INTEGER NOT NULL,
    CONSTRAINT presence_key PRIMARY KEY (workspace_id, user_id),
    CONSTRAINT presence_workspace FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
) WITHOUT ROWID;

-- A workspace without a row has the defaults.
CREATE TABLE presence_settings (
    workspace_id   TEXT    NOT NULL,
    away_ms        INTEGER NOT NULL,
    offline_ms     INTEGER NOT NULL,
    history        INTEGER NOT NULL,
    retention_days INTEGER NOT NULL,
    CONSTRAINT presence_settings_key PRIMARY KEY (workspace_id),
    CONSTRAINT presence_settings_workspace FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
) WITHOUT ROWID;

CREATE TABLE status_history (
    workspace_id TEXT    NOT NULL,
    user_id      TEXT    NOT NULL,
    number       INTEGER NOT NULL,
    at           INTEGER NOT NULL,
    was          TEXT    NOT NULL,
    became       TEXT    NOT NULL,
    reason       TEXT    NOT NULL,
    CONSTRAINT status_history_key PRIMARY KEY (workspace_id, user_id, number)
) WITHOUT ROWID;
CREATE INDEX status_history_at ON status_history (workspace_id, at);

-- Interactions of a member in a minute; a minute without one has no row.
CREATE TABLE activity_minutes (
    workspace_id TEXT    NOT NULL,
    user_id      TEXT    NOT NULL,
    minute       INTEGER NOT NULL,
    interactions INTEGER NOT NULL,
    CONSTRAINT activity_minutes_key PRIMARY KEY (workspace_id, user_id, minute)
) WITHOUT ROWID;
CREATE INDEX activity_minutes_at ON activity_minutes (workspace_id, minute);

-- Sums over members, without names.
CREATE TABLE room_minutes (
    workspace_id TEXT    NOT NULL,
    minute       INTEGER NOT NULL,
    people       INTEGER NOT NULL,
    bots         INTEGER NOT NULL,
    online_ms    INTEGER NOT NULL,
    busy_ms      INTEGER NOT NULL,
    away_ms      INTEGER NOT NULL,
    interactions INTEGER NOT NULL,
    CONSTRAINT room_minutes_key PRIMARY KEY (workspace_id, minute)
) WITHOUT ROWID;

CREATE TABLE object_minutes (
    workspace_id TEXT    NOT NULL,
    minute       INTEGER NOT NULL,
    object_id    TEXT    NOT NULL,
    people       INTEGER NOT NULL,
    edits        INTEGER NOT NULL,
    CONSTRAINT object_minutes_key PRIMARY KEY (workspace_id, minute, object_id)
) WITHOUT ROWID;
