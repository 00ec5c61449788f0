//! Which stacks work on a table, before a field of it is renamed or deleted.

use actix_web::{get, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::error::ApiError;
use super::extract::Caller;
use super::openapi::RoomErrors;
use super::record_query::top_fields;
use super::records::table;
use super::{Api, rooms};
use crate::document::object_kind_str;
use crate::domain::id::WorkspaceId;
use crate::domain::stack::usage::uses;
use crate::domain::stack::{Stack, name};
use crate::protocol::error::ErrorCode;

/// Objects that are looked into.
const OBJECTS_MAX: u32 = 500;
/// Steps that are listed.
const USES_MAX: usize = 500;

/// Of what.
#[derive(Debug, Deserialize, IntoParams)]
pub struct UsageQuery {
    /// A field by name or id; without it the whole table.
    #[serde(default)]
    pub field: Option<String>,
}

/// Steps that work on a table.
#[derive(Debug, Serialize, ToSchema)]
pub struct Usage {
    /// By object, in document order; those that name the field first.
    pub uses: Vec<UseDoc>,
    /// Whether there are more than are listed.
    pub more: bool,
}

/// A step that works on a table.
#[derive(Debug, Serialize, ToSchema)]
pub struct UseDoc {
    /// The object.
    pub object: Uuid,
    /// Its kind.
    pub kind: &'static str,
    /// Its name.
    pub name: String,
    /// The step.
    pub item: String,
    /// The step in words.
    pub title: String,
    /// Whether it names the field.
    pub names_field: bool,
}

/// The steps of all stacks, in their drafts, that work on a table, and whether they name a field of it.
#[utoipa::path(tag = "records", params(UsageQuery), responses((status = 200, body = Usage), RoomErrors))]
#[get("/workspaces/{workspace}/objects/{object}/usage")]
pub async fn usage(
    api: web::Data<Api>,
    who: Caller,
    path: web::Path<(Uuid, Uuid)>,
    asked: web::Query<UsageQuery>,
) -> Result<web::Json<Usage>, ApiError> {
    let (workspace, object) = path.into_inner();
    let table = table(&api, &who, workspace, object).await?;
    let field = match asked.field.as_deref() {
        None => None,
        Some(named) => {
            let known = top_fields(&table)
                .find(|field| field.id.to_string() == named || field.field(name::NAME) == Some(named));
            let none = || ApiError::detail(ErrorCode::BadRequest, format!("there is no field `{named}`"));
            Some(known.ok_or_else(none)?.field(name::NAME).unwrap_or_default().to_owned())
        }
    };
    let called = table.head.name.as_str();
    let candidates = api.store.objects_mentioning(WorkspaceId(workspace), called, OBJECTS_MAX).await?;
    let mut more = candidates.len() >= OBJECTS_MAX as usize;
    let mut found = Vec::new();
    for candidate in candidates.into_iter().filter(|candidate| candidate.0 != object) {
        // What was deleted meanwhile uses nothing.
        let Ok(view) = rooms::object(&api, &who, workspace, candidate.0).await else { continue };
        let Ok(stack) = Stack::from_nodes(view.nodes) else { continue };
        for one in uses(&stack, called, field.as_deref()) {
            found.push(UseDoc {
                object: candidate.0,
                kind: object_kind_str(view.head.kind),
                name: view.head.name.clone(),
                item: one.item.to_string(),
                title: one.title,
                names_field: one.names_field,
            });
        }
    }
    found.sort_by_key(|one| !one.names_field);
    more |= found.len() > USES_MAX;
    found.truncate(USES_MAX);
    Ok(web::Json(Usage { uses: found, more }))
}
