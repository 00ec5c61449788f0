//! What went on in a workspace, in sums: members over time, time in each status, busiest objects. For admins; no names.

use std::fmt::Write;

use actix_web::{HttpResponse, get, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::error::ApiError;
use super::extract::Caller;
use super::openapi::RoomErrors;
use super::presence::wall_ms;
use super::{Api, rooms};
use crate::domain::id::WorkspaceId;
use crate::domain::role::Action;
use crate::domain::time::Timestamp;
use crate::protocol::error::ErrorCode;
use crate::store::{ObjectSpan, RoomSpan, Stretch};

const MINUTE_MS: i64 = 60_000;
/// The most spans of one answer.
const SPANS_MAX: i64 = 1_500;
/// The most objects of one answer.
const OBJECTS_MAX: u32 = 50;

/// Which stretch, and how finely.
#[derive(Debug, Deserialize, IntoParams)]
pub struct AnalyticsQuery {
    /// From then on, milliseconds since the Unix epoch; a day ago if left out.
    #[serde(default)]
    pub from: Option<i64>,
    /// Until then; now if left out.
    #[serde(default)]
    pub to: Option<i64>,
    /// Minutes of a span: 1, 5, 60, 1440 …; whatever makes at most 1,500 spans. Chosen to fit if left out.
    #[serde(default)]
    pub minutes: Option<u32>,
}

/// Which table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AnalyticsTable {
    /// Members and time in each status by span.
    Members,
    /// The busiest objects.
    Objects,
}

/// The table and its stretch.
#[derive(Debug, Deserialize, IntoParams)]
pub struct CsvQuery {
    /// Which table.
    #[param(inline)]
    pub table: AnalyticsTable,
    /// From then on, milliseconds since the Unix epoch; a day ago if left out.
    #[serde(default)]
    pub from: Option<i64>,
    /// Until then; now if left out.
    #[serde(default)]
    pub to: Option<i64>,
    /// Minutes of a span.
    #[serde(default)]
    pub minutes: Option<u32>,
}

/// What went on.
#[derive(Debug, Serialize, ToSchema)]
pub struct Analytics {
    /// From then on, milliseconds since the Unix epoch.
    pub from: i64,
    /// Until then.
    pub to: i64,
    /// Minutes of a span.
    pub minutes: u32,
    /// Spans in which anybody was here, oldest first.
    pub spans: Vec<SpanDoc>,
    /// Those that were shown and edited most, busiest first.
    pub objects: Vec<BusyObjectDoc>,
}

/// Some minutes together.
#[derive(Debug, Serialize, ToSchema)]
pub struct SpanDoc {
    /// Its begin, milliseconds since the Unix epoch.
    pub at: i64,
    /// The most members that were here in one of its minutes.
    pub peak: u32,
    /// Minutes of members who were here, summed up.
    pub member_minutes: u32,
    /// Minutes of members whose programs were here, summed up.
    pub bot_minutes: u32,
    /// Time of all members together in the status, in milliseconds.
    pub online_ms: u64,
    /// See `online_ms`.
    pub busy_ms: u64,
    /// See `online_ms`.
    pub away_ms: u64,
    /// Interactions of all members.
    pub interactions: u64,
}

/// An object's share.
#[derive(Debug, Serialize, ToSchema)]
pub struct BusyObjectDoc {
    /// Which.
    pub object: Uuid,
    /// Its name, also of a deleted one.
    pub name: String,
    /// Minutes for which members showed it, summed up.
    pub member_minutes: u64,
    /// Edits of it.
    pub edits: u64,
}

/// Members over time, time in each status, busiest objects.
#[utoipa::path(tag = "presence", params(AnalyticsQuery), responses((status = 200, body = Analytics), RoomErrors))]
#[get("/workspaces/{workspace}/analytics")]
pub async fn analytics(
    api: web::Data<Api>,
    who: Caller,
    path: web::Path<Uuid>,
    query: web::Query<AnalyticsQuery>,
) -> Result<web::Json<Analytics>, ApiError> {
    let workspace = path.into_inner();
    rooms::member(&api, &who, workspace, Action::ManageMembers).await?;
    let stretch = stretch(query.from, query.to, query.minutes)?;
    let id = WorkspaceId(workspace);
    let spans = api.store.room_spans(id, stretch).await?;
    let objects = api.store.object_spans(id, stretch, OBJECTS_MAX).await?;
    Ok(web::Json(Analytics {
        from: stretch.from.0,
        to: stretch.to.0,
        minutes: u32::try_from(stretch.span_ms / 60_000).unwrap_or(u32::MAX),
        spans: spans.iter().map(span_doc).collect(),
        objects: objects.into_iter().map(object_doc).collect(),
    }))
}

