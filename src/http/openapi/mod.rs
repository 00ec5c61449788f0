//! The API described by itself: the OpenAPI document, pages that show it and the socket, and the answer to what it does not hold.

mod examples;
mod keys;
mod page;
mod socket;

use std::collections::BTreeMap;

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::Value;
use utoipa::openapi::response::{Response, ResponseBuilder};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{ContentBuilder, OpenApi, PathItem, Ref, RefOr};
use utoipa::{IntoResponses, Modify};

use super::error::{ApiError, Problem};
use crate::protocol::error::{ErrorCode, TABLE};

/// What every route may answer.
pub struct Errors;

/// What a route with texts of its own may answer besides.
pub struct TextErrors;

/// What a route may answer that reaches a workspace.
pub struct RoomErrors;

const PLAIN: &[u16] = &[400, 401, 403, 404, 413, 415, 429, 500, 503];
const TEXT: &[u16] = &[400, 401, 403, 404, 409, 413, 415, 422, 429, 500, 503];
const ROOM: &[u16] = &[400, 401, 403, 404, 409, 413, 415, 422, 423, 429, 500, 503];

impl IntoResponses for Errors {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(PLAIN)
    }
}

impl IntoResponses for TextErrors {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(TEXT)
    }
}

impl IntoResponses for RoomErrors {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(ROOM)
    }
}

fn problems(statuses: &[u16]) -> BTreeMap<String, RefOr<Response>> {
    let one = |status: &u16| {
        let names: Vec<&str> = TABLE.iter().filter(|row| row.status == *status).map(|row| row.name).collect();
        let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
        let response = ResponseBuilder::new()
            .description(names.join(", "))
            .content("application/problem+json", content)
            .build();
        (status.to_string(), RefOr::T(response))
    };
    statuses.iter().map(one).collect()
}

/// What the document says besides the routes.
#[derive(utoipa::OpenApi)]
#[openapi(
    info(title = "Baton", description = "Everything that can be done beside the socket. Errors are RFC 9457 problems."),
    components(schemas(Problem)),
    modifiers(&Bearer),
    security(("access_token" = []))
)]
pub struct Frame;

struct Bearer;

impl Modify for Bearer {
    fn modify(&self, api: &mut OpenApi) {
        let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
        api.components
            .get_or_insert_with(Default::default)
            .add_security_scheme("access_token", SecurityScheme::Http(scheme));
    }
}

/// The finished document with its pages.
pub struct Documents {
    api: OpenApi,
    json: String,
    page: String,
    socket: String,
}

/// OpenAPI's names for the widths of integers are of signed ones, so what is refused as too large would fit and the other way
/// round: the document says the bounds, not the widths.
fn without_widths(document: &mut Value) {
    match document {
        Value::Array(all) => all.iter_mut().for_each(without_widths),
        Value::Object(fields) => {
            if matches!(fields.get("format").and_then(Value::as_str), Some("int32" | "int64")) {
                fields.remove("format");
            }
            fields.values_mut().for_each(without_widths);
        }
        _ => {}
    }
}

impl Documents {
    /// Renders a document once.
    pub fn new(api: OpenApi) -> Self {
        let mut document = serde_json::to_value(&api).unwrap_or_default();
        without_widths(&mut document);
        examples::fill(&mut document);
        keys::fill(&mut document);
        Documents { json: document.to_string(), page: page::routes(&document), socket: socket::page(), api }
    }

    /// Every route, as method and pattern.
    #[cfg(test)]
    pub fn routes(&self) -> Vec<(&'static str, String)> {
        let paths = self.api.paths.paths.iter();
        paths.flat_map(|(path, item)| operations(item).map(|(method, _)| (method, path.clone()))).collect()
    }

    /// The methods that a path takes; none if there is no such path.
    fn methods(&self, path: &str) -> Option<Vec<&'static str>> {
        let fits = |pattern: &str| {
            let (mut left, mut right) = (pattern.split('/'), path.split('/'));
            loop {
                match (left.next(), right.next()) {
                    (None, None) => return true,
                    (Some(wanted), Some(given)) if wanted == given || wanted.starts_with('{') => {}
                    _ => return false,
                }
            }
        };
        // Of two patterns that fit, the one with fewer blanks is meant.
        let blanks = |pattern: &str| pattern.matches('{').count();
        let fitting: Vec<_> = self.api.paths.paths.iter().filter(|(pattern, _)| fits(pattern)).collect();
        let fewest = fitting.iter().map(|(pattern, _)| blanks(pattern)).min();
        let meant = fitting.into_iter().filter(|(pattern, _)| Some(blanks(pattern)) == fewest);
        let found: Vec<&'static str> =
            meant.flat_map(|(_, item)| operations(item).map(|(method, _)| method)).collect();
        (!found.is_empty()).then_some(found)
    }
}

/// The operations of a path by method.
pub fn operations(
    item: &PathItem,
) -> impl Iterator<Item = (&'static str, &utoipa::openapi::path::Operation)> {
    let all = [
        ("GET", &item.get),
        ("POST", &item.post),
        ("PUT", &item.put),
        ("PATCH", &item.patch),
        ("DELETE", &item.delete),
    ];
    all.into_iter().filter_map(|(method, operation)| Some((method, operation.as_ref()?)))
}

/// The document.
pub async fn json(documents: web::Data<Documents>) -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(documents.json.clone())
}

/// The page of the socket.
pub async fn docs_socket(documents: web::Data<Documents>) -> HttpResponse {
    HttpResponse::Ok().content_type("text/html; charset=utf-8").body(documents.socket.clone())
}

/// The page; works offline and without scripts.
pub async fn docs(documents: web::Data<Documents>) -> HttpResponse {
    HttpResponse::Ok().content_type("text/html; charset=utf-8").body(documents.page.clone())
}

/// What is under `/api/v1` and not in the document: another method, or nothing.
pub async fn fallback(
    documents: web::Data<Documents>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    match documents.methods(request.path()) {
        Some(methods) => Err(ApiError::method(methods.join(", "))),
        None => Err(ApiError::new(ErrorCode::NotFound)),
    }
}
