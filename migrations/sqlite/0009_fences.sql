-- Fences of locks that have ended, for 30 days: whoever held one may have parked what was typed under it.
CREATE TABLE fences (
    workspace_id  TEXT    NOT NULL,
    fence_epoch   INTEGER NOT NULL,
    fence_counter INTEGER NOT NULL,
    object_id     TEXT    NOT NULL,
    item          TEXT    NOT NULL,
    session_id    TEXT    NOT NULL,
    user_id       TEXT    NOT NULL,
    ended         INTEGER NOT NULL,
    CONSTRAINT fences_key PRIMARY KEY (workspace_id, fence_epoch, fence_counter),
    CONSTRAINT fences_workspace FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
) WITHOUT ROWID;

-- The first revision that was written under a lock, in place of a mere yes.
ALTER TABLE locks ADD COLUMN wrote INTEGER;
UPDATE locks SET wrote = 0 WHERE used = 1;
ALTER TABLE locks DROP COLUMN used;

-- Each holder may ignore a request for themselves: the ids of those who do, as JSON.
ALTER TABLE requests ADD COLUMN ignored_by TEXT NOT NULL DEFAULT '[]';
ALTER TABLE requests DROP COLUMN ignored;
