//! The tables: what may be imported, what must not be written, and the exceptions with their reasons.

/// One room: whom it may import (a room, or one part of it), words that must not occur in it, and why.
pub struct Room {
    pub name: &'static str,
    pub may_import: &'static [&'static str],
    pub never: &'static [&'static str],
    pub rule: &'static str,
}

/// Arrows point at what may be imported. Anything not listed is forbidden; `std` and a room itself are always allowed.
pub const ROOMS: &[Room] = &[
    Room {
        name: "domain",
        may_import: &[],
        never: &[
            "tokio",
            "actix",
            "actix_web",
            "actix_http",
            "sqlx",
            "serde",
            "serde_json",
            "tracing",
            "chrono",
            "reqwest",
            "Instant",
            "SystemTime",
            "rand",
            "now_v7",
            "new_v4",
            "HashMap",
            "HashSet",
            "async",
            "std::fs",
            "std::net",
            "std::thread",
            "std::env",
            "println",
        ],
        rule: "domain is pure: no I/O, no async, no clock, no randomness, no serialisation, no hash-map order; it imports no room",
    },
    Room {
        name: "document",
        may_import: &["domain"],
        never: &["tokio", "actix_web", "actix_http", "sqlx", "reqwest", "std::fs", "std::net"],
        rule: "document is the JSON form of stacks and operations: domain and serde, nothing that does I/O",
    },
    Room {
        name: "protocol",
        may_import: &["domain", "document"],
        never: &["tokio", "actix_web", "actix_http", "sqlx", "reqwest", "StatusCode", "std::net"],
        rule: "protocol is the wire as data: domain, document and serde; no sockets, no HTTP types beyond a status number",
    },
    Room {
        name: "store",
        may_import: &["domain", "document", "audit::Chain", "audit::Record", "audit::Walk"],
        never: &["actix_web", "actix_http", "reqwest", "Workspace"],
        rule: "store keeps rows: domain, document, sqlx, and audit's chain, which is computed inside the transaction; no protocol, no HTTP, no room logic",
    },
    Room {
        name: "sheets",
        may_import: &["domain", "store"],
        never: &["actix_web", "actix_http", "sqlx", "Workspace"],
        rule: "sheets are views of committed records: domain and store; they decide nothing and write nothing",
    },
    Room {
        name: "csv",
        may_import: &[],
        never: &[
            "tokio",
            "actix_web",
            "actix_http",
            "sqlx",
            "serde",
            "serde_json",
            "async",
            "std::fs",
            "std::net",
            "std::io",
        ],
        rule: "csv turns bytes into lines of values and back: no I/O, no other room",
    },
    Room {
        name: "auth",
        may_import: &["domain", "store"],
        never: &["actix_web", "actix_http", "sqlx"],
        rule: "auth knows domain and store, and no actix types: taking credentials out of a request is the job of http",
    },
    Room {
        name: "cluster",
        may_import: &["domain", "store", "protocol"],
        never: &["actix_web", "actix_http", "sqlx"],
        rule: "cluster finds owners and forwards opaque frames; commands go to a handler trait that the gateway implements",
    },
    Room {
        name: "room",
        may_import: &["domain", "protocol", "store"],
        never: &["actix", "actix_web", "actix_http", "actix_rt", "async_nats", "reqwest", "sqlx"],
        rule: "room is the shell around one Workspace: no actix, no HTTP, no NATS; how to spawn comes from app",
    },
    Room {
        name: "gateway",
        may_import: &["room", "cluster", "protocol", "domain"],
        never: &["actix_web", "actix_http", "sqlx"],
        rule: "gateway only finds a workspace and forwards to it; it decides nothing",
    },
    Room {
        name: "socket",
        may_import: &[
            "protocol",
            "gateway",
            "auth",
            "room::outbox",
            "domain::id",
            "domain::time",
            "domain::limits",
            "domain::command",
        ],
        never: &["sqlx", "Registry", "Arbiter", "reqwest"],
        rule: "socket carries one session: protocol, gateway, auth, room::outbox, of domain only ids, times, limits and the request that it passes on; no SQL, no decisions, no room started here",
    },
    Room {
        name: "xanoscript",
        may_import: &["domain"],
        never: &[
            "tokio",
            "actix_web",
            "actix_http",
            "sqlx",
            "serde",
            "serde_json",
            "async",
            "std::fs",
            "std::net",
            "std::io",
        ],
        rule: "xanoscript turns text into domain and back: domain and a parser library; no I/O, no other room",
    },
    Room {
        name: "compat",
        may_import: &[
            "domain",
            "document",
            "protocol",
            "store",
            "auth",
            "cluster",
            "room",
            "gateway",
            "xanoscript",
            "webhooks",
            "audit",
            "http",
            "socket",
        ],
        never: &["sqlx", "Arbiter"],
        rule: "compat translates at the edge, as socket and http may; it has no rules of its own",
    },
    Room {
        name: "webhooks",
        may_import: &["domain", "store"],
        never: &["actix_web", "actix_http", "sqlx"],
        rule: "webhooks tells other systems: domain, store and an HTTP client; no room",
    },
    Room {
        name: "mail",
        may_import: &[],
        never: &["actix_web", "actix_http", "sqlx", "serde"],
        rule: "mail delivers letters by SMTP: it knows no room, and nobody's rights",
    },
    Room {
        name: "audit",
        may_import: &["domain", "store"],
        never: &["actix_web", "actix_http", "sqlx"],
        rule: "audit reads and proves the log: domain and store; no room",
    },
    Room {
        name: "http",
        may_import: &[
            "domain",
            "document",
            "protocol",
            "store",
            "auth",
            "cluster",
            "room",
            "gateway",
            "sheets",
            "csv",
            "socket",
            "xanoscript",
            "compat",
            "webhooks",
            "audit",
            "mail",
        ],
        never: &["sqlx", "Arbiter"],
        rule: "http may know all rooms but config and app; no SQL, no lock or presence rules, no room started on a worker",
    },
    Room {
        name: "config",
        may_import: &[],
        never: &["actix_web", "sqlx", "tokio"],
        rule: "config is file, environment and flags as one checked value; it knows no room, and only app, cli and main know it",
    },
    Room {
        name: "telemetry",
        may_import: &[],
        never: &["sqlx"],
        rule: "telemetry knows no room and holds no product logic",
    },
    Room {
        name: "app",
        may_import: &[
            "domain",
            "document",
            "protocol",
            "store",
            "auth",
            "cluster",
            "room",
            "gateway",
            "sheets",
            "socket",
            "xanoscript",
            "compat",
            "webhooks",
            "audit",
            "mail",
            "http",
            "config",
            "telemetry",
        ],
        never: &["sqlx"],
        rule: "app builds everything and says in which order it starts and drains; no logic",
    },
    Room {
        name: "cli",
        may_import: &[
            "app",
            "config",
            "telemetry",
            "domain",
            "document",
            "store",
            "auth",
            "xanoscript",
            "audit::Chain",
            "audit::Record",
        ],
        never: &["sqlx", "actix_web", "actix_http"],
        rule: "cli reads the command line and calls app; what it writes beside a running server goes over HTTP",
    },
    Room {
        name: "main",
        may_import: &["app", "cli", "config", "telemetry"],
        never: &["sqlx", "actix_http"],
        rule: "main parses, starts telemetry, runs and gives the exit code; nothing else",
    },
    Room { name: "lib", may_import: &[], never: &[], rule: "lib lists the rooms" },
];

