//! Every statement that both dialects understand, each once. What only one of them understands stands in its own folder.

// Rooms: writing.

pub const MEMBER: &str = "\
    INSERT INTO members (workspace_id, user_id, name, role, colour, custom_role) VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (workspace_id, user_id)
    DO UPDATE SET name = excluded.name, role = excluded.role, colour = excluded.colour,
        custom_role = excluded.custom_role";

pub const ROLE: &str = "\
    INSERT INTO roles (workspace_id, id, name, can_view, can_edit, can_publish, can_manage)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT (workspace_id, id)
    DO UPDATE SET name = excluded.name, can_view = excluded.can_view, can_edit = excluded.can_edit,
        can_publish = excluded.can_publish, can_manage = excluded.can_manage";

pub const ROLE_REMOVED: &str = "DELETE FROM roles WHERE workspace_id = $1 AND id = $2";

pub const LOCK_SETTINGS: &str = "\
    INSERT INTO lock_settings (workspace_id, grace_ms, idle_ms, nudge_ms, take_over_ms, request_ms, undo_ms, promise_ms)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
    ON CONFLICT (workspace_id) DO UPDATE SET grace_ms = excluded.grace_ms, idle_ms = excluded.idle_ms,
        nudge_ms = excluded.nudge_ms, take_over_ms = excluded.take_over_ms, request_ms = excluded.request_ms,
        undo_ms = excluded.undo_ms, promise_ms = excluded.promise_ms";
pub const READ_LOCK_SETTINGS: &str = "\
    SELECT grace_ms, idle_ms, nudge_ms, take_over_ms, request_ms, undo_ms, promise_ms
    FROM lock_settings WHERE workspace_id = $1";

pub const READ_ROLES: &str = "\
    SELECT id, name, can_view, can_edit, can_publish, can_manage FROM roles WHERE workspace_id = $1 ORDER BY id";

pub const MEMBER_REMOVED: &str = "DELETE FROM members WHERE workspace_id = $1 AND user_id = $2";

/// What is in no index, or must be there at first: an edit moves only this.
pub const OBJECT: &str = "\
    INSERT INTO objects (workspace_id, id, kind, name, group_id, revision, changes, version)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
    ON CONFLICT (workspace_id, id)
    DO UPDATE SET revision = excluded.revision, changes = excluded.changes, version = excluded.version";

/// What indexes hold of an object. To set it writes a page for each of them, so it is set only if it differs.
pub const OBJECT_INDEXED: &str = "\
    UPDATE objects SET kind = $3, name = $4, group_id = $5
    WHERE workspace_id = $1 AND id = $2 AND (kind <> $3 OR name <> $4 OR group_id IS DISTINCT FROM $5)";

pub const OBJECT_DELETED: &str = "\
    UPDATE objects SET deleted_at = $3, deleted_by = $4 WHERE workspace_id = $1 AND id = $2 AND deleted_at IS NULL";

pub const OPERATION: &str = "\
    INSERT INTO operations (workspace_id, object_id, revision, op_id, user_id, session_id, at, change,
        fence_epoch, fence_counter, op, inverse)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";

/// What is in no index, or must be there at first: an edit that goes on moves only this.
pub const CHANGE: &str = "\
    INSERT INTO changes (workspace_id, object_id, number, user_id, began, ended, words, kind, item, field,
        from_revision, to_revision, reverted_by, taken, published)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
    ON CONFLICT (workspace_id, object_id, number)
    DO UPDATE SET ended = excluded.ended, words = excluded.words, field = excluded.field,
        from_revision = excluded.from_revision, to_revision = excluded.to_revision, reverted_by = excluded.reverted_by,
        taken = excluded.taken";

/// What indexes hold of a change. To set it writes a page for each of them, so it is set only if it differs.
pub const CHANGE_INDEXED: &str = "\
    UPDATE changes SET user_id = $4, began = $5, kind = $6, item = $7, published = $8
    WHERE workspace_id = $1 AND object_id = $2 AND number = $3 AND (user_id <> $4 OR began <> $5 OR kind <> $6
        OR item IS DISTINCT FROM $7 OR published IS DISTINCT FROM $8)";

