//! What holds for channels, who is in them, and what is said.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::JsonDoc;
use crate::document::{BadDocument, two_ways};
use crate::domain::id::UserId;
use crate::domain::realtime::{ChannelSettings, ClientCard, Messaging, Said, Sort};
use crate::domain::time::Timestamp;

/// Who may send.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum MessagingDoc {
    /// Nobody.
    #[default]
    Off,
    /// Everybody who is in.
    Anyone,
    /// Members, and clients with a realtime token.
    Authenticated,
}

two_ways!(MessagingDoc = Messaging { Off, Anyone, Authenticated });

/// What holds for the channels of a name or pattern. Takes effect when it is saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct ChannelDoc {
    /// A name, or a stem with `/*`; up to 200 characters.
    pub pattern: String,
    /// For people; up to 1,000 characters.
    #[serde(default)]
    pub description: String,
    /// Whether it is used at all.
    #[serde(default = "yes")]
    pub active: bool,
    /// Whether names below the stem may be made by joining them.
    #[serde(default)]
    pub nested: bool,
    /// Whether clients without a token may join.
    #[serde(default)]
    pub anonymous: bool,
    /// Whether everybody in it is told who is in it.
    #[serde(default)]
    pub presence: bool,
    /// Messages to all in it.
    #[serde(default)]
    pub public: MessagingDoc,
    /// Messages from authenticated clients to authenticated clients alone.
    #[serde(default)]
    pub authenticated: bool,
    /// Messages from one client to another, both in it.
    #[serde(default)]
    pub private: MessagingDoc,
    /// How many messages and events are kept: 0, 25, 50, 100, 250 or 1000.
    #[serde(default)]
    pub history: u32,
    /// Whether they are kept in the database too, and survive a restart.
    #[serde(default)]
    pub stored: bool,
    /// For how many days they are kept there; for ever if zero.
    #[serde(default)]
    pub retention_days: u32,
}

fn yes() -> bool {
    true
}

impl From<&ChannelSettings> for ChannelDoc {
    fn from(settings: &ChannelSettings) -> Self {
        ChannelDoc {
            pattern: settings.pattern.to_string(),
            description: settings.description.clone(),
            active: settings.active,
            nested: settings.nested,
            anonymous: settings.anonymous,
            presence: settings.presence,
            public: settings.public.into(),
            authenticated: settings.authenticated,
            private: settings.private.into(),
            history: settings.history,
            stored: settings.stored,
            retention_days: settings.retention_days,
        }
    }
}

impl From<ChannelDoc> for ChannelSettings {
    fn from(doc: ChannelDoc) -> Self {
        ChannelSettings {
            pattern: doc.pattern.into(),
            description: doc.description,
            active: doc.active,
            nested: doc.nested,
            anonymous: doc.anonymous,
            presence: doc.presence,
            public: doc.public.into(),
            authenticated: doc.authenticated,
            private: doc.private.into(),
            history: doc.history,
            stored: doc.stored,
            retention_days: doc.retention_days,
        }
    }
}

/// A client in a channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ClientDoc {
    /// Its id: a session, or `c` with a number for a socket of another system's client.
    pub client: String,
    /// The member, if it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub user: Option<Uuid>,
    /// The member's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub name: Option<String>,
    /// The table of an app's own users; zero for none.
    pub table: u64,
    /// The row in it; zero for none.
    pub row: u64,
    /// What the client's token was made with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub extras: Option<JsonDoc>,
}

impl From<&ClientCard> for ClientDoc {
    fn from(card: &ClientCard) -> Self {
        ClientDoc {
            client: card.client.to_string(),
            user: card.member.as_ref().map(|(user, _)| user.0),
            name: card.member.as_ref().map(|(_, name)| name.to_string()),
            table: card.row.0,
            row: card.row.1,
            extras: card.extras.as_ref().map(JsonDoc::from),
        }
    }
}

impl TryFrom<ClientDoc> for ClientCard {
    type Error = BadDocument;

    fn try_from(doc: ClientDoc) -> Result<Self, BadDocument> {
        let name: Arc<str> = doc.name.unwrap_or_default().into();
        Ok(ClientCard {
            client: doc.client.parse().map_err(|_| BadDocument::new("client"))?,
            member: doc.user.map(|user| (UserId(user), name)),
            row: (doc.table, doc.row),
            extras: doc.extras.map(|extras| extras.0),
        })
    }
}

/// Message or event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "sort", rename_all = "snake_case")]
pub enum SortDoc {
    /// A client sent it.
    Message {
        /// Who, as it was then.
        from: ClientDoc,
        /// For authenticated clients alone.
        authenticated: bool,
        /// For this client alone.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(test, ts(optional))]
        to: Option<String>,
    },
    /// A server call published it.
    Event {
        /// The table that it names; zero for none.
        table: u64,
        /// The row that it names; zero for none.
        row: u64,
    },
}

/// A message or an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SaidDoc {
    /// Its place among all that is said in the workspace; grows, with gaps.
    pub number: u64,
    /// When, milliseconds since the Unix epoch.
    pub at: i64,
    /// Message or event.
    pub what: SortDoc,
    /// What was sent.
    pub payload: JsonDoc,
}

impl From<&Said> for SaidDoc {
    fn from(said: &Said) -> Self {
        let what = match &said.sort {
            Sort::Message { from, authenticated, to } => SortDoc::Message {
                from: from.into(),
                authenticated: *authenticated,
                to: to.map(|to| to.to_string()),
            },
            Sort::Event { row } => SortDoc::Event { table: row.0, row: row.1 },
        };
        SaidDoc { number: said.number, at: said.at.0, what, payload: (&said.payload).into() }
    }
}

impl TryFrom<SaidDoc> for Said {
    type Error = BadDocument;

    fn try_from(doc: SaidDoc) -> Result<Self, BadDocument> {
        let sort = match doc.what {
            SortDoc::Message { from, authenticated, to } => {
                let to = to.map(|to| to.parse().map_err(|_| BadDocument::new("to"))).transpose()?;
                Sort::Message { from: from.try_into()?, authenticated, to }
            }
            SortDoc::Event { table, row } => Sort::Event { row: (table, row) },
        };
        Ok(Said { number: doc.number, at: Timestamp(doc.at), sort, payload: doc.payload.0 })
    }
}
