//! One id, one span, one log line and two numbers for each request.

use std::time::Instant;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::middleware::Next;
use tracing::Instrument;
use uuid::Uuid;

/// Carries the request's id, in both directions.
pub const HEADER: &str = "x-request-id";

tokio::task_local! {
    static REQUEST_ID: Uuid;
}

/// The id of the request in hand; nil outside of one.
pub fn request_id() -> Uuid {
    REQUEST_ID.try_with(|id| *id).unwrap_or_default()
}

/// Wraps everything.
pub async fn requests(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let given = request.headers().get(HEADER).and_then(|value| value.to_str().ok());
    let id = given.and_then(|text| Uuid::parse_str(text).ok()).unwrap_or_else(Uuid::now_v7);
    let method = request.method().clone();
    let began = Instant::now();
    // No path and no query string: they may hold what others must not read.
    let span = tracing::info_span!("request", id = %id, method = %method);
    let mut response = REQUEST_ID.scope(id, next.call(request)).instrument(span.clone()).await?;
    let route = response.request().match_pattern().unwrap_or_else(|| "none".to_owned());
    let (status, took) = (response.status().as_u16(), began.elapsed());
    span.in_scope(|| tracing::info!(route, status, ms = took.as_millis(), "answered"));
    let labels = [("method", bounded(&method)), ("route", route), ("status", status.to_string())];
    metrics::counter!("baton_http_requests_total", &labels).increment(1);
    metrics::histogram!("baton_http_request_seconds", &labels[..2]).record(took.as_secs_f64());
    if let Ok(value) = HeaderValue::from_str(&id.to_string()) {
        response.headers_mut().insert(HeaderName::from_static(HEADER), value);
    }
    Ok(response)
}

/// Methods are the client's words: only the usual ones become a label.
fn bounded(method: &actix_web::http::Method) -> String {
    match method.as_str() {
        known @ ("GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS") => known.to_owned(),
        _ => "other".to_owned(),
    }
}
