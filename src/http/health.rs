//! Whether the server lives, whether it can do its work, and its numbers.

use std::time::Duration;

use actix_web::{HttpResponse, web};

use super::Api;
use super::error::ApiError;
use crate::protocol::error::ErrorCode;

/// How long the database may take to answer.
const PATIENCE: Duration = Duration::from_secs(2);

/// The process answers.
pub async fn alive() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("ok\n")
}

/// The database answers.
pub async fn ready(api: web::Data<Api>) -> Result<HttpResponse, ApiError> {
    match tokio::time::timeout(PATIENCE, api.store.ready()).await {
        Ok(Ok(())) => Ok(alive().await),
        _ => Err(ApiError::new(ErrorCode::StoreUnavailable)),
    }
}

/// Numbers in the text format of Prometheus.
pub async fn numbers(api: web::Data<Api>) -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body((api.numbers)())
}
