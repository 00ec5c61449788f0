//! Redis.

use super::rows::{opt, req, row};
use super::{Entry, Group, ValueKind};

pub(super) const ROWS: &[Entry] = &[
    row(Group::Caching, "redis.set", "Cache: Set", "Stores a value under a key.").with(&[
        req("key", ValueKind::Expression),
        req("data", ValueKind::Expression),
        opt("ttl", ValueKind::Number),
    ]),
    row(Group::Caching, "redis.get", "Cache: Get", "Gets the value of a key.")
        .with(&[req("key", ValueKind::Expression)])
        .gives(),
    row(Group::Caching, "redis.has", "Cache: Has", "Tells whether a key is there.")
        .with(&[req("key", ValueKind::Expression)])
        .gives(),
    row(Group::Caching, "redis.del", "Cache: Delete", "Deletes a key.")
        .with(&[req("key", ValueKind::Expression)]),
    row(Group::Caching, "redis.incr", "Cache: Increment", "Adds to a number.")
        .with(&[req("key", ValueKind::Expression), opt("by", ValueKind::Number)])
        .gives(),
    row(Group::Caching, "redis.decr", "Cache: Decrement", "Takes from a number.")
        .with(&[req("key", ValueKind::Expression), opt("by", ValueKind::Number)])
        .gives(),
    row(Group::Caching, "redis.push", "Cache: Add to End of List", "Adds a value at the end of a list.")
        .with(&[req("key", ValueKind::Expression), req("value", ValueKind::Expression)])
        .gives(),
    row(
        Group::Caching,
        "redis.unshift",
        "Cache: Add to Beginning of List",
        "Adds a value at the beginning of a list.",
    )
    .with(&[req("key", ValueKind::Expression), req("value", ValueKind::Expression)])
    .gives(),
    row(Group::Caching, "redis.pop", "Cache: Remove from End of List", "Takes the last value of a list.")
        .with(&[req("key", ValueKind::Expression)])
        .gives(),
    row(
        Group::Caching,
        "redis.shift",
        "Cache: Remove from Beginning of List",
        "Takes the first value of a list.",
    )
    .with(&[req("key", ValueKind::Expression)])
    .gives(),
    row(Group::Caching, "redis.remove", "Cache: Remove from List", "Takes a value out of a list.")
        .with(&[
            req("key", ValueKind::Expression),
            req("value", ValueKind::Expression),
            opt("count", ValueKind::Expression),
        ])
        .gives(),
    row(Group::Caching, "redis.range", "Cache: Get List Elements", "Gets a part of a list.")
        .with(&[
            req("key", ValueKind::Expression),
            req("start", ValueKind::Number),
            req("stop", ValueKind::Number),
        ])
        .gives(),
    row(Group::Caching, "redis.count", "Cache: Get List Length", "Counts the values of a list.")
        .with(&[req("key", ValueKind::Expression)])
        .gives(),
    row(Group::Caching, "redis.keys", "Cache: List Keys", "Finds keys by a pattern.")
        .with(&[req("search", ValueKind::Expression)])
        .gives(),
    row(Group::Caching, "redis.ratelimit", "Rate Limit", "Refuses what happens too often.")
        .with(&[
            req("key", ValueKind::Expression),
            req("max", ValueKind::Number),
            req("ttl", ValueKind::Number),
            opt("error", ValueKind::Text),
        ])
        .gives(),
];
