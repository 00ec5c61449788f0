//! Two states of an object side by side.

use actix_web::{get, web};
use serde::{Deserialize, Serialize};
use similar::{Algorithm, ChangeTag, TextDiff};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::error::ApiError;
use super::extract::Caller;
use super::openapi::RoomErrors;
use super::{Api, rooms};
use crate::document::NodeDoc;
use crate::domain::command::Request;
use crate::domain::effect::{Answer, ObjectView};
use crate::domain::id::{ObjectId, ParkedId, WorkspaceId};
use crate::domain::role::Action;
use crate::domain::stack::beside::{Row, beside};
use crate::domain::stack::{Form, ObjectKind, Revision, Stack};
use crate::protocol::error::ErrorCode;
use crate::xanoscript;

/// Which two states.
#[derive(Debug, Deserialize, IntoParams)]
pub struct CompareQuery {
    /// `draft`, `published`, `version:<number>`, `change:<number>` (right after it), `before:<number>` (right before that
    /// change) or `parked:<id>` (the draft with one of one's parked drafts applied).
    pub a: String,
    /// As `a`.
    pub b: String,
    /// Also what is the same.
    #[serde(default)]
    pub all: bool,
    /// Also as XanoScript, line by line.
    #[serde(default)]
    pub text: bool,
}

/// What differs between two states.
#[derive(Debug, Serialize, ToSchema)]
pub struct Comparison {
    /// Nodes in the order of `b`; what it does not have stands where it stood in `a`.
    pub rows: Vec<CompareRow>,
    /// How many are only in `b`.
    pub added: usize,
    /// How many are only in `a`.
    pub removed: usize,
    /// How many have other fields.
    pub changed: usize,
    /// How many stand elsewhere.
    pub moved: usize,
    /// What of a parked draft does not fit any more, in words.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub misfits: Vec<String>,
    /// Both as XanoScript, if it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lines: Option<Vec<CompareLine>>,
}

/// A node in one of the states, or in both.
#[derive(Debug, Serialize, ToSchema)]
pub struct CompareRow {
    /// The node.
    pub item: String,
    /// Levels below its root.
    pub depth: usize,
    /// As it is in `a`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub a: Option<NodeDoc>,
    /// As it is in `b`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub b: Option<NodeDoc>,
    /// Whether it stands elsewhere.
    pub moved: bool,
    /// The fields that differ.
    pub fields: Vec<CompareField>,
}

/// A field that differs.
#[derive(Debug, Serialize, ToSchema)]
pub struct CompareField {
    /// Its name.
    pub name: String,
    /// Its text in `a`; left out if it is not there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub a: Option<String>,
    /// Its text in `b`; left out if it is not there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub b: Option<String>,
}

/// A line of XanoScript.
#[derive(Debug, Serialize, ToSchema)]
pub struct CompareLine {
    /// Its number in `a`, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub a: Option<usize>,
    /// Its number in `b`, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub b: Option<usize>,
    /// The line.
    pub text: String,
}

/// A state as it is named.
enum Side {
    Draft,
    Published,
    Version(u64),
    After(u64),
    Before(u64),
    Parked(ParkedId),
}

impl Side {
    fn read(text: &str) -> Result<Side, ApiError> {
        let wrong = || ApiError::detail(ErrorCode::BadRequest, format!("there is no state `{text}`"));
        let (word, rest) = text.split_once(':').unwrap_or((text, ""));
        let number = || rest.parse::<u64>().map_err(|_| wrong());
        match (word, rest) {
            ("draft", "") => Ok(Side::Draft),
            ("published", "") => Ok(Side::Published),
            ("version", _) => Ok(Side::Version(number()?)),
            ("change", _) => Ok(Side::After(number()?)),
            ("before", _) => Ok(Side::Before(number()?)),
            ("parked", _) => Ok(Side::Parked(rest.parse().map_err(|_| wrong())?)),
            _ => Err(wrong()),
        }
    }
}

/// Where states are found.
struct Shelf<'a> {
    api: &'a Api,
    who: &'a Caller,
    workspace: Uuid,
    object: Uuid,
    view: &'a ObjectView,
    misfits: Vec<String>,
}

