//! The audit log of a workspace: found, walked, written out.

use actix_web::{HttpResponse, get, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::error::ApiError;
use super::extract::Caller;
use super::openapi::RoomErrors;
use super::{Api, rooms};
use crate::audit::{Chain, Record};
use crate::domain::effect::Snapshot;
use crate::domain::id::{UserId, WorkspaceId};
use crate::domain::time::Timestamp;
use crate::protocol::error::ErrorCode;
use crate::store::AuditQuery;

/// Records of a page unless the caller says otherwise.
const PAGE: u32 = 100;
/// The most records of a page.
const PAGE_MAX: u32 = 500;
/// The most records that are written out in one answer.
const EXPORT_MAX: usize = 100_000;

/// What is looked for; all of it must fit.
#[derive(Debug, Default, Deserialize, IntoParams)]
pub struct AuditParams {
    /// Stands in any field, whatever its case; a member's name finds what they did and what was done to them.
    #[serde(default)]
    pub q: String,
    /// The beginning of the action, such as `lock.` or `member.role`.
    #[serde(default)]
    pub action: String,
    /// By whom.
    #[serde(default)]
    pub user: Option<Uuid>,
    /// Not before, milliseconds since the Unix epoch.
    #[serde(default)]
    pub from: Option<i64>,
    /// Not after, milliseconds since the Unix epoch.
    #[serde(default)]
    pub to: Option<i64>,
    /// Only records with a smaller number: `next` of the page before.
    #[serde(default)]
    pub before: Option<u64>,
    /// At most so many; 500 at most.
    #[serde(default)]
    pub limit: Option<u32>,
}

/// How records are written out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum AuditFormat {
    /// One JSON object a line.
    #[default]
    Jsonl,
    /// Comma-separated values (RFC 4180) with a head line.
    Csv,
}

/// How records are written out.
#[derive(Debug, Default, Deserialize, IntoParams)]
pub struct FormatParams {
    /// `jsonl` or `csv`.
    #[serde(default)]
    #[param(inline)]
    pub format: AuditFormat,
}

/// A record.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditDoc {
    /// Its place in the chain, from 1.
    pub number: u64,
    /// When, milliseconds since the Unix epoch.
    pub at: i64,
    /// Who; left out if it was the system.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<Uuid>,
    /// Who, by name, if they are a member now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What, such as `lock.force`.
    pub action: String,
    /// On what.
    pub subject: String,
    /// The reason given.
    pub reason: String,
    /// What it was before.
    pub before: String,
    /// What it was from then on.
    pub after: String,
    /// SHA-256 over all of the above and the hash of the record before it, hexadecimal.
    pub hash: String,
}

/// Records that fit.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditPage {
    /// Newest first.
    pub records: Vec<AuditDoc>,
    /// Give this as `before` for the next page; left out on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<u64>,
}

/// What a walk along the chain found.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditCheck {
    /// Whether every record fits the one before it.
    pub whole: bool,
    /// The number of the last record, or of the first that does not fit.
    pub number: u64,
}

/// Finds records of the audit log. For owners and admins.
#[utoipa::path(tag = "audit", params(AuditParams), responses((status = 200, body = AuditPage), RoomErrors))]
#[get("/workspaces/{workspace}/audit")]
pub async fn find(
    api: web::Data<Api>,
    who: Caller,
    path: web::Path<Uuid>,
    params: web::Query<AuditParams>,
) -> Result<web::Json<AuditPage>, ApiError> {
    let workspace = path.into_inner();
    let picture = rooms::managed(&api, &who, workspace).await?;
    let limit = params.limit.unwrap_or(PAGE).clamp(1, PAGE_MAX);
    let query = AuditQuery { limit, ..query(&params, &picture)? };
    let records = api.store.find_audit(WorkspaceId(workspace).into(), &query).await?;
    let full = records.len() == usize::try_from(limit).unwrap_or(usize::MAX);
    let next = if full { records.last().map(|record| record.number).filter(|last| *last > 1) } else { None };
    let records = records.iter().map(|record| doc(record, &picture)).collect();
    Ok(web::Json(AuditPage { records, next }))
}

