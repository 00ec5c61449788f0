-- Workspaces and all that belongs to them. Each row names its workspace first: a room reads and writes only its own.

-- The highest fence ever granted stands here, apart from the locks, because it must outlive them: a fence is never reused.
CREATE TABLE workspaces (
    id            TEXT    NOT NULL,
    name          TEXT    NOT NULL,
    created       INTEGER NOT NULL,
    fence_epoch   INTEGER NOT NULL,
    fence_counter INTEGER NOT NULL,
    CONSTRAINT workspaces_key PRIMARY KEY (id)
);

-- A member's name is repeated here because history shows it after the account is gone; so there is no foreign key to users.
CREATE TABLE members (
    workspace_id TEXT    NOT NULL,
    user_id      TEXT    NOT NULL,
    name         TEXT    NOT NULL,
    role         TEXT    NOT NULL,
    colour       INTEGER NOT NULL,
    CONSTRAINT members_key PRIMARY KEY (workspace_id, user_id),
    CONSTRAINT members_workspace FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
) WITHOUT ROWID;
CREATE INDEX members_of_user ON members (user_id);

-- Ways into a workspace.
CREATE TABLE invitations (
    id           TEXT    NOT NULL,
    workspace_id TEXT    NOT NULL,
    role         TEXT    NOT NULL,
    token        BLOB    NOT NULL,
    invited_by   TEXT    NOT NULL,
    created      INTEGER NOT NULL,
    expires      INTEGER NOT NULL,
    note         TEXT    NOT NULL,
    used_by      TEXT,
    used_at      INTEGER,
    revoked      INTEGER,
    CONSTRAINT invitations_key PRIMARY KEY (id),
    CONSTRAINT invitations_token UNIQUE (token),
    CONSTRAINT invitations_workspace FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
);
CREATE INDEX invitations_of ON invitations (workspace_id, created);

-- Heads of objects. A deleted object keeps its row, and its log, but its name is free again. `version` is the number of the
-- published version; it may be written before that version's row in the same transaction, so it is no foreign key.
CREATE TABLE objects (
    workspace_id TEXT    NOT NULL,
    id           TEXT    NOT NULL,
    kind         TEXT    NOT NULL,
    name         TEXT    NOT NULL,
    group_id     TEXT,
    revision     INTEGER NOT NULL,
    changes      INTEGER NOT NULL,
    version      INTEGER,
    deleted_at   INTEGER,
    deleted_by   TEXT,
    CONSTRAINT objects_key PRIMARY KEY (workspace_id, id),
    CONSTRAINT objects_workspace FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
);
CREATE UNIQUE INDEX objects_name ON objects (workspace_id, kind, coalesce(group_id, ''), name) WHERE deleted_at IS NULL;

-- The log: every acknowledged write, appended and never changed. A revision and an op_id can stand in it once; the database
-- says so itself, because nothing repairs a log that says two things.
CREATE TABLE operations (
    workspace_id  TEXT    NOT NULL,
    object_id     TEXT    NOT NULL,
    revision      INTEGER NOT NULL,
    op_id         TEXT    NOT NULL,
    user_id       TEXT    NOT NULL,
    session_id    TEXT,
    at            INTEGER NOT NULL,
    change        INTEGER NOT NULL,
    fence_epoch   INTEGER,
    fence_counter INTEGER,
    op            TEXT    NOT NULL,
    inverse       TEXT    NOT NULL,
    CONSTRAINT operations_key PRIMARY KEY (workspace_id, object_id, revision),
    CONSTRAINT operations_op_id UNIQUE (workspace_id, user_id, op_id),
    CONSTRAINT operations_workspace FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
);
CREATE INDEX operations_of_change ON operations (workspace_id, object_id, change, revision);

-- The log as people read it: consecutive operations of one author on one field.
CREATE TABLE changes (
    workspace_id  TEXT    NOT NULL,
    object_id     TEXT    NOT NULL,
    number        INTEGER NOT NULL,
    user_id       TEXT    NOT NULL,
    began         INTEGER NOT NULL,
    ended         INTEGER NOT NULL,
    words         TEXT    NOT NULL,
    kind          TEXT    NOT NULL,
    item          TEXT,
    field         TEXT,
    from_revision INTEGER NOT NULL,
    to_revision   INTEGER NOT NULL,
    reverted_by   INTEGER,
    CONSTRAINT changes_key PRIMARY KEY (workspace_id, object_id, number),
    CONSTRAINT changes_workspace FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
);

