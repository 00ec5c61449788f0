//! Agents and MCP.

use super::rows::{opt, req, row};
use super::{Entry, Group, Subject, ValueKind};

pub(super) const ROWS: &[Entry] = &[
    row(Group::Ai, "ai.agent.run", "Call AI Agent", "Runs an agent.")
        .on(Subject::Name)
        .with(&[opt("args", ValueKind::Json), opt("allow_tool_execution", ValueKind::Bool)])
        .gives(),
    row(Group::Ai, "ai.external.mcp.tool.list", "MCP List Tools", "Lists the tools of an MCP server.")
        .with(&[
            req("url", ValueKind::Expression),
            req("bearer_token", ValueKind::Text),
            opt("connection_type", ValueKind::Enum(&["sse", "stream"])),
        ])
        .gives(),
    row(Group::Ai, "ai.external.mcp.tool.run", "MCP Call Tool", "Runs a tool of an MCP server.")
        .with(&[
            req("url", ValueKind::Expression),
            req("bearer_token", ValueKind::Text),
            req("tool", ValueKind::Text),
            opt("connection_type", ValueKind::Enum(&["sse", "stream"])),
            opt("args", ValueKind::Json),
        ])
        .gives(),
    row(Group::Ai, "ai.external.mcp.server_details", "MCP Server Details", "Describes an MCP server.")
        .with(&[
            req("url", ValueKind::Expression),
            req("bearer_token", ValueKind::Text),
            opt("connection_type", ValueKind::Enum(&["sse", "stream"])),
        ])
        .gives(),
];
