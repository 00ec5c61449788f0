//! Channels, what was said in them, and keys: rows and statements.

use super::dialect::{Columns, Row, Statement};
use super::{StoreError, realtime_sql};
use crate::document::{ChannelDoc, SaidDoc, scopes_from_doc};
use crate::domain::effect::Write;
use crate::domain::id::WorkspaceId;
use crate::domain::realtime::{ApiKey, ChannelSettings, Json, Permission, PresenceRecord, Said, Source};

/// The statements of a fact of the realtime service.
pub fn statements(workspace: WorkspaceId, write: &Write) -> Result<Vec<Statement>, StoreError> {
    let of = |sql| Statement::new(sql).with(workspace);
    Ok(match write {
        Write::Channel(settings) => {
            let row = of(realtime_sql::CHANNEL).with(settings.pattern.to_string());
            vec![row.with(serde_json::to_string(&ChannelDoc::from(settings))?)]
        }
        Write::ChannelRemoved(pattern) => vec![of(realtime_sql::CHANNEL_REMOVED).with(pattern.to_string())],
        Write::Said { channel, said, cutoff } => {
            let row = of(realtime_sql::SAID).with(channel.to_string()).count(said.number).with(said.at);
            let row = row.with(serde_json::to_string(&SaidDoc::from(&**said))?);
            let mut all = vec![row];
            if cutoff.0 > 0 {
                all.push(of(realtime_sql::SAID_PASSED).with(channel.to_string()).with(*cutoff));
            }
            all
        }
        Write::PresenceRecord(record) => vec![record_row(of(realtime_sql::PRESENCE_RECORD), record)?],
        Write::PresenceEnded(id) => vec![of(realtime_sql::PRESENCE_RECORD_ENDED).with(id.to_string())],
        Write::Key(key) => vec![key_row(of(realtime_sql::API_KEY), key)?],
        Write::KeyRevoked(key) => vec![of(realtime_sql::API_KEY_REVOKED).with(key.0)],
        _ => Vec::new(),
    })
}

fn record_row(to: Statement, record: &PresenceRecord) -> Result<Statement, StoreError> {
    let permissions: Vec<String> = record.permissions.iter().map(ToString::to_string).collect();
    Ok(to
        .with(record.id.to_string())
        .count(record.sequence)
        .with(record.user)
        .with(record.status.clone())
        .with(record.metadata.text())
        .with(serde_json::to_string(&permissions)?)
        .with(source_word(record.source))
        .with(record.created)
        .with(record.updated)
        .with(record.expires)
        .with(record.bound))
}

fn source_word(source: Source) -> &'static str {
    match source {
        Source::Rest => "rest",
        Source::Realtime => "realtime",
    }
}

/// A presence record.
pub fn record(row: &Row<'_>) -> Result<PresenceRecord, StoreError> {
    let permissions: Vec<String> = super::rows::document(row, "permissions")?;
    let permissions = permissions.iter().map(|text| Permission::stored(text));
    Ok(PresenceRecord {
        id: row.text("id")?.into(),
        sequence: row.count("sequence")?,
        user: row.id("user_id")?,
        status: row.text("status")?,
        metadata: Json::new(row.text("metadata")?),
        permissions: permissions.collect::<Option<_>>().ok_or_else(|| StoreError::corrupt("permissions"))?,
        source: match row.text("source")?.as_str() {
            "rest" => Source::Rest,
            "realtime" => Source::Realtime,
            _ => return Err(StoreError::corrupt("source")),
        },
        created: row.time("created")?,
        updated: row.time("updated")?,
        expires: row.time("expires")?,
        bound: row.flag("bound")?,
    })
}

fn key_row(to: Statement, key: &ApiKey) -> Result<Statement, StoreError> {
    let scopes: Vec<&str> = key.scopes.iter().map(|scope| scope.name()).collect();
    Ok(to
        .with(key.id.0)
        .with(key.name.clone())
        .with(key.digest)
        .with(serde_json::to_string(&scopes)?)
        .with(key.made_by)
        .with(key.created)
        .with(key.expires)
        .with(key.used))
}

/// What holds for a channel.
pub fn channel(row: &Row<'_>) -> Result<ChannelSettings, StoreError> {
    Ok(super::rows::document::<ChannelDoc>(row, "settings")?.into())
}

/// A message or an event.
pub fn said(row: &Row<'_>) -> Result<Said, StoreError> {
    Ok(super::rows::document::<SaidDoc>(row, "said")?.try_into()?)
}

/// A key.
pub fn key(row: &Row<'_>) -> Result<ApiKey, StoreError> {
    let scopes: Vec<String> = super::rows::document(row, "scopes")?;
    Ok(ApiKey {
        id: row.id("id")?,
        name: row.text("name")?,
        digest: row.digest("digest")?,
        scopes: scopes_from_doc(&scopes)?,
        made_by: row.id("made_by")?,
        created: row.time("created")?,
        expires: row.maybe_time("expires")?,
        used: row.maybe_time("used")?,
    })
}