/// One run of numbers without a gap.
pub const CHANGES_MARKED: &str = "\
    UPDATE changes SET reverted_by = $5 WHERE workspace_id = $1 AND object_id = $2 AND number BETWEEN $3 AND $4";

/// One run of numbers without a gap.
pub const CHANGES_PUBLISHED: &str = "\
    UPDATE changes SET published = $5 WHERE workspace_id = $1 AND object_id = $2 AND number BETWEEN $3 AND $4";

pub const REFERENCE: &str = "\
    INSERT INTO object_references (workspace_id, object_id, item, kind, name) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (workspace_id, object_id, item) DO UPDATE SET kind = excluded.kind, name = excluded.name";

pub const REFERENCE_ENDED: &str =
    "DELETE FROM object_references WHERE workspace_id = $1 AND object_id = $2 AND item = $3";

pub const READ_REFERENCES: &str = "\
    SELECT object_id, item, kind, name FROM object_references WHERE workspace_id = $1 ORDER BY object_id, item";

/// Only the newest is kept: the log has the way to it, and versions have their own content.
pub const CHECKPOINT: &str = "\
    INSERT INTO checkpoints (workspace_id, object_id, revision, content) VALUES ($1, $2, $3, $4)
    ON CONFLICT (workspace_id, object_id)
    DO UPDATE SET revision = excluded.revision, content = excluded.content
    WHERE checkpoints.revision <= excluded.revision";

pub const VERSION: &str = "\
    INSERT INTO versions (workspace_id, object_id, number, revision, user_id, at, description, contributors, whole, content)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";

pub const LOCK: &str = "\
    INSERT INTO locks (workspace_id, object_id, item, session_id, user_id, fence_epoch, fence_counter, state, since, edited,
        unsaved, idle_until, secret, wrote, promise_id, promised_ms, taken)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
    ON CONFLICT (workspace_id, object_id, item)
    DO UPDATE SET session_id = excluded.session_id, user_id = excluded.user_id, fence_epoch = excluded.fence_epoch,
        fence_counter = excluded.fence_counter, state = excluded.state, since = excluded.since, edited = excluded.edited,
        unsaved = excluded.unsaved, idle_until = excluded.idle_until, secret = excluded.secret, wrote = excluded.wrote,
        promise_id = excluded.promise_id, promised_ms = excluded.promised_ms, taken = excluded.taken";

/// Fences only grow.
pub const FENCE: &str = "\
    UPDATE workspaces SET fence_epoch = $2, fence_counter = $3
    WHERE id = $1 AND (fence_epoch < $2 OR (fence_epoch = $2 AND fence_counter < $3))";

/// The fence of a lock that ends stays with its holder. An object's that lives on in its items is there already.
pub const FENCE_PAST: &str = "\
    INSERT INTO fences (workspace_id, fence_epoch, fence_counter, object_id, item, session_id, user_id, ended)
    SELECT workspace_id, fence_epoch, fence_counter, object_id, item, session_id, user_id, $4
    FROM locks WHERE workspace_id = $1 AND object_id = $2 AND item = $3
    ON CONFLICT (workspace_id, fence_epoch, fence_counter) DO NOTHING";

/// The oldest, a few at a time.
pub const FENCES_PASSED: &str = "\
    DELETE FROM fences
    WHERE workspace_id = $1 AND ended < $2 AND (fence_epoch, fence_counter) IN (
        SELECT fence_epoch, fence_counter FROM fences WHERE workspace_id = $1
        ORDER BY fence_epoch, fence_counter LIMIT 256)";

/// The newest.
pub const READ_FENCES: &str = "\
    SELECT object_id, item, session_id, user_id, fence_epoch, fence_counter
    FROM fences WHERE workspace_id = $1 ORDER BY fence_epoch DESC, fence_counter DESC LIMIT $2";

pub const READ_FENCE: &str = "\
    SELECT object_id, item, session_id, user_id, fence_epoch, fence_counter
    FROM fences WHERE workspace_id = $1 AND fence_epoch = $2 AND fence_counter = $3";

pub const LOCK_ENDED: &str = "DELETE FROM locks WHERE workspace_id = $1 AND object_id = $2 AND item = $3";

