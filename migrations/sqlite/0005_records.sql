-- Records: the rows of tables. A value is kept under the id of its field, so that renaming a field touches no record and a
-- field that was deleted and comes back finds its values again.

-- `ordinal` is the record's number, given once. What is deleted stays, so that it can be taken back; `revision` is the table's
-- when the record last changed, 0 for a row that came in with a file.
CREATE TABLE records (
    workspace_id TEXT    NOT NULL,
    object_id    TEXT    NOT NULL,
    ordinal      INTEGER NOT NULL,
    record_id    TEXT    NOT NULL,
    revision     INTEGER NOT NULL,
    op_id        TEXT,
    deleted      INTEGER NOT NULL,
    content      TEXT    NOT NULL,
    CONSTRAINT records_key PRIMARY KEY (workspace_id, object_id, ordinal),
    CONSTRAINT records_id UNIQUE (workspace_id, object_id, record_id),
    CONSTRAINT records_workspace FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
) WITHOUT ROWID;

-- Rows that came in with files, a row a piece. A piece is seen once its file is in whole, and not when that was taken back;
-- a hundred thousand rows appear or disappear with a few updates here. `revision` 0: the file never came in whole.
CREATE TABLE record_spans (
    workspace_id  TEXT    NOT NULL,
    object_id     TEXT    NOT NULL,
    first_ordinal INTEGER NOT NULL,
    last_ordinal  INTEGER NOT NULL,
    shown         INTEGER NOT NULL,
    revision      INTEGER NOT NULL,
    CONSTRAINT record_spans_key PRIMARY KEY (workspace_id, object_id, first_ordinal),
    CONSTRAINT record_spans_workspace FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
) WITHOUT ROWID;

-- How many records a table has: counting them would read all of them.
CREATE TABLE record_counts (
    workspace_id TEXT    NOT NULL,
    object_id    TEXT    NOT NULL,
    live         INTEGER NOT NULL,
    CONSTRAINT record_counts_key PRIMARY KEY (workspace_id, object_id),
    CONSTRAINT record_counts_workspace FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
) WITHOUT ROWID;

-- The part of the log that is about records. It shares its revisions with `operations` and stands apart from it, so that
-- loading a table's fields does not read through what happened to its records.
CREATE TABLE record_operations (
    workspace_id  TEXT    NOT NULL,
    object_id     TEXT    NOT NULL,
    revision      INTEGER NOT NULL,
    record_id     TEXT,
    op_id         TEXT    NOT NULL,
    user_id       TEXT    NOT NULL,
    session_id    TEXT,
    at            INTEGER NOT NULL,
    change        INTEGER NOT NULL,
    fence_epoch   INTEGER,
    fence_counter INTEGER,
    op            TEXT    NOT NULL,
    inverse       TEXT    NOT NULL,
    CONSTRAINT record_operations_key PRIMARY KEY (workspace_id, object_id, revision),
    CONSTRAINT record_operations_op_id UNIQUE (workspace_id, user_id, op_id),
    CONSTRAINT record_operations_workspace FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
);
CREATE INDEX record_operations_of_change ON record_operations (workspace_id, object_id, change, revision);

-- Changes of the content apart from those of records, and what a change took back.
CREATE INDEX changes_of_content ON changes (workspace_id, object_id, number)
    WHERE item IS NULL OR substr(item, 1, 6) <> 'record';
CREATE INDEX changes_taken_back ON changes (workspace_id, object_id, reverted_by) WHERE reverted_by IS NOT NULL;
