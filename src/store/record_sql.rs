//! Statements about records, that both dialects understand.

// Writing.

pub const RECORD: &str = "\
    INSERT INTO records (workspace_id, object_id, ordinal, record_id, revision, op_id, deleted, content)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
    ON CONFLICT (workspace_id, object_id, ordinal)
    DO UPDATE SET revision = excluded.revision, op_id = excluded.op_id, deleted = excluded.deleted,
        content = excluded.content";

pub const RECORD_STAGED: &str = "\
    INSERT INTO records (workspace_id, object_id, ordinal, record_id, revision, deleted, content)
    VALUES ($1, $2, $3, $4, 0, 0, $5)";

pub const SPAN_STAGED: &str = "\
    INSERT INTO record_spans (workspace_id, object_id, first_ordinal, last_ordinal, shown, revision)
    VALUES ($1, $2, $3, $4, 0, 0)";

pub const SPAN: &str = "\
    UPDATE record_spans SET shown = $5, revision = $6
    WHERE workspace_id = $1 AND object_id = $2 AND first_ordinal >= $3 AND last_ordinal <= $4";

pub const RECORDS_SWEPT: &str =
    "DELETE FROM records WHERE workspace_id = $1 AND object_id = $2 AND ordinal >= $3 AND ordinal <= $4";

pub const SPAN_SWEPT: &str = "DELETE FROM record_spans WHERE workspace_id = $1 AND object_id = $2 AND first_ordinal = $3 AND last_ordinal = $4";

pub const RECORD_COUNT: &str = "\
    INSERT INTO record_counts (workspace_id, object_id, live) VALUES ($1, $2, $3)
    ON CONFLICT (workspace_id, object_id) DO UPDATE SET live = excluded.live";

pub const RECORD_OPERATION: &str = "\
    INSERT INTO record_operations (workspace_id, object_id, revision, op_id, user_id, session_id, at, change,
        fence_epoch, fence_counter, op, inverse, record_id)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";

// Reading.

/// One that is hidden is not there.
pub const READ_RECORD: &str = "\
    SELECT r.record_id, r.ordinal, r.revision, r.op_id, r.deleted, r.content
    FROM records r
    WHERE r.workspace_id = $1 AND r.object_id = $2 AND r.record_id = $3 AND NOT EXISTS (
        SELECT 1 FROM record_spans s
        WHERE s.workspace_id = r.workspace_id AND s.object_id = r.object_id AND s.shown = 0
            AND s.first_ordinal <= r.ordinal AND s.last_ordinal >= r.ordinal)";

pub const READ_RECORDS_BETWEEN: &str = "\
    SELECT record_id, ordinal, revision, deleted, content FROM records
    WHERE workspace_id = $1 AND object_id = $2 AND ordinal >= $3 AND ordinal <= $4
    ORDER BY ordinal LIMIT $5";

/// Those that were changed one by one after a revision.
pub const READ_RECORDS_SINCE: &str = "\
    SELECT record_id, ordinal, revision, deleted, content FROM records
    WHERE workspace_id = $1 AND object_id = $2 AND record_id IN (
        SELECT record_id FROM record_operations
        WHERE workspace_id = $1 AND object_id = $2 AND revision > $3 AND record_id IS NOT NULL)
    ORDER BY ordinal";

pub const READ_SPANS: &str = "\
    SELECT first_ordinal, last_ordinal, shown, revision FROM record_spans
    WHERE workspace_id = $1 AND object_id = $2 ORDER BY first_ordinal";

pub const READ_SPANS_STAGED: &str = "\
    SELECT first_ordinal, last_ordinal, shown, revision FROM record_spans
    WHERE workspace_id = $1 AND object_id = $2 AND shown = 0 AND revision = 0 ORDER BY first_ordinal";

pub const READ_LAST_ORDINAL: &str =
    "SELECT max(ordinal) AS number FROM records WHERE workspace_id = $1 AND object_id = $2";

pub const READ_RECORD_COUNT: &str =
    "SELECT live AS number FROM record_counts WHERE workspace_id = $1 AND object_id = $2";

pub const READ_LAST_RECORD_REVISION: &str =
    "SELECT max(revision) AS number FROM record_operations WHERE workspace_id = $1 AND object_id = $2";

pub const READ_RECORD_OPERATIONS_COUNT: &str = "\
    SELECT count(*) AS number FROM record_operations
    WHERE workspace_id = $1 AND object_id = $2 AND revision > $3 AND revision <= $4";

pub const READ_RECORD_OPERATIONS_OF: &str = "\
    SELECT revision, op_id, user_id, session_id, at, change, fence_epoch, fence_counter, op, inverse
    FROM record_operations WHERE workspace_id = $1 AND object_id = $2 AND change = $3 ORDER BY revision";

pub const READ_RECORD_CHANGE: &str = "\
    SELECT number, user_id, began, ended, words, kind, item, field, from_revision, to_revision, reverted_by, taken, published
    FROM changes
    WHERE workspace_id = $1 AND object_id = $2 AND number = $3 AND substr(item, 1, 6) = 'record'";

pub const READ_CHANGES_TAKEN: &str = "\
    SELECT number, user_id, began, ended, words, kind, item, field, from_revision, to_revision, reverted_by, taken, published
    FROM changes WHERE workspace_id = $1 AND object_id = $2 AND reverted_by = $3 ORDER BY number";

/// Changes after a number that stand, on records of a span.
pub const READ_EDITED_SINCE: &str = "\
    SELECT count(*) AS number FROM changes
    WHERE workspace_id = $1 AND object_id = $2 AND number > $3 AND reverted_by IS NULL AND kind <> 'revert'
        AND substr(item, 1, 7) = 'record:' AND substr(item, 8) IN (
            SELECT record_id FROM records
            WHERE workspace_id = $1 AND object_id = $2 AND ordinal >= $4 AND ordinal <= $5)";