/// Words that belong nowhere: all of `src/`, tests of it aside.
pub const NOWHERE: &[(&str, &str)] = &[
    ("unbounded_channel", "every channel is bounded and its capacity is a named limit"),
    ("unbounded", "every channel is bounded and its capacity is a named limit"),
    ("sqlx::Any", "one dialect at a time: runtime queries, no Any driver"),
];

/// Words that belong to some rooms only.
pub const ONLY_IN: &[(&str, &[&str], &str)] = &[
    ("sqlx", &["store"], "SQL lives in store"),
    ("query", &["store"], "SQL lives in store: `query(`, `query_as(` and their like are called nowhere else"),
    ("query_as", &["store"], "SQL lives in store"),
    ("query_scalar", &["store"], "SQL lives in store"),
    ("Arbiter", &["app"], "app alone knows arbiters; a room spawned on an HTTP worker would die with it"),
    ("async_nats", &["cluster"], "messages between nodes are the business of cluster"),
];

/// Of those, words that only count as a call, because they are ordinary names otherwise.
pub const CALLS_ONLY: &[&str] = &["query", "query_as", "query_scalar", "unbounded", "println"];

/// A word that is allowed in one file, and why.
pub struct Allowed {
    pub path: &'static str,
    pub word: &'static str,
    pub why: &'static str,
}

pub const ALLOWED_WORDS: &[Allowed] = &[];

pub const MAX_FILE_LINES: usize = 400;
pub const MAX_FUNCTION_LINES: usize = 70;

/// A file, or a function written `path::name`, that may be longer, how long, and why.
pub struct Longer {
    pub what: &'static str,
    pub lines: usize,
    pub why: &'static str,
}

pub const LONGER: &[Longer] = &[
    Longer {
        what: "src/domain/limits.rs::default",
        lines: 100,
        why: "the defaults of all limits, read as one list",
    },
    Longer {
        what: "src/domain/workspace/requests.rs::carry_out",
        lines: 80,
        why: "one arm for each request, read as one list",
    },
    Longer {
        what: "src/store/account_statements.rs::of_account",
        lines: 85,
        why: "one arm for each account fact, read as one list",
    },
    Longer {
        what: "src/domain/workspace/areas.rs::permit",
        lines: 85,
        why: "one arm for each request, so that a new one must say whether areas matter to it",
    },
];

pub const BANNED_NAMES: &[&str] =
    &["util", "utils", "helper", "helpers", "common", "misc", "manager", "managers"];

/// Where tests may pause between two looks at a condition, or where time itself is what is tested.
pub const POLL_HELPERS: &[(&str, &str)] = &[
    ("tests/bench/pace.rs", "the load's own clock: what is sent when, and how long is measured"),
    ("tests/it/support/eventually.rs", "looks again until a condition holds, with a limit"),
    ("web/e2e/src/until.ts", "looks again until a condition holds, with a limit"),
];
