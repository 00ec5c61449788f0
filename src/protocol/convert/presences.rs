//! Presence records: calls and queries as the core takes them.

use std::sync::Arc;

use serde_json::Value as Json;

use super::request::Wrong;
use crate::document::JsonDoc;
use crate::domain::command::{PresencePatch, PresenceRequest, PresenceUpsert};
use crate::domain::id::UserId;
use crate::domain::realtime::{
    self, Attribute, Cursor, Filter, Order, Permission, PresencesQuery, Subscription, Test, Topic, Value,
};
use crate::domain::time::Timestamp;
use crate::protocol::client::{PresenceCall, QueryDoc, SubscriptionDoc};
use crate::protocol::error::{ErrorBody, ErrorCode};

/// Values of one query.
const VALUES_MAX: usize = 500;
/// Queries of one list or subscription, nested ones too.
const QUERIES_MAX: usize = 100;
/// How deep `or` and `and` nest.
const DEPTH_MAX: usize = 5;
/// Records of a page, unless asked otherwise.
const PAGE: usize = 25;
/// Records of a page at most.
const PAGE_MAX: usize = 5_000;

/// A call as a request of the core.
///
/// # Errors
/// `bad_request` with the place in `detail`.
pub fn presence_call(call: PresenceCall) -> Result<PresenceRequest, Wrong> {
    Ok(match call {
        PresenceCall::Upsert { presence, status, permissions, expires, metadata, bound, user } => {
            PresenceRequest::Upsert(Box::new(PresenceUpsert {
                id: presence.into(),
                user: user.map(UserId),
                status,
                permissions: permissions.map(|list| self::permissions(&list)).transpose()?,
                expires: expires.map(Timestamp),
                metadata: metadata.map(object).transpose()?,
                bound,
            }))
        }
        PresenceCall::Get { presence } => PresenceRequest::Get { id: presence.into() },
        PresenceCall::List { queries } => PresenceRequest::List(Box::new(presences_query(&queries, 0)?)),
        PresenceCall::Patch { presence, status, permissions, expires, metadata, user } => {
            PresenceRequest::Patch(Box::new(PresencePatch {
                id: presence.into(),
                user: user.map(UserId),
                status,
                permissions: permissions.map(|list| self::permissions(&list)).transpose()?,
                expires: expires.map(Timestamp),
                metadata: metadata.map(object).transpose()?,
                purge: false,
            }))
        }
        PresenceCall::Delete { presence } => PresenceRequest::Delete { id: presence.into() },
        PresenceCall::Subscribe { subscriptions } => {
            let all: Result<_, Wrong> = subscriptions.into_iter().map(subscription).collect();
            PresenceRequest::Subscribe(all?)
        }
        PresenceCall::Unsubscribe { ids } => {
            PresenceRequest::Unsubscribe(ids.into_iter().map(Into::into).collect())
        }
    })
}

fn subscription(doc: SubscriptionDoc) -> Result<Subscription, Wrong> {
    let topic = Topic { record: doc.record.map(Into::into), event: doc.event.map(Into::into) };
    Ok(Subscription { id: doc.id.into(), topics: vec![topic], filters: filters(&doc.queries)? })
}

/// Permissions as they are written; `write` becomes `update` and `delete`.
///
/// # Errors
/// One that is none.
pub fn permissions(list: &[String]) -> Result<Vec<Permission>, Wrong> {
    if list.len() > 100 {
        return Err(bad("permissions: at most 100"));
    }
    let mut all = Vec::new();
    for text in list {
        all.extend(Permission::parse(text).ok_or_else(|| bad(&format!("{text:?} is no permission")))?);
    }
    Ok(all)
}

/// JSON that must be an object.
///
/// # Errors
/// It is none.
pub fn object(doc: JsonDoc) -> Result<realtime::Json, Wrong> {
    if doc.0.text().starts_with('{') { Ok(doc.0) } else { Err(bad("metadata is no object")) }
}

