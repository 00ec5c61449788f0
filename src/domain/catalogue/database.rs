//! Queries and changes of tables.

use super::rows::{arm, opt, req, row};
use super::{Entry, Group, Subject, ValueKind};

pub(super) const ROWS: &[Entry] = &[
    row(
        Group::Database,
        "db.query",
        "Query All Records",
        "Finds records of a table by conditions, with joins, sorting and paging.",
    )
    .on(Subject::Table)
    .with(&[
        opt("where", ValueKind::Condition),
        opt("additional_where", ValueKind::Expression),
        opt("join", ValueKind::Json),
        opt("sort", ValueKind::Json),
        opt("override_sort", ValueKind::Expression),
        opt("eval", ValueKind::Json),
        opt("return", ValueKind::Json),
        opt("output", ValueKind::Json),
        opt("addon", ValueKind::Json),
    ])
    .gives(),
    row(Group::Database, "db.get", "Get Record", "Gets one record by the value of a field.")
        .on(Subject::Table)
        .with(&[
            req("field_name", ValueKind::Text),
            req("field_value", ValueKind::Expression),
            opt("addon", ValueKind::Json),
            opt("output", ValueKind::Json),
        ])
        .gives(),
    row(Group::Database, "db.has", "Has Record", "Tells whether a record with that value exists.")
        .on(Subject::Table)
        .with(&[req("field_name", ValueKind::Text), req("field_value", ValueKind::Expression)])
        .gives(),
    row(Group::Database, "db.add", "Add Record", "Adds a record.")
        .on(Subject::Table)
        .with(&[req("data", ValueKind::Json), opt("addon", ValueKind::Json), opt("output", ValueKind::Json)])
        .gives(),
    row(Group::Database, "db.edit", "Edit Record", "Changes the named fields of a record.")
        .on(Subject::Table)
        .with(&[
            req("field_name", ValueKind::Text),
            req("field_value", ValueKind::Expression),
            req("data", ValueKind::Json),
            opt("addon", ValueKind::Json),
            opt("output", ValueKind::Json),
        ])
        .gives(),
    row(
        Group::Database,
        "db.add_or_edit",
        "Add or Edit Record",
        "Changes a record, or adds it if there is none.",
    )
    .on(Subject::Table)
    .with(&[
        req("field_name", ValueKind::Text),
        req("field_value", ValueKind::Expression),
        req("data", ValueKind::Json),
        opt("addon", ValueKind::Json),
        opt("output", ValueKind::Json),
    ])
    .gives(),
    row(
        Group::Database,
        "db.patch",
        "Patch Record",
        "Changes only those fields of a record that the data names.",
    )
    .on(Subject::Table)
    .with(&[
        req("field_name", ValueKind::Text),
        req("field_value", ValueKind::Expression),
        req("data", ValueKind::Expression),
        opt("addon", ValueKind::Json),
        opt("output", ValueKind::Json),
    ])
    .gives(),
    row(Group::Database, "db.del", "Delete Record", "Deletes a record.")
        .on(Subject::Table)
        .with(&[req("field_name", ValueKind::Text), req("field_value", ValueKind::Expression)]),
    row(Group::Database, "db.truncate", "Truncate Table", "Deletes all records of a table.")
        .on(Subject::Table)
        .with(&[opt("reset", ValueKind::Bool)]),
    row(Group::Database, "db.bulk.add", "Bulk Add", "Adds many records at once.")
        .on(Subject::Table)
        .with(&[
            opt("data", ValueKind::Json),
            opt("items", ValueKind::Json),
            opt("allow_id_field", ValueKind::Bool),
        ])
        .gives(),
    row(Group::Database, "db.bulk.update", "Bulk Update", "Changes all records that meet a condition.")
        .on(Subject::Table)
        .with(&[req("data", ValueKind::Json), opt("where", ValueKind::Condition)])
        .gives(),
    row(Group::Database, "db.bulk.patch", "Bulk Patch", "Changes the given fields of many records.")
        .on(Subject::Table)
        .with(&[
            opt("data", ValueKind::Json),
            opt("items", ValueKind::Json),
            opt("where", ValueKind::Condition),
        ])
        .gives(),
    row(Group::Database, "db.bulk.delete", "Bulk Delete", "Deletes all records that meet a condition.")
        .on(Subject::Table)
        .with(&[req("where", ValueKind::Condition)])
        .gives(),
    row(Group::Database, "db.transaction", "Database Transaction", "Applies all changes in it, or none.")
        .holds(&[arm("stack", 1, 1)]),
    row(Group::Database, "db.direct_query", "Direct Database Query", "Runs SQL on the workspace database.")
        .with(&[
            req("sql", ValueKind::Sql),
            req("response_type", ValueKind::Enum(&["list", "single"])),
            opt("arg", ValueKind::Json),
            opt("parser", ValueKind::Text),
        ])
        .gives(),
    row(
        Group::Database,
        "db.external.postgres.direct_query",
        "External PostgreSQL Query",
        "Runs SQL on a PostgreSQL database outside of the workspace.",
    )
    .with(&[
        req("response_type", ValueKind::Enum(&["list", "single"])),
        req("connection_string", ValueKind::Text),
        opt("code", ValueKind::Sql),
        opt("sql", ValueKind::Sql),
        opt("arg", ValueKind::Json),
        opt("parser", ValueKind::Text),
    ])
    .gives(),
    row(
        Group::Database,
        "db.external.mysql.direct_query",
        "External MySQL Query",
        "Runs SQL on a MySQL database outside of the workspace.",
    )
    .with(&[
        req("response_type", ValueKind::Enum(&["list", "single"])),
        req("connection_string", ValueKind::Text),
        opt("code", ValueKind::Sql),
        opt("sql", ValueKind::Sql),
        opt("arg", ValueKind::Json),
        opt("parser", ValueKind::Text),
    ])
    .gives(),
    row(
        Group::Database,
        "db.external.mssql.direct_query",
        "External Microsoft SQL Server Query",
        "Runs SQL on a Microsoft SQL Server database outside of the workspace.",
    )
    .with(&[
        req("response_type", ValueKind::Enum(&["list", "single"])),
        req("connection_string", ValueKind::Text),
        opt("code", ValueKind::Sql),
        opt("sql", ValueKind::Sql),
        opt("arg", ValueKind::Json),
        opt("parser", ValueKind::Text),
    ])
    .gives(),
    row(
        Group::Database,
        "db.external.oracle.direct_query",
        "External Oracle Query",
        "Runs SQL on a Oracle database outside of the workspace.",
    )
    .with(&[
        req("response_type", ValueKind::Enum(&["list", "single"])),
        req("connection_string", ValueKind::Text),
        opt("code", ValueKind::Sql),
        opt("sql", ValueKind::Sql),
        opt("arg", ValueKind::Json),
        opt("parser", ValueKind::Text),
    ])
    .gives(),
    row(
        Group::Database,
        "db.schema",
        "Get Database Schema",
        "Gets the schema of a table, or of a part of it.",
    )
    .on(Subject::Table)
    .with(&[opt("path", ValueKind::Text)])
    .gives(),
    row(
        Group::Database,
        "db.set_datasource",
        "Set Data Source",
        "Chooses the data source for the steps that follow.",
    )
    .with(&[req("value", ValueKind::Text)]),
];