pub const REQUEST: &str = "\
    INSERT INTO requests (workspace_id, id, object_id, item, session_id, user_id, note, since, place, ignored_by, secret,
        remains_ms, ordinal, nudged, promised, waited_ms)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
    ON CONFLICT (workspace_id, id)
    DO UPDATE SET object_id = excluded.object_id, item = excluded.item, session_id = excluded.session_id,
        user_id = excluded.user_id, note = excluded.note, since = excluded.since, place = excluded.place,
        ignored_by = excluded.ignored_by, secret = excluded.secret, remains_ms = excluded.remains_ms, ordinal = excluded.ordinal,
        nudged = excluded.nudged, promised = excluded.promised, waited_ms = excluded.waited_ms";

pub const REQUEST_ENDED: &str = "DELETE FROM requests WHERE workspace_id = $1 AND id = $2";

pub const CLOSED: &str = "\
    INSERT INTO closures (workspace_id, object_id, item, user_id, reason, since) VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (workspace_id, object_id, item)
    DO UPDATE SET user_id = excluded.user_id, reason = excluded.reason, since = excluded.since";

pub const REOPENED: &str = "DELETE FROM closures WHERE workspace_id = $1 AND object_id = $2 AND item = $3";

pub const READ_CLOSURES: &str = "\
    SELECT object_id, item, user_id, reason, since FROM closures WHERE workspace_id = $1 ORDER BY object_id, item";

pub const PARKED: &str = "\
    INSERT INTO parked (workspace_id, id, user_id, object_id, item, since, holder) VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT (workspace_id, id)
    DO UPDATE SET user_id = excluded.user_id, object_id = excluded.object_id, item = excluded.item, since = excluded.since,
        holder = excluded.holder";

pub const PARKED_OPERATIONS_CLEARED: &str =
    "DELETE FROM parked_operations WHERE workspace_id = $1 AND parked_id = $2";

pub const PARKED_OPERATION: &str = "\
    INSERT INTO parked_operations (workspace_id, parked_id, position, op_id, reason, at, base, op, words)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";

/// The receipts of a parked draft's operations are kept as long as the draft.
pub const PARKED_RECEIPTS_PASS: &str = "\
    UPDATE receipts SET kept = 0
    WHERE workspace_id = $1 AND (user_id, op_id) IN (
        SELECT parked.user_id, parked_operations.op_id FROM parked
        JOIN parked_operations ON parked_operations.workspace_id = parked.workspace_id
            AND parked_operations.parked_id = parked.id
        WHERE parked.workspace_id = $1 AND parked.id = $2)";

pub const PARKED_ENDED: &str = "DELETE FROM parked WHERE workspace_id = $1 AND id = $2";

pub const RECEIPT: &str = "\
    INSERT INTO receipts (workspace_id, user_id, op_id, intent, receipt, at, kept) VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT (workspace_id, user_id, op_id)
    DO UPDATE SET intent = excluded.intent, receipt = excluded.receipt, at = excluded.at, kept = excluded.kept";

pub const RECEIPTS_PASSED: &str = "\
    DELETE FROM receipts
    WHERE workspace_id = $1 AND (user_id, op_id) IN (
        SELECT user_id, op_id FROM receipts WHERE workspace_id = $1 AND kept = 0 AND at < $2 ORDER BY at LIMIT $3)";

// Rooms: reading.

pub const READ_WORKSPACE: &str = "SELECT name, fence_epoch, fence_counter FROM workspaces WHERE id = $1";

pub const READ_MEMBERS: &str =
    "SELECT user_id, name, role, colour, custom_role FROM members WHERE workspace_id = $1 ORDER BY user_id";

pub const READ_MEMBER: &str =
    "SELECT user_id, name, role, colour, custom_role FROM members WHERE workspace_id = $1 AND user_id = $2";

/// A head with its version; the version's columns are NULL if the head names none.
pub const READ_OBJECTS: &str = "\
    SELECT o.id, o.kind, o.name, o.group_id, o.revision AS head_revision, o.changes, o.version,
        v.number, v.revision, v.user_id, v.at, v.description, v.contributors, v.whole
    FROM objects o
    LEFT JOIN versions v ON v.workspace_id = o.workspace_id AND v.object_id = o.id AND v.number = o.version
    WHERE o.workspace_id = $1 AND o.deleted_at IS NULL
    ORDER BY o.id";