/// Queries that are filters alone.
///
/// # Errors
/// What is wrong with one.
pub fn filters(docs: &[QueryDoc]) -> Result<Vec<Filter>, Wrong> {
    if docs.len() > QUERIES_MAX {
        return Err(bad("too many queries"));
    }
    docs.iter().map(|doc| filter(doc, 0)).collect()
}

/// Which records, in which order. An answer of that age, in milliseconds, is good enough.
///
/// # Errors
/// What is wrong with a query.
pub fn presences_query(docs: &[QueryDoc], ttl_ms: u64) -> Result<PresencesQuery, Wrong> {
    if docs.len() > QUERIES_MAX {
        return Err(bad("too many queries"));
    }
    let mut query = PresencesQuery {
        filters: Vec::new(),
        orders: Vec::new(),
        limit: PAGE,
        offset: 0,
        cursor: None,
        total: true,
        ttl_ms,
    };
    for doc in docs {
        match doc.method.as_str() {
            "limit" => query.limit = number(doc)?.filter(|limit| *limit >= 1).ok_or_else(|| wrong(doc))?,
            "offset" => query.offset = number(doc)?.ok_or_else(|| wrong(doc))?,
            "cursorAfter" => query.cursor = Some(Cursor::After(text(doc)?)),
            "cursorBefore" => query.cursor = Some(Cursor::Before(text(doc)?)),
            "orderAsc" => query.orders.push(Order::Up(ordered(doc)?)),
            "orderDesc" => query.orders.push(Order::Down(ordered(doc)?)),
            "orderRandom" => {
                // No more than a shuffle: the number only has to be another each time.
                let (seed, _) = uuid::Uuid::now_v7().as_u64_pair();
                query.orders.push(Order::Random(seed ^ uuid::Uuid::new_v4().as_u64_pair().1));
            }
            _ => query.filters.push(filter(doc, 0)?),
        }
    }
    query.limit = query.limit.min(PAGE_MAX);
    Ok(query)
}

fn filter(doc: &QueryDoc, depth: usize) -> Result<Filter, Wrong> {
    if let method @ ("or" | "and") = doc.method.as_str() {
        if doc.values.len() < 2 || doc.values.len() > QUERIES_MAX || depth >= DEPTH_MAX {
            return Err(wrong(doc));
        }
        let inner = |value: &Json| {
            let doc: QueryDoc = serde_json::from_value(value.clone()).map_err(|_| wrong(doc))?;
            filter(&doc, depth + 1)
        };
        let all: Vec<Filter> = doc.values.iter().map(inner).collect::<Result<_, _>>()?;
        return Ok(if method == "or" { Filter::Or(all) } else { Filter::And(all) });
    }
    let (test, not, wanted) = match doc.method.as_str() {
        "equal" => (Test::Equal, false, None),
        "notEqual" => (Test::Equal, true, Some(1)),
        "lessThan" => (Test::Less, false, Some(1)),
        "greaterThanEqual" => (Test::Less, true, Some(1)),
        "lessThanEqual" => (Test::LessOrEqual, false, Some(1)),
        "greaterThan" => (Test::LessOrEqual, true, Some(1)),
        "between" => (Test::Between, false, Some(2)),
        "notBetween" => (Test::Between, true, Some(2)),
        "isNull" => (Test::IsNull, false, Some(0)),
        "isNotNull" => (Test::IsNull, true, Some(0)),
        "startsWith" => (Test::StartsWith, false, Some(1)),
        "notStartsWith" => (Test::StartsWith, true, Some(1)),
        "endsWith" => (Test::EndsWith, false, Some(1)),
        "notEndsWith" => (Test::EndsWith, true, Some(1)),
        "contains" => (Test::Contains, false, None),
        "notContains" => (Test::Contains, true, None),
        _ => return Err(wrong(doc)),
    };
    let attribute = attribute(doc.attribute.as_deref()).ok_or_else(|| wrong(doc))?;
    let count = doc.values.len();
    let fits = wanted.map_or((1..=VALUES_MAX).contains(&count), |wanted| count == wanted);
    if !fits {
        return Err(wrong(doc));
    }
    let values: Vec<Value> = doc.values.iter().map(|json| value(attribute, json)).collect();
    let ordering = matches!(test, Test::Less | Test::LessOrEqual | Test::Between);
    if ordering && values.contains(&Value::Other) {
        return Err(wrong(doc));
    }
    Ok(Filter::Compare { attribute, test, values, not })
}

