-- The realtime service: what holds for channels, what was said in those that keep it, presence records, and keys.

-- What holds for the channels of a name or pattern, as JSON.
CREATE TABLE channels (
    workspace_id TEXT NOT NULL,
    pattern      TEXT NOT NULL,
    settings     TEXT NOT NULL,
    CONSTRAINT channels_key PRIMARY KEY (workspace_id, pattern),
    CONSTRAINT channels_workspace FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
) WITHOUT ROWID;

-- Messages and events of channels that store them, as JSON. Numbers grow over the whole workspace.
CREATE TABLE said (
    workspace_id TEXT    NOT NULL,
    channel      TEXT    NOT NULL,
    number       INTEGER NOT NULL,
    at           INTEGER NOT NULL,
    said         TEXT    NOT NULL,
    CONSTRAINT said_key PRIMARY KEY (workspace_id, channel, number),
    CONSTRAINT said_workspace FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
) WITHOUT ROWID;
CREATE INDEX said_at ON said (workspace_id, channel, at);
CREATE INDEX said_number ON said (workspace_id, number);

-- Keys with which servers call. Only the digest of their text is kept.
CREATE TABLE api_keys (
    workspace_id TEXT    NOT NULL,
    id           TEXT    NOT NULL,
    name         TEXT    NOT NULL,
    digest       BLOB    NOT NULL,
    scopes       TEXT    NOT NULL,
    made_by      TEXT    NOT NULL,
    created      INTEGER NOT NULL,
    expires      INTEGER,
    used         INTEGER,
    CONSTRAINT api_keys_key PRIMARY KEY (id),
    CONSTRAINT api_keys_workspace FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
);
CREATE INDEX api_keys_of ON api_keys (workspace_id);

-- Presence records: one of a user at most. `sequence` is the order in which they were made; `bound` is 1 for those that end
-- with a socket or session.
CREATE TABLE presence_records (
    workspace_id TEXT    NOT NULL,
    id           TEXT    NOT NULL,
    sequence     INTEGER NOT NULL,
    user_id      TEXT    NOT NULL,
    status       TEXT    NOT NULL,
    metadata     TEXT    NOT NULL,
    permissions  TEXT    NOT NULL,
    source       TEXT    NOT NULL,
    created      INTEGER NOT NULL,
    updated      INTEGER NOT NULL,
    expires      INTEGER NOT NULL,
    bound        INTEGER NOT NULL,
    CONSTRAINT presence_records_key PRIMARY KEY (workspace_id, id),
    CONSTRAINT presence_records_user UNIQUE (workspace_id, user_id),
    CONSTRAINT presence_records_workspace FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
) WITHOUT ROWID;
