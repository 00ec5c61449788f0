//! The API described by itself: the OpenAPI document, a page that shows it, and the answer to what it does not hold.

use std::collections::BTreeMap;
use std::fmt::Write;

use actix_web::{HttpRequest, HttpResponse, web};
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

/// The finished document with its page.
pub struct Documents {
    api: OpenApi,
    json: String,
    page: String,
}

impl Documents {
    /// Renders a document once.
    pub fn new(api: OpenApi) -> Self {
        let json = api.to_json().unwrap_or_else(|_| "{}".to_owned());
        let page = page(&api);
        Documents { api, json, page }
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
        let mut found: Vec<&'static str> = Vec::new();
        for (_, item) in self.api.paths.paths.iter().filter(|(pattern, _)| fits(pattern)) {
            found.extend(operations(item).map(|(method, _)| method));
        }
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

const STYLE: &str = "body{font:15px/1.55 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1d2733;background:#fff}\
h1{font-size:1.5rem}h2{margin-top:2.5rem;text-transform:capitalize}details{border:1px solid #d5dce3;border-radius:8px;margin:.4rem 0;padding:.5rem .8rem}\
summary{cursor:pointer}code,pre{font-family:ui-monospace,monospace;font-size:.88em}pre{background:#f3f5f8;padding:.8rem;border-radius:6px;overflow:auto}\
b.m{display:inline-block;min-width:4.2rem}table{border-collapse:collapse;width:100%}td,th{border-bottom:1px solid #e3e8ed;padding:.35rem .5rem;text-align:left;vertical-align:top}\
tr:target{background:#fff5cc}@media(prefers-color-scheme:dark){body{color:#e6ebf0;background:#12181f}pre{background:#1b232c}details,td,th{border-color:#2c3844}tr:target{background:#4a4012}}";

fn page(api: &OpenApi) -> String {
    let mut tags: BTreeMap<&str, String> = BTreeMap::new();
    for (path, item) in &api.paths.paths {
        for (method, operation) in operations(item) {
            let tag = operation.tags.as_ref().and_then(|tags| tags.first()).map_or("other", String::as_str);
            let section = tags.entry(tag).or_default();
            let words = operation.summary.as_deref().or(operation.description.as_deref()).unwrap_or_default();
            let detail = serde_json::to_string_pretty(operation).unwrap_or_default();
            // Writing into a String cannot fail.
            let _ = write!(
                section,
                "<details><summary><b class=\"m\">{method}</b> <code>{}</code> {}</summary><pre>{}</pre></details>",
                escape(path),
                escape(words),
                escape(&detail)
            );
        }
    }
    let sections: String = tags.iter().map(|(tag, body)| format!("<h2>{tag}</h2>{body}")).collect();
    let rows: String = TABLE
        .iter()
        .map(|row| {
            format!(
                "<tr id=\"{0}\"><td><code>{0}</code></td><td>{1}</td><td>{2}</td><td>{3} {4}</td></tr>",
                row.name,
                row.status,
                if row.retry { "yes" } else { "" },
                escape(row.title),
                escape(row.help)
            )
        })
        .collect();
    let schemas = serde_json::to_string_pretty(&api.components).unwrap_or_default();
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
<title>Baton: HTTP API</title><style>{STYLE}</style></head><body><h1>Baton: HTTP API</h1>\
<p>The same as a document: <a href=\"/api/v1/openapi.json\">openapi.json</a>. All paths want <code>Authorization: Bearer &lt;access token&gt;</code> \
but those of sign-in. Live work goes over the WebSocket <code>/api/v1/socket</code>, sub-protocol <code>baton.v1</code>.</p>{sections}\
<h2>errors</h2><table><tr><th>code</th><th>status</th><th>retry</th><th>what it means</th></tr>{rows}</table>\
<h2>schemas</h2><details><summary>All</summary><pre>{}</pre></details></body></html>",
        escape(&schemas)
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
