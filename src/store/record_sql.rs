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

/// Before a part of a piece turns, the piece is cut there: what is behind `$4` goes on as a piece of its own …
pub const SPAN_CUT_BEHIND: &str = "\
    INSERT INTO record_spans (workspace_id, object_id, first_ordinal, last_ordinal, shown, revision)
    SELECT workspace_id, object_id, $4 + 1, last_ordinal, shown, revision FROM record_spans
    WHERE workspace_id = $1 AND object_id = $2 AND first_ordinal <= $4 AND last_ordinal > $4 AND last_ordinal >= $3";

/// … and leaves the piece that it was of.
pub const SPAN_ENDS_AT: &str = "\
    UPDATE record_spans SET last_ordinal = $4
    WHERE workspace_id = $1 AND object_id = $2 AND first_ordinal <= $4 AND last_ordinal > $4 AND last_ordinal >= $3";

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

/// The same, only if it is hidden by a file that was in.
pub const READ_RECORD_HIDDEN: &str = "\
    SELECT r.record_id, r.ordinal, r.revision, r.op_id, r.deleted, r.content
    FROM records r
    WHERE r.workspace_id = $1 AND r.object_id = $2 AND r.record_id = $3 AND EXISTS (
        SELECT 1 FROM record_spans s
        WHERE s.workspace_id = r.workspace_id AND s.object_id = r.object_id AND s.shown = 0 AND s.revision > 0
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

pub const READ_CHANGES_BETWEEN: &str = "\
    SELECT number, user_id, began, ended, words, kind, item, field, from_revision, to_revision, reverted_by, taken, published
    FROM changes WHERE workspace_id = $1 AND object_id = $2 AND number >= $3 AND number <= $4 ORDER BY number";

/// The newest changes of records that stand, after a revision, of all or of one author.
pub const READ_RECORD_WORK: &str = "\
    SELECT number, user_id, began, ended, words, kind, item, field, from_revision, to_revision, reverted_by, taken, published
    FROM changes
    WHERE workspace_id = $1 AND object_id = $2 AND from_revision > $3 AND reverted_by IS NULL AND kind <> 'revert'
        AND substr(item, 1, 6) = 'record' AND ($4 IS NULL OR user_id = $4)
    ORDER BY number DESC LIMIT $5";

/// Changes after a number that stand, on records of a span.
pub const READ_LATER_IN: &str = "\
    SELECT c.number, r.record_id, r.ordinal, r.deleted FROM changes c JOIN records r
        ON r.workspace_id = c.workspace_id AND r.object_id = c.object_id AND r.record_id = substr(c.item, 8)
    WHERE c.workspace_id = $1 AND c.object_id = $2 AND c.number > $3 AND c.reverted_by IS NULL AND c.kind <> 'revert'
        AND substr(c.item, 1, 7) = 'record:' AND r.ordinal >= $4 AND r.ordinal <= $5
    ORDER BY c.number LIMIT $6";

/// The same, on one record.
pub const READ_LATER_OF: &str = "\
    SELECT c.number, r.record_id, r.ordinal, r.deleted FROM changes c JOIN records r
        ON r.workspace_id = c.workspace_id AND r.object_id = c.object_id AND r.record_id = substr(c.item, 8)
    WHERE c.workspace_id = $1 AND c.object_id = $2 AND c.item = $4 AND c.number > $3 AND c.reverted_by IS NULL
        AND c.kind <> 'revert'
    ORDER BY c.number LIMIT $5";
