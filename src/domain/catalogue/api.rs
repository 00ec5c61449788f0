//! Requests to others, code, streams, and running functions.

use super::rows::{opt, req, row};
use super::{Entry, Group, Subject, ValueKind};

pub(super) const ROWS: &[Entry] = &[
    row(Group::Apis, "api.request", "External API Request", "Sends a request to another system.")
        .with(&[
            req("url", ValueKind::Expression),
            req("method", ValueKind::Enum(&["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"])),
            opt("params", ValueKind::Json),
            opt("headers", ValueKind::Json),
            opt("timeout", ValueKind::Number),
            opt("follow_location", ValueKind::Bool),
            opt("verify_host", ValueKind::Bool),
            opt("verify_peer", ValueKind::Bool),
            opt("ca_certificate", ValueKind::Text),
            opt("certificate", ValueKind::Text),
            opt("certificate_pass", ValueKind::Text),
            opt("private_key", ValueKind::Text),
            opt("private_key_pass", ValueKind::Text),
        ])
        .gives(),
    row(Group::Apis, "api.lambda", "Lambda Function", "Runs JavaScript.")
        .with(&[req("code", ValueKind::Code), opt("timeout", ValueKind::Number)])
        .gives(),
    row(Group::Apis, "api.realtime_event", "Realtime Event", "Sends an event into a realtime channel.").with(
        &[
            req("channel", ValueKind::Expression),
            req("data", ValueKind::Expression),
            opt("auth_table", ValueKind::Text),
            opt("auth_id", ValueKind::Expression),
        ],
    ),
    row(Group::Apis, "api.stream", "Streaming API Response", "Sends a part of the response at once.")
        .with(&[req("value", ValueKind::Expression)]),
    row(
        Group::Apis,
        "stream.from_request",
        "Stream from Request",
        "Reads the response of another system as a stream.",
    )
    .with(&[
        req("url", ValueKind::Expression),
        req("method", ValueKind::Enum(&["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"])),
        opt("params", ValueKind::Json),
        opt("headers", ValueKind::Json),
        opt("timeout", ValueKind::Number),
        opt("follow_location", ValueKind::Bool),
        opt("verify_host", ValueKind::Bool),
        opt("verify_peer", ValueKind::Bool),
        opt("ca_certificate", ValueKind::Text),
        opt("certificate", ValueKind::Text),
        opt("certificate_pass", ValueKind::Text),
        opt("private_key", ValueKind::Text),
        opt("private_key_pass", ValueKind::Text),
    ])
    .gives(),
    row(Group::Apis, "stream.from_csv", "Stream from CSV", "Reads CSV as a stream.")
        .with(&[
            req("value", ValueKind::Expression),
            opt("separator", ValueKind::Text),
            opt("enclosure", ValueKind::Text),
            opt("escape_char", ValueKind::Text),
        ])
        .gives(),
    row(Group::Apis, "stream.from_jsonl", "Stream from JSONL", "Reads lines of JSON as a stream.")
        .with(&[req("value", ValueKind::Expression)])
        .gives(),
    row(Group::Apis, "api.call", "Call Endpoint", "Calls an endpoint of this workspace, in tests and tools.")
        .on(Subject::Endpoint)
        .with(&[
            req("api_group", ValueKind::Text),
            opt("headers", ValueKind::Json),
            opt("input", ValueKind::Json),
        ])
        .gives(),
    row(Group::Functions, "function.run", "Run Function", "Runs a custom function.")
        .on(Subject::Name)
        .with(&[opt("input", ValueKind::Json), opt("runtime_mode", ValueKind::Text)])
        .gives(),
    row(Group::Functions, "function.call", "Call Function", "Runs a custom function, in tests and tools.")
        .on(Subject::Name)
        .with(&[opt("input", ValueKind::Json)])
        .gives(),
    row(Group::Functions, "task.call", "Call Task", "Runs a background task, in tests and tools.")
        .on(Subject::Name)
        .with(&[opt("input", ValueKind::Json)])
        .gives(),
    row(Group::Functions, "tool.call", "Call Tool", "Runs a tool, in tests and tools.")
        .on(Subject::Name)
        .with(&[opt("input", ValueKind::Json)])
        .gives(),
    row(Group::Functions, "addon.call", "Call Addon", "Runs an addon, in tests and tools.")
        .on(Subject::Name)
        .with(&[opt("input", ValueKind::Json)])
        .gives(),
    row(Group::Functions, "middleware.call", "Call Middleware", "Runs a middleware, in tests and tools.")
        .on(Subject::Name)
        .with(&[opt("input", ValueKind::Json)])
        .gives(),
    row(Group::Functions, "await", "Await Functions", "Waits for functions that run asynchronously.")
        .with(&[opt("ids", ValueKind::Expression), opt("timeout", ValueKind::Number)])
        .gives(),
];