pub const READ_LOCKS: &str = "\
    SELECT object_id, item, session_id, user_id, fence_epoch, fence_counter, state, since, edited, unsaved, idle_until,
        secret, wrote, promise_id, promised_ms, taken
    FROM locks WHERE workspace_id = $1 ORDER BY object_id, item";

pub const READ_REQUESTS: &str = "\
    SELECT id, object_id, item, session_id, user_id, note, since, place, ignored_by, secret, remains_ms, ordinal,
        nudged, promised, waited_ms
    FROM requests WHERE workspace_id = $1 ORDER BY ordinal, id";

pub const READ_PARKED: &str = "\
    SELECT id, user_id, object_id, item, since, holder FROM parked WHERE workspace_id = $1 ORDER BY since, id";

pub const READ_PARKED_OPERATIONS: &str = "\
    SELECT parked_id, op_id, reason, at, base, op, words
    FROM parked_operations WHERE workspace_id = $1 ORDER BY parked_id, position";

/// Answers to ids within a range, member by member: an id of version 7 begins with the moment at which it was made.
pub const READ_RECEIPTS: &str = "\
    WITH RECURSIVE answered (user_id) AS (
        SELECT min(user_id) FROM receipts WHERE workspace_id = $1
        UNION ALL
        SELECT (SELECT min(r.user_id) FROM receipts r WHERE r.workspace_id = $1 AND r.user_id > answered.user_id)
        FROM answered WHERE answered.user_id IS NOT NULL)
    SELECT r.user_id, r.op_id, r.intent, r.receipt
    FROM answered JOIN receipts r ON r.workspace_id = $1 AND r.user_id = answered.user_id
    WHERE r.op_id >= $2 AND r.op_id < $3
    ORDER BY r.user_id, r.op_id";

pub const READ_RECEIPT: &str = "\
    SELECT user_id, op_id, intent, receipt FROM receipts WHERE workspace_id = $1 AND user_id = $2 AND op_id = $3";

/// The head of one object and its newest checkpoint.
pub const READ_DRAFT: &str = "\
    SELECT o.revision AS head_revision, o.version, c.revision AS checkpoint, c.content
    FROM objects o
    LEFT JOIN checkpoints c ON c.workspace_id = o.workspace_id AND c.object_id = o.id
    WHERE o.workspace_id = $1 AND o.id = $2 AND o.deleted_at IS NULL";

pub const READ_OPERATIONS_AFTER: &str = "\
    SELECT revision, op_id, user_id, session_id, at, change, fence_epoch, fence_counter, op, inverse
    FROM operations WHERE workspace_id = $1 AND object_id = $2 AND revision > $3 AND revision <= $4 ORDER BY revision";

pub const READ_OPEN_OPERATIONS: &str = "\
    SELECT revision, op_id, user_id, session_id, at, change, fence_epoch, fence_counter, op, inverse
    FROM operations WHERE workspace_id = $1 AND object_id = $2 AND change IN (
        SELECT number FROM changes WHERE workspace_id = $1 AND object_id = $2 AND published IS NULL)
    AND revision >= (
        SELECT min(from_revision) FROM changes WHERE workspace_id = $1 AND object_id = $2 AND published IS NULL)
    ORDER BY revision";

/// A change knows between which revisions its operations stand; there others may stand among them.
pub const READ_OPERATIONS_OF: &str = "\
    SELECT o.revision, o.op_id, o.user_id, o.session_id, o.at, o.change, o.fence_epoch, o.fence_counter, o.op, o.inverse
    FROM changes c
    JOIN operations o ON o.workspace_id = c.workspace_id AND o.object_id = c.object_id
        AND o.revision BETWEEN c.from_revision AND c.to_revision AND o.change = c.number
    WHERE c.workspace_id = $1 AND c.object_id = $2 AND c.number = $3 ORDER BY o.revision";

/// The newest checkpoint and the log since are the whole content. Wildcards in the text find more, never less.
pub const READ_OBJECTS_MENTIONING: &str = "\
    SELECT o.id FROM objects o
    LEFT JOIN checkpoints c ON c.workspace_id = o.workspace_id AND c.object_id = o.id
    WHERE o.workspace_id = $1 AND o.deleted_at IS NULL AND (
        c.content LIKE '%' || $2 || '%' OR EXISTS (
            SELECT 1 FROM operations p
            WHERE p.workspace_id = o.workspace_id AND p.object_id = o.id AND p.revision > coalesce(c.revision, 0)
                AND p.op LIKE '%' || $2 || '%'))
    ORDER BY o.id LIMIT $3";

