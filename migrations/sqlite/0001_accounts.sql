-- Accounts, sign-ins and the instance itself.
--
-- In all tables: ids are UUIDs as text, times are milliseconds since the Unix epoch, yes and no are 1 and 0, JSON is text in
-- the one form that src/document defines. There are no triggers: what a write does stands in the code that does it.

-- Facts about the whole instance: the epoch of fences, whether it is a demo, the keys of access tokens.
CREATE TABLE settings (
    key   TEXT NOT NULL,
    value TEXT NOT NULL,
    CONSTRAINT settings_key PRIMARY KEY (key)
) WITHOUT ROWID;

-- One row whose number grows. After a COMMIT of unknown outcome only a commit that writes a page tells whether the database
-- can be written again.
CREATE TABLE probe (
    id     INTEGER NOT NULL,
    number INTEGER NOT NULL,
    CONSTRAINT probe_key PRIMARY KEY (id),
    CONSTRAINT probe_one_row CHECK (id = 1)
);

-- People who may sign in. The folded address is what must be unique; the given one is what is shown and written to.
CREATE TABLE users (
    id           TEXT    NOT NULL,
    email        TEXT    NOT NULL,
    email_folded TEXT    NOT NULL,
    name         TEXT    NOT NULL,
    password     TEXT    NOT NULL,
    created      INTEGER NOT NULL,
    suspended    INTEGER,
    CONSTRAINT users_key PRIMARY KEY (id),
    CONSTRAINT users_email UNIQUE (email_folded)
);

-- Authenticated logins on devices. A row is a family of refresh tokens: the current one, and the one before it, which a second
-- tab may still exchange for a moment. Only digests are kept.
CREATE TABLE sign_ins (
    id             TEXT    NOT NULL,
    user_id        TEXT    NOT NULL,
    token          BLOB    NOT NULL,
    previous_token BLOB,
    rotated        INTEGER,
    successor      TEXT,
    device         TEXT    NOT NULL,
    created        INTEGER NOT NULL,
    used           INTEGER NOT NULL,
    expires        INTEGER NOT NULL,
    revoked        INTEGER,
    CONSTRAINT sign_ins_key PRIMARY KEY (id),
    CONSTRAINT sign_ins_token UNIQUE (token),
    CONSTRAINT sign_ins_user FOREIGN KEY (user_id) REFERENCES users (id)
);
CREATE INDEX sign_ins_previous ON sign_ins (previous_token);
CREATE INDEX sign_ins_of ON sign_ins (user_id, revoked);

-- The link with which the owner of an empty instance makes the first account. There is one at most.
CREATE TABLE setup_links (
    id      INTEGER NOT NULL,
    token   BLOB    NOT NULL,
    created INTEGER NOT NULL,
    used    INTEGER,
    CONSTRAINT setup_links_key PRIMARY KEY (id),
    CONSTRAINT setup_links_one_row CHECK (id = 1)
);

-- Records of all audit chains. `chain` is a workspace's id, or `instance`. The hash covers the record and the one before it.
CREATE TABLE audit (
    chain   TEXT    NOT NULL,
    number  INTEGER NOT NULL,
    at      INTEGER NOT NULL,
    user_id TEXT,
    action  TEXT    NOT NULL,
    subject TEXT    NOT NULL,
    reason  TEXT    NOT NULL,
    hash    BLOB    NOT NULL,
    CONSTRAINT audit_key PRIMARY KEY (chain, number)
);

-- Where each chain ends, kept apart, so that cutting records off shows.
CREATE TABLE audit_heads (
    chain  TEXT    NOT NULL,
    number INTEGER NOT NULL,
    hash   BLOB    NOT NULL,
    CONSTRAINT audit_heads_key PRIMARY KEY (chain)
) WITHOUT ROWID;
