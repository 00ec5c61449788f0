-- Running a team: custom roles, what was before and after an administrative act, ways back into an account.

-- Roles that a workspace made for itself. Each column of areas is a JSON list of kinds of objects.
CREATE TABLE roles (
    workspace_id TEXT NOT NULL,
    id           TEXT NOT NULL,
    name         TEXT NOT NULL,
    can_view     TEXT NOT NULL,
    can_edit     TEXT NOT NULL,
    can_publish  TEXT NOT NULL,
    can_manage   TEXT NOT NULL,
    CONSTRAINT roles_key PRIMARY KEY (workspace_id, id),
    CONSTRAINT roles_workspace FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
) WITHOUT ROWID;

-- A member's custom role, which says more than `role`. No foreign key: the room deletes no role that somebody has.
ALTER TABLE members ADD COLUMN custom_role TEXT;

-- The role of an invitation likewise, and the address that it was sent to.
ALTER TABLE invitations ADD COLUMN custom_role TEXT;
ALTER TABLE invitations ADD COLUMN email TEXT;

-- What it was before, and what it is now. Empty in records from before these columns, whose links do not cover them.
ALTER TABLE audit ADD COLUMN was TEXT NOT NULL DEFAULT '';
ALTER TABLE audit ADD COLUMN became TEXT NOT NULL DEFAULT '';
CREATE INDEX audit_moments ON audit (chain, at);

-- The last record that was let go of, and its link: where the chain begins once its oldest records are older than they are kept.
ALTER TABLE audit_heads ADD COLUMN base_number INTEGER;
ALTER TABLE audit_heads ADD COLUMN base_hash BLOB;

-- Links with which somebody who lost a password sets another. Only digests are kept.
CREATE TABLE password_resets (
    token   BLOB    NOT NULL,
    user_id TEXT    NOT NULL,
    created INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    used    INTEGER,
    CONSTRAINT password_resets_key PRIMARY KEY (token),
    CONSTRAINT password_resets_user FOREIGN KEY (user_id) REFERENCES users (id)
) WITHOUT ROWID;
CREATE INDEX password_resets_of ON password_resets (user_id);

-- The times of locks that a workspace has set, in milliseconds; one without a row has the instance's.
CREATE TABLE lock_settings (
    workspace_id TEXT    NOT NULL,
    grace_ms     INTEGER NOT NULL,
    idle_ms      INTEGER NOT NULL,
    nudge_ms     INTEGER NOT NULL,
    take_over_ms INTEGER NOT NULL,
    request_ms   INTEGER NOT NULL,
    undo_ms      INTEGER NOT NULL,
    promise_ms   INTEGER NOT NULL,
    CONSTRAINT lock_settings_key PRIMARY KEY (workspace_id),
    CONSTRAINT lock_settings_workspace FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
) WITHOUT ROWID;

-- What issuers (OpenID Connect providers, products that embed this one) call people who have an account here.
CREATE TABLE identities (
    issuer  TEXT    NOT NULL,
    subject TEXT    NOT NULL,
    user_id TEXT    NOT NULL,
    created INTEGER NOT NULL,
    CONSTRAINT identities_key PRIMARY KEY (issuer, subject),
    CONSTRAINT identities_user FOREIGN KEY (user_id) REFERENCES users (id)
) WITHOUT ROWID;