pub const READ_LAST_CHANGE: &str =
    "SELECT max(number) AS number FROM changes WHERE workspace_id = $1 AND object_id = $2";

pub const READ_OPEN_CHANGES: &str = "\
    SELECT number, user_id, began, ended, words, kind, item, field, from_revision, to_revision, reverted_by, taken, published
    FROM changes
    WHERE workspace_id = $1 AND object_id = $2 AND published IS NULL AND (item IS NULL OR substr(item, 1, 6) <> 'record')
    ORDER BY number";

/// A page of the log. Only the narrowest condition is put so that its index is used; the rest is looked at row by row.
macro_rules! page_of_changes {
    ($narrow:literal) => {
        concat!(
            "SELECT number, user_id, began, ended, words, kind, item, field, from_revision, to_revision, reverted_by,
        taken, published
    FROM changes
    WHERE workspace_id = $1 AND object_id = $2 AND number < $3 AND number >= $4",
            $narrow,
            " AND ($6 IS NULL OR user_id = $6) AND ($7 IS NULL OR item = $7) AND ($8 IS NULL OR kind = $8)
        AND ($9 IS NULL OR began >= $9) AND ($10 IS NULL OR began <= $10)
    ORDER BY number DESC LIMIT $5"
        )
    };
}

pub const READ_CHANGES: &str = page_of_changes!("");
pub const READ_CHANGES_OF_ITEM: &str = page_of_changes!(" AND item = $7");
pub const READ_CHANGES_OF_AUTHOR: &str = page_of_changes!(" AND user_id = $6");
pub const READ_CHANGES_OF_KIND: &str = page_of_changes!(" AND kind = $8");

pub const READ_CHANGE: &str = "\
    SELECT number, user_id, began, ended, words, kind, item, field, from_revision, to_revision, reverted_by, taken, published
    FROM changes WHERE workspace_id = $1 AND object_id = $2 AND number = $3";

/// The last change that began by then.
pub const READ_CHANGE_BY: &str = "\
    SELECT number FROM changes WHERE workspace_id = $1 AND object_id = $2 AND began <= $3 ORDER BY began DESC LIMIT 1";

/// The first change that began from then on.
pub const READ_CHANGE_FROM: &str = "\
    SELECT number FROM changes WHERE workspace_id = $1 AND object_id = $2 AND began >= $3 ORDER BY began LIMIT 1";

/// The newest version up to a revision whose content is what the log gives there.
pub const READ_WHOLE_VERSION_BY: &str = "\
    SELECT number, revision, user_id, at, description, contributors, whole, content
    FROM versions WHERE workspace_id = $1 AND object_id = $2 AND revision <= $3 AND whole = 1
    ORDER BY number DESC LIMIT 1";

pub const READ_VERSION: &str = "\
    SELECT number, revision, user_id, at, description, contributors, whole, content
    FROM versions WHERE workspace_id = $1 AND object_id = $2 AND number = $3";

pub const READ_VERSIONS: &str = "\
    SELECT number, revision, user_id, at, description, contributors, whole
    FROM versions WHERE workspace_id = $1 AND object_id = $2 AND number < $3 ORDER BY number DESC LIMIT $4";

pub const READ_WORKSPACES_OF: &str = "\
    SELECT w.id, w.name, m.role
    FROM members m JOIN workspaces w ON w.id = m.workspace_id
    WHERE m.user_id = $1 ORDER BY w.name, w.id";

/// Workspaces in which something is held or waited for.
pub const READ_WORKSPACES_WITH_LOCKS: &str =
    "SELECT workspace_id AS id FROM locks UNION SELECT workspace_id FROM requests ORDER BY id";

pub const READ_WORKSPACE_IDS: &str = "SELECT id FROM workspaces ORDER BY id";

// The database itself.

/// Changes a row each time, so that a page is written.
pub const PROBE: &str =
    "INSERT INTO probe (id, number) VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET number = probe.number + 1";

pub const READY: &str = "SELECT 1 AS number";