impl Shelf<'_> {
    fn draft(&self) -> Result<Stack, ApiError> {
        Stack::from_nodes(self.view.nodes.clone()).map_err(|_| ApiError::new(ErrorCode::Internal))
    }

    async fn find(&mut self, side: &Side) -> Result<Stack, ApiError> {
        let (workspace, object) = (WorkspaceId(self.workspace), ObjectId(self.object));
        let store = &self.api.store;
        match side {
            Side::Draft => self.draft(),
            Side::Published => Ok(self.view.published.as_deref().map_or_else(Stack::empty, Stack::clone)),
            Side::Version(number) => Ok(store.version(workspace, object, *number).await?.1),
            Side::After(number) => {
                let change = store.change(workspace, object, *number).await?;
                Ok(store.content_at(workspace, object, change.to).await?)
            }
            Side::Before(number) => {
                let change = store.change(workspace, object, *number).await?;
                let before = Revision(change.from.0.saturating_sub(1));
                Ok(store.content_at(workspace, object, before).await?)
            }
            Side::Parked(id) => self.with_parked(*id).await,
        }
    }

    async fn with_parked(&mut self, id: ParkedId) -> Result<Stack, ApiError> {
        let answer =
            rooms::ask(self.api, self.who, self.workspace, Request::ListParked { user: None }).await?;
        let Answer::Parked(drafts) = answer else { return Err(rooms::unexpected(&answer)) };
        let found = drafts.into_iter().find(|draft| draft.id == id && draft.object == ObjectId(self.object));
        let draft = found.ok_or_else(|| ApiError::new(ErrorCode::NoSuchParkedDraft))?;
        let mut stack = self.draft()?;
        for operation in draft.operations {
            if stack.apply(&operation.op, self.view.head.revision, None).is_err() {
                self.misfits.push(operation.words);
            }
        }
        Ok(stack)
    }
}

/// Any two of draft, published, versions, changes and parked drafts side by side, by the ids of steps and as XanoScript.
#[utoipa::path(tag = "history", params(CompareQuery), responses((status = 200, body = Comparison), RoomErrors))]
#[get("/workspaces/{workspace}/objects/{object}/compare")]
pub async fn compare(
    api: web::Data<Api>,
    who: Caller,
    path: web::Path<(Uuid, Uuid)>,
    query: web::Query<CompareQuery>,
) -> Result<web::Json<Comparison>, ApiError> {
    let (workspace, object) = path.into_inner();
    let (a, b) = (Side::read(&query.a)?, Side::read(&query.b)?);
    rooms::member(&api, &who, workspace, Action::View).await?;
    let view = rooms::object(&api, &who, workspace, object).await?;
    let mut shelf = Shelf { api: &api, who: &who, workspace, object, view: &view, misfits: Vec::new() };
    let (a, b) = (shelf.find(&a).await?, shelf.find(&b).await?);
    let (misfits, kind) = (shelf.misfits, view.head.kind);
    let CompareQuery { all, text, .. } = query.into_inner();
    // Long stacks take a moment, which no other request shall wait for.
    let compared = web::block(move || comparison(kind, &a, &b, all, text)).await;
    let compared = compared.map_err(|_| ApiError::new(ErrorCode::Internal))?;
    Ok(web::Json(Comparison { misfits, ..compared }))
}

fn comparison(kind: ObjectKind, a: &Stack, b: &Stack, all: bool, text: bool) -> Comparison {
    let rows = beside(a, b);
    let count = |what: fn(&Row<'_>) -> bool| rows.iter().filter(|row| what(row)).count();
    Comparison {
        added: count(|row| row.a.is_none()),
        removed: count(|row| row.b.is_none()),
        changed: count(|row| !row.fields.is_empty()),
        moved: count(|row| row.moved),
        misfits: Vec::new(),
        lines: text.then(|| lines(&source(kind, a), &source(kind, b))),
        rows: rows.iter().filter(|row| all || !row.same()).map(row_doc).collect(),
    }
}

/// XanoScript; nothing for what was never made.
fn source(kind: ObjectKind, stack: &Stack) -> String {
    if stack.name().is_empty() { String::new() } else { xanoscript::print(kind, stack) }
}

fn lines(a: &str, b: &str) -> Vec<CompareLine> {
    let diff = TextDiff::configure().algorithm(Algorithm::Myers).diff_lines(a, b);
    diff.iter_all_changes()
        .map(|change| CompareLine {
            a: change.old_index().filter(|_| change.tag() != ChangeTag::Insert).map(|at| at + 1),
            b: change.new_index().filter(|_| change.tag() != ChangeTag::Delete).map(|at| at + 1),
            text: change.value().trim_end_matches('\n').to_owned(),
        })
        .collect()
}

fn row_doc(row: &Row<'_>) -> CompareRow {
    let text = |side: &Option<(String, Form)>| side.as_ref().map(|(text, _)| text.clone());
    CompareRow {
        item: row.item.to_string(),
        depth: row.depth,
        a: row.a.map(NodeDoc::from),
        b: row.b.map(NodeDoc::from),
        moved: row.moved,
        fields: row
            .fields
            .iter()
            .map(|field| CompareField {
                name: field.name.clone(),
                a: text(&field.before),
                b: text(&field.after),
            })
            .collect(),
    }
}