/// The same as a table for a spreadsheet.
#[utoipa::path(tag = "presence", params(CsvQuery), responses((status = 200, content_type = "text/csv"), RoomErrors))]
#[get("/workspaces/{workspace}/analytics/csv")]
pub async fn csv(
    api: web::Data<Api>,
    who: Caller,
    path: web::Path<Uuid>,
    query: web::Query<CsvQuery>,
) -> Result<HttpResponse, ApiError> {
    let workspace = path.into_inner();
    rooms::member(&api, &who, workspace, Action::ManageMembers).await?;
    let stretch = stretch(query.from, query.to, query.minutes)?;
    let id = WorkspaceId(workspace);
    let (name, text) = match query.table {
        AnalyticsTable::Members => ("members", members_csv(&api.store.room_spans(id, stretch).await?)),
        AnalyticsTable::Objects => {
            ("objects", objects_csv(&api.store.object_spans(id, stretch, OBJECTS_MAX).await?))
        }
    };
    let disposition = format!("attachment; filename=\"baton-{name}.csv\"");
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header(("content-disposition", disposition))
        .body(text))
}

fn stretch(from: Option<i64>, to: Option<i64>, minutes: Option<u32>) -> Result<Stretch, ApiError> {
    let to = to.unwrap_or_else(wall_ms);
    let from = from.unwrap_or_else(|| to.saturating_sub(24 * 60 * MINUTE_MS));
    let long = to.saturating_sub(from);
    let bad = |detail: &str| ApiError::detail(ErrorCode::BadTime, detail);
    if from < 0 || long <= 0 {
        return Err(bad("`from` is before `to`, both after 1970"));
    }
    let fits = |minutes: i64| long / (minutes * MINUTE_MS) <= SPANS_MAX;
    let minutes = match minutes {
        Some(given) => {
            Some(i64::from(given)).filter(|minutes| (1..=60 * 24 * 31).contains(minutes) && fits(*minutes))
        }
        None => [1, 5, 15, 60, 360, 1_440, 10_080].into_iter().find(|minutes| fits(*minutes)),
    };
    let minutes = minutes.ok_or_else(|| bad("`minutes` makes at most 1,500 spans of at most a month"))?;
    let span_ms = u64::try_from(minutes * MINUTE_MS).unwrap_or(60_000);
    Ok(Stretch { from: Timestamp(from), to: Timestamp(to), span_ms })
}

fn span_doc(span: &RoomSpan) -> SpanDoc {
    SpanDoc {
        at: span.from.0,
        peak: span.peak,
        member_minutes: span.sum.people,
        bot_minutes: span.sum.bots,
        online_ms: span.sum.online_ms,
        busy_ms: span.sum.busy_ms,
        away_ms: span.sum.away_ms,
        interactions: span.sum.interactions,
    }
}

fn object_doc(span: ObjectSpan) -> BusyObjectDoc {
    BusyObjectDoc {
        object: span.object.0,
        name: span.name.unwrap_or_default(),
        member_minutes: span.people,
        edits: span.edits,
    }
}

fn members_csv(spans: &[RoomSpan]) -> String {
    let mut text =
        "at_ms,peak_members,member_minutes,bot_minutes,online_ms,busy_ms,away_ms,interactions\r\n".to_owned();
    for RoomSpan { from, peak, sum } in spans {
        // Writing into a String cannot fail.
        let _ = write!(
            text,
            "{},{peak},{},{},{},{},{},{}\r\n",
            from.0, sum.people, sum.bots, sum.online_ms, sum.busy_ms, sum.away_ms, sum.interactions
        );
    }
    text
}

fn objects_csv(spans: &[ObjectSpan]) -> String {
    let mut text = "object,name,member_minutes,edits\r\n".to_owned();
    for span in spans {
        let name = cell(span.name.as_deref().unwrap_or_default());
        let _ = write!(text, "{},{name},{},{}\r\n", span.object, span.people, span.edits);
    }
    text
}

/// A text as a cell (RFC 4180). What a spreadsheet would take for a formula gets a quote before it.
fn cell(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    format!("\"{}{}\"", if formula { "'" } else { "" }, text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_text_and_no_formula() {
        assert_eq!(cell("a \"b\", c"), "\"a \"\"b\"\", c\"");
        assert_eq!(cell("=1+1"), "\"'=1+1\"");
    }

    #[test]
    fn a_stretch_has_a_bounded_number_of_spans() {
        let day = 24 * 60 * MINUTE_MS;
        assert_eq!(stretch(Some(0), Some(day), None).map(|one| one.span_ms).ok(), Some(60_000));
        assert_eq!(stretch(Some(0), Some(30 * day), None).map(|one| one.span_ms).ok(), Some(3_600_000));
        for (from, to, minutes) in
            [(5, 5, None), (9, 5, None), (-1, 5, None), (0, 30 * day, Some(1)), (0, day, Some(0))]
        {
            assert!(stretch(Some(from), Some(to), minutes).is_err(), "{from} {to} {minutes:?}");
        }
        assert!(stretch(Some(0), Some(i64::MAX), None).is_err());
    }
}
