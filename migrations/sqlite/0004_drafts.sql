-- Drafts and history: what a revert took, what is live, versions of a part of a draft, and who refers to whom.

-- The numbers that a revert, undo, redo or restore took back, as runs in JSON; and the version with which a change went live.
ALTER TABLE changes ADD COLUMN taken TEXT;
ALTER TABLE changes ADD COLUMN published INTEGER;

-- What lies before the published version went live with one of the versions up to it: the first that reaches it.
UPDATE changes SET published = (
    SELECT min(v.number) FROM versions v
    WHERE v.workspace_id = changes.workspace_id AND v.object_id = changes.object_id AND v.revision >= changes.to_revision);

-- Reverts of single changes, from before their numbers were kept: those that name them.
UPDATE changes SET taken = (
    SELECT '[' || group_concat('[' || n || ',' || n || ']') || ']' FROM (
        SELECT t.number AS n FROM changes t
        WHERE t.workspace_id = changes.workspace_id AND t.object_id = changes.object_id AND t.reverted_by = changes.number
        ORDER BY t.number))
WHERE kind = 'revert' AND EXISTS (
    SELECT 1 FROM changes t
    WHERE t.workspace_id = changes.workspace_id AND t.object_id = changes.object_id AND t.reverted_by = changes.number);

-- A page of the log by author, item, kind or time, without reading what does not belong to it.
CREATE INDEX changes_open ON changes (workspace_id, object_id, number) WHERE published IS NULL;
CREATE INDEX changes_by_author ON changes (workspace_id, object_id, user_id, number);
CREATE INDEX changes_by_item ON changes (workspace_id, object_id, item, number);
CREATE INDEX changes_by_kind ON changes (workspace_id, object_id, kind, number);
CREATE INDEX changes_by_time ON changes (workspace_id, object_id, began);

-- Whether all of the draft went live with a version. Of those that hold a part, the content is not that of the log there.
ALTER TABLE versions ADD COLUMN whole INTEGER NOT NULL DEFAULT 1;

-- The objects that items name: the function that a step runs, the table that it queries.
CREATE TABLE object_references (
    workspace_id TEXT NOT NULL,
    object_id    TEXT NOT NULL,
    item         TEXT NOT NULL,
    kind         TEXT NOT NULL,
    name         TEXT NOT NULL,
    CONSTRAINT object_references_key PRIMARY KEY (workspace_id, object_id, item),
    CONSTRAINT object_references_workspace FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
) WITHOUT ROWID;