-- The newest whole content of each object, from which a load replays the rest of the log.
CREATE TABLE checkpoints (
    workspace_id TEXT    NOT NULL,
    object_id    TEXT    NOT NULL,
    revision     INTEGER NOT NULL,
    content      TEXT    NOT NULL,
    CONSTRAINT checkpoints_key PRIMARY KEY (workspace_id, object_id),
    CONSTRAINT checkpoints_workspace FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
);

-- Published versions with their content.
CREATE TABLE versions (
    workspace_id TEXT    NOT NULL,
    object_id    TEXT    NOT NULL,
    number       INTEGER NOT NULL,
    revision     INTEGER NOT NULL,
    user_id      TEXT    NOT NULL,
    at           INTEGER NOT NULL,
    description  TEXT    NOT NULL,
    contributors TEXT    NOT NULL,
    content      TEXT    NOT NULL,
    CONSTRAINT versions_key PRIMARY KEY (workspace_id, object_id, number),
    CONSTRAINT versions_workspace FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
);

-- Held locks. `item` is empty for the whole object, because a NULL would not be unique.
CREATE TABLE locks (
    workspace_id  TEXT    NOT NULL,
    object_id     TEXT    NOT NULL,
    item          TEXT    NOT NULL,
    session_id    TEXT    NOT NULL,
    user_id       TEXT    NOT NULL,
    fence_epoch   INTEGER NOT NULL,
    fence_counter INTEGER NOT NULL,
    state         TEXT    NOT NULL,
    since         INTEGER NOT NULL,
    edited        INTEGER NOT NULL,
    unsaved       INTEGER NOT NULL,
    idle_until    INTEGER,
    secret        BLOB    NOT NULL,
    used          INTEGER NOT NULL,
    CONSTRAINT locks_key PRIMARY KEY (workspace_id, object_id, item),
    CONSTRAINT locks_workspace FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
) WITHOUT ROWID;

-- Waiting lock requests, in one order per workspace.
CREATE TABLE requests (
    workspace_id TEXT    NOT NULL,
    id           TEXT    NOT NULL,
    object_id    TEXT    NOT NULL,
    item         TEXT    NOT NULL,
    session_id   TEXT    NOT NULL,
    user_id      TEXT    NOT NULL,
    note         TEXT    NOT NULL,
    since        INTEGER NOT NULL,
    place        INTEGER NOT NULL,
    ignored      INTEGER NOT NULL,
    secret       BLOB    NOT NULL,
    remains_ms   INTEGER NOT NULL,
    ordinal      INTEGER NOT NULL,
    CONSTRAINT requests_key PRIMARY KEY (workspace_id, id),
    CONSTRAINT requests_workspace FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
) WITHOUT ROWID;

-- Work that could not be applied, kept for its author.
CREATE TABLE parked (
    workspace_id TEXT    NOT NULL,
    id           TEXT    NOT NULL,
    user_id      TEXT    NOT NULL,
    object_id    TEXT    NOT NULL,
    item         TEXT,
    since        INTEGER NOT NULL,
    holder       TEXT,
    CONSTRAINT parked_key PRIMARY KEY (workspace_id, id),
    CONSTRAINT parked_workspace FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
);

-- Its operations, in order.
CREATE TABLE parked_operations (
    workspace_id TEXT    NOT NULL,
    parked_id    TEXT    NOT NULL,
    position     INTEGER NOT NULL,
    op_id        TEXT    NOT NULL,
    reason       TEXT    NOT NULL,
    at           INTEGER NOT NULL,
    base         INTEGER NOT NULL,
    op           TEXT    NOT NULL,
    words        TEXT    NOT NULL,
    CONSTRAINT parked_operations_key PRIMARY KEY (workspace_id, parked_id, position),
    CONSTRAINT parked_operations_draft FOREIGN KEY (workspace_id, parked_id)
        REFERENCES parked (workspace_id, id) ON DELETE CASCADE
);

-- Final answers, so that a retry gets the same one. `kept` is 1 while the log or a parked draft holds the operation; the rest
-- goes after a day.
CREATE TABLE receipts (
    workspace_id TEXT    NOT NULL,
    user_id      TEXT    NOT NULL,
    op_id        TEXT    NOT NULL,
    intent       BLOB    NOT NULL,
    receipt      TEXT    NOT NULL,
    at           INTEGER NOT NULL,
    kept         INTEGER NOT NULL,
    CONSTRAINT receipts_key PRIMARY KEY (workspace_id, user_id, op_id),
    CONSTRAINT receipts_workspace FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
) WITHOUT ROWID;
CREATE INDEX receipts_recent ON receipts (workspace_id, at);
CREATE INDEX receipts_passing ON receipts (workspace_id, at) WHERE kept = 0;