/// Writes the records that fit out, newest first, 100,000 at most.
#[utoipa::path(
    tag = "audit",
    params(AuditParams, FormatParams),
    responses((status = 200, description = "Lines", content_type = "application/x-ndjson", body = String), RoomErrors)
)]
#[get("/workspaces/{workspace}/audit/export")]
pub async fn export(
    api: web::Data<Api>,
    who: Caller,
    path: web::Path<Uuid>,
    params: web::Query<AuditParams>,
    format: web::Query<FormatParams>,
) -> Result<HttpResponse, ApiError> {
    let workspace = path.into_inner();
    let picture = rooms::managed(&api, &who, workspace).await?;
    let mut query = AuditQuery { limit: PAGE_MAX, ..query(&params, &picture)? };
    let mut text = if format.format == AuditFormat::Csv { HEAD.to_owned() } else { String::new() };
    let mut written = 0;
    loop {
        let records = api.store.find_audit(WorkspaceId(workspace).into(), &query).await?;
        for record in &records {
            let doc = doc(record, &picture);
            match format.format {
                AuditFormat::Csv => text.push_str(&csv(&doc)),
                AuditFormat::Jsonl => {
                    text.push_str(&serde_json::to_string(&doc).unwrap_or_default());
                    text.push('\n');
                }
            }
        }
        written += records.len();
        query.before = records.last().map(|record| record.number);
        if records.len() < usize::try_from(PAGE_MAX).unwrap_or(usize::MAX) || written >= EXPORT_MAX {
            break;
        }
    }
    let (kind, name) = match format.format {
        AuditFormat::Csv => ("text/csv; charset=utf-8", "audit.csv"),
        AuditFormat::Jsonl => ("application/x-ndjson", "audit.jsonl"),
    };
    Ok(HttpResponse::Ok()
        .insert_header(("content-type", kind))
        .insert_header(("content-disposition", format!("attachment; filename=\"{name}\"")))
        .insert_header(("cache-control", "no-store"))
        .body(text))
}

/// Walks the whole chain and says whether a record was changed, moved or taken out.
#[utoipa::path(tag = "audit", responses((status = 200, body = AuditCheck), RoomErrors))]
#[get("/workspaces/{workspace}/audit/check")]
pub async fn check(
    api: web::Data<Api>,
    who: Caller,
    path: web::Path<Uuid>,
) -> Result<web::Json<AuditCheck>, ApiError> {
    let workspace = path.into_inner();
    rooms::managed(&api, &who, workspace).await?;
    let walked = api.store.verify_audit(Chain::Workspace(WorkspaceId(workspace))).await?;
    Ok(web::Json(match walked {
        Ok(number) => AuditCheck { whole: true, number },
        Err(number) => AuditCheck { whole: false, number },
    }))
}

fn query(params: &AuditParams, picture: &Snapshot) -> Result<AuditQuery, ApiError> {
    const TEXT_MAX: usize = 200;
    if params.q.chars().count() > TEXT_MAX || params.action.chars().count() > TEXT_MAX {
        return Err(ApiError::detail(ErrorCode::BadText, format!("at most {TEXT_MAX} characters")));
    }
    let text = params.q.trim().to_lowercase();
    let named =
        picture.members.iter().find(|one| !text.is_empty() && one.name.to_lowercase().contains(&text));
    Ok(AuditQuery {
        text,
        or_text: named.map(|member| member.user.to_string()),
        action: params.action.clone(),
        user: params.user.map(UserId),
        from: params.from.map(Timestamp),
        to: params.to.map(Timestamp),
        before: params.before,
        limit: PAGE,
    })
}

fn doc(record: &Record, picture: &Snapshot) -> AuditDoc {
    let member = picture.members.iter().find(|member| Some(member.user) == record.user);
    AuditDoc {
        number: record.number,
        at: record.at.0,
        user: record.user.map(|user| user.0),
        name: member.map(|member| member.name.clone()),
        action: record.action.clone(),
        subject: record.subject.clone(),
        reason: record.reason.clone(),
        before: record.before.clone(),
        after: record.after.clone(),
        hash: crate::auth::secret::to_text(&record.hash),
    }
}

const HEAD: &str = "number,at,user,name,action,subject,reason,before,after,hash\r\n";

fn csv(doc: &AuditDoc) -> String {
    let user = doc.user.map(|user| user.to_string()).unwrap_or_default();
    let fields = [
        doc.number.to_string(),
        doc.at.to_string(),
        user,
        doc.name.clone().unwrap_or_default(),
        doc.action.clone(),
        doc.subject.clone(),
        doc.reason.clone(),
        doc.before.clone(),
        doc.after.clone(),
        doc.hash.clone(),
    ];
    fields.map(|field| quoted(&field)).join(",") + "\r\n"
}

/// A field as RFC 4180 has it. One that a spreadsheet would take for a formula gets an apostrophe before it.
fn quoted(field: &str) -> String {
    let formula = field.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let field = if formula { format!("'{field}") } else { field.to_owned() };
    if field.contains([',', '"', '\n', '\r']) { format!("\"{}\"", field.replace('"', "\"\"")) } else { field }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn fields_neither_break_the_table_nor_run_in_a_spreadsheet() {
        assert_eq!(quoted("a \"b\", c"), "\"a \"\"b\"\", c\"");
        assert_eq!(quoted("=HYPERLINK(1)"), "'=HYPERLINK(1)");
    }
}
