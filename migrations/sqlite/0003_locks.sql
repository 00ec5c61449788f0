-- Locks in full: a holder's word, the way back from a take-over, the escalation's clock, and closures.

-- The request that was given the holder's word, and the milliseconds that remained of it when the row was written.
ALTER TABLE locks ADD COLUMN promise_id TEXT;
ALTER TABLE locks ADD COLUMN promised_ms INTEGER;

-- From whom the lock was taken, as JSON, as long as that can be undone.
ALTER TABLE locks ADD COLUMN taken TEXT;

-- Whether the holder has been reminded, whether a word was given once, and how long the request had waited without one.
ALTER TABLE requests ADD COLUMN nudged INTEGER NOT NULL DEFAULT 0;
ALTER TABLE requests ADD COLUMN promised INTEGER NOT NULL DEFAULT 0;
ALTER TABLE requests ADD COLUMN waited_ms INTEGER NOT NULL DEFAULT 0;

-- Paths that an admin has closed for edits. They belong to no session.
CREATE TABLE closures (
    workspace_id TEXT    NOT NULL,
    object_id    TEXT    NOT NULL,
    item         TEXT    NOT NULL,
    user_id      TEXT    NOT NULL,
    reason       TEXT    NOT NULL,
    since        INTEGER NOT NULL,
    CONSTRAINT closures_key PRIMARY KEY (workspace_id, object_id, item),
    CONSTRAINT closures_workspace FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
) WITHOUT ROWID;