fn attribute(name: Option<&str>) -> Option<Attribute> {
    Some(match name? {
        "$id" => Attribute::Id,
        "$sequence" => Attribute::Sequence,
        "$createdAt" => Attribute::Created,
        "$updatedAt" => Attribute::Updated,
        "userId" => Attribute::User,
        "status" => Attribute::Status,
        "source" => Attribute::Source,
        "expiresAt" => Attribute::Expires,
        _ => return None,
    })
}

fn value(attribute: Attribute, json: &Json) -> Value {
    match (attribute, json) {
        (Attribute::Sequence, Json::Number(number)) => number.as_u64().map_or(Value::Other, Value::Number),
        (Attribute::Sequence, Json::String(text)) => text.parse().map_or(Value::Other, Value::Number),
        (Attribute::Expires | Attribute::Created | Attribute::Updated, Json::String(text)) => {
            time(text).map_or(Value::Other, Value::Time)
        }
        (Attribute::Expires | Attribute::Created | Attribute::Updated, Json::Number(number)) => {
            number.as_i64().map_or(Value::Other, |at| Value::Time(Timestamp(at)))
        }
        (Attribute::Id | Attribute::User | Attribute::Status | Attribute::Source, Json::String(text)) => {
            Value::Text(text.clone())
        }
        _ => Value::Other,
    }
}

/// A moment as ISO 8601 with a year of four digits; without an offset it is UTC.
pub fn time(text: &str) -> Option<Timestamp> {
    let year = text
        .get(..5)
        .is_some_and(|year| year.ends_with('-') && year[..4].bytes().all(|c| c.is_ascii_digit()));
    if !year {
        return None;
    }
    let at = chrono::DateTime::parse_from_rfc3339(&text.replacen(' ', "T", 1)).ok().map(|at| at.to_utc());
    let plain =
        || chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f").ok().map(|at| at.and_utc());
    let spaced =
        || chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f").ok().map(|at| at.and_utc());
    let day = || {
        chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?.and_hms_opt(0, 0, 0).map(|at| at.and_utc())
    };
    at.or_else(plain).or_else(spaced).or_else(day).map(|at| Timestamp(at.timestamp_millis()))
}

fn ordered(doc: &QueryDoc) -> Result<Attribute, Wrong> {
    match doc.attribute.as_deref() {
        None | Some("") => Ok(Attribute::Sequence),
        name => attribute(name).ok_or_else(|| wrong(doc)),
    }
}

fn number(doc: &QueryDoc) -> Result<Option<usize>, Wrong> {
    match doc.values.as_slice() {
        [Json::Number(number)] => Ok(number.as_u64().and_then(|number| usize::try_from(number).ok())),
        _ => Err(wrong(doc)),
    }
}

fn text(doc: &QueryDoc) -> Result<Arc<str>, Wrong> {
    match doc.values.as_slice() {
        [Json::String(text)] => Ok(text.as_str().into()),
        _ => Err(wrong(doc)),
    }
}

fn wrong(doc: &QueryDoc) -> Wrong {
    let method: String = doc.method.chars().take(64).collect();
    let attribute: String = doc.attribute.as_deref().unwrap_or_default().chars().take(64).collect();
    bad(&format!("the query {method:?} on {attribute:?} is not valid"))
}

fn bad(detail: &str) -> Wrong {
    Box::new(ErrorBody::new(ErrorCode::BadRequest).detail(detail))
}
